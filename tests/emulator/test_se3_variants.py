"""Tests of the variants of an SE3 (docs/protocol.md §6)."""

import ast
import json
from typing import Any

import aiohttp
import pytest

from emulator import EmulatedSe3, PictureSize, Variant

from .box_client import PATIENCE_SECONDS
from .listener import Listener

URLS = "/SophonFogSys/api/EventServerUrl"


async def _posted(listener: Listener, content_type: str, **variant: Any) -> Any:
    """Return the body of a post and the complete message."""
    async with EmulatedSe3(
        picture_size=PictureSize(face=4_000, scene=12_000, reference=4_000),
        variant=Variant(**variant),
        push_timeout=PATIENCE_SECONDS,
    ) as se3:
        se3.event_server_urls = [listener.url()]
        se3.content_type = "json" if content_type == "json" else "form-data"
        emitted = await se3.recognize(se3.devices[0], se3.people[1])
    [body] = listener.bodies
    return body, emitted.message


async def test_form_can_have_the_text_of_python_objects(listener: Listener) -> None:
    """Numbers are texts, as in any form."""
    body, message = await _posted(listener, "form-data", se3_form_values="python")
    with pytest.raises(json.JSONDecodeError):
        json.loads(body["ext_data"])
    assert ast.literal_eval(body["ext_data"]) == message["ext_data"]
    assert body["identity_name"] == "小明"
    assert body["timestamp"] == str(message["timestamp"])


async def test_form_can_be_urlencoded(listener: Listener) -> None:
    """The fields are the same."""
    body, message = await _posted(listener, "form-data", se3_form_urlencoded=True)
    assert listener.types == ["application/x-www-form-urlencoded"]
    assert json.loads(body["ext_data"]) == message["ext_data"]
    assert body["identity_name"] == "小明"


@pytest.mark.parametrize("content_type", ["json", "form-data"])
async def test_device_can_be_named_by_its_endpoint(
    listener: Listener, content_type: str
) -> None:
    """The id of the endpoint ends in the address of the device."""
    body, message = await _posted(listener, content_type, se3_endpoint_only=True)
    details = body["ext_data"]
    if content_type == "form-data":
        details = json.loads(details)
    assert details == message["ext_data"]
    assert "device_ip" not in details
    assert details["ep_id"].endswith("__192.168.150.20")


async def test_urls_can_be_one_text() -> None:
    """Such a box takes a list or a text."""
    variant = Variant(se3_urls_as_text=True, se3_need_reg_pic_missing=True)
    async with (
        EmulatedSe3(variant=variant) as se3,
        aiohttp.ClientSession() as session,
    ):
        se3.event_server_urls = ["http://a/one", "http://b/two"]
        url = f"http://{se3.host}:{se3.ports.rest}{URLS}"
        async with session.get(url) as response:
            shown = await response.json()
        assert shown == {
            "data": {
                "event_server_url": "http://a/one,http://b/two,",
                "content-type": "json",
            }
        }
        for asked in (
            "http://c/three,http://a/one",
            ["http://c/three", "http://a/one"],
        ):
            body = {"event_server_url": asked, "content-type": "json"}
            async with session.post(url, json=body) as response:
                assert response.status == 200
            assert se3.event_server_urls == ["http://c/three", "http://a/one"]
            assert se3.need_reg_pic
