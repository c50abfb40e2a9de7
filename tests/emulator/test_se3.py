"""Tests of the SE3 and its posts (docs/protocol.md §6)."""

import asyncio
import base64
from collections.abc import AsyncIterator
import json
from typing import Any

import aiohttp
import pytest

from emulator import EmulatedSe3, PictureSize, Variant
from emulator.recognition import DisguisedStranger, Stranger

from .box_client import PATIENCE_SECONDS, until
from .listener import Listener

URLS = "/SophonFogSys/api/EventServerUrl"
SIZE = PictureSize(face=4_000, scene=12_000, reference=4_000)


@pytest.fixture
async def se3() -> AsyncIterator[EmulatedSe3]:
    """Return a running SE3."""
    async with EmulatedSe3(picture_size=SIZE, push_timeout=PATIENCE_SECONDS) as box:
        yield box


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """Return an HTTP client."""
    async with aiohttp.ClientSession() as made:
        yield made


def _url(se3: EmulatedSe3, path: str, *, system: bool = False) -> str:
    port = se3.ports.system if system else se3.ports.rest
    return f"http://{se3.host}:{port}{path}"


async def test_match_is_posted_as_json(se3: EmulatedSe3, listener: Listener) -> None:
    """The body has neither a device id nor enrollment details."""
    se3.event_server_urls = [listener.url()]
    emitted = await se3.recognize(se3.devices[0], se3.people[0])
    [body] = listener.bodies
    assert body == emitted.message
    assert not {"device_id", "identity_info", "event_id"} & body.keys()
    assert (body["identity_id"], body["identity_name"]) == ("12345565", "Tom")
    assert body["timestamp"] == emitted.timestamp_ms
    assert body["ext_data"]["device_ip"] == se3.devices[0].ip
    for text in (
        body["reg_pic"],
        body["ext_data"]["spot_pic"],
        body["ext_data"]["recognize_face"],
    ):
        assert base64.b64decode(text)[:2] == b"\xff\xd8"
    [delivery] = se3.deliveries
    assert (delivery.url, delivery.outcome, delivery.status) == (
        listener.url(),
        "answered",
        200,
    )


async def test_match_is_posted_as_form(se3: EmulatedSe3, listener: Listener) -> None:
    """Every form field is text, and `ext_data` is JSON."""
    se3.event_server_urls = [listener.url()]
    se3.content_type = "form-data"
    emitted = await se3.recognize(se3.devices[0], se3.people[1])
    [body] = listener.bodies
    assert listener.types == ["multipart/form-data"]
    assert body["identity_name"] == "小明"
    assert body["timestamp"] == str(emitted.timestamp_ms)
    assert json.loads(body["ext_data"]) == emitted.message["ext_data"]
    assert body["reg_pic"] == emitted.message["reg_pic"]


async def test_strangers_and_low_scores_are_not_posted(
    se3: EmulatedSe3, listener: Listener
) -> None:
    """A score equal to the threshold is posted."""
    se3.event_server_urls = [listener.url()]
    await se3.recognize(se3.devices[0])
    await se3.recognize(se3.devices[0], score=99.0)
    await se3.recognize(se3.devices[0], se3.people[0], score=81.9)
    assert listener.bodies == []
    await se3.recognize(se3.devices[0], se3.people[0], score=82.0)
    assert len(listener.bodies) == 1
    assert se3.relay_pulses == []


@pytest.mark.parametrize("stranger", ["automatic", "filed", "enrolled"])
async def test_filed_stranger_is_posted(
    se3: EmulatedSe3, listener: Listener, stranger: Stranger | DisguisedStranger
) -> None:
    """Only a box that files strangers away recognizes them again."""
    se3.event_server_urls = [listener.url()]
    await se3.recognize(se3.devices[0], stranger=stranger, score=81.9)
    se3.settings.support_stranger = False
    await se3.recognize(se3.devices[0], stranger=stranger, score=91.0)
    assert listener.bodies == []
    se3.settings.support_stranger = True
    emitted = await se3.recognize(se3.devices[0], stranger=stranger, score=91.0)
    [body] = listener.bodies
    assert body["identity_id"] == emitted.identity_id != ""
    assert body["ext_data"]["person_type"] == (4 if stranger == "automatic" else 1)


@pytest.mark.parametrize("name", ["GateControllerMode", "groups", "permissions"])
async def test_groups_and_gate_mode_can_be_read(
    se3: EmulatedSe3, session: aiohttp.ClientSession, name: str
) -> None:
    """The pages of every SE3 have these calls."""
    path = f"/SophonFogSys/api/{name}"
    data = (await (await session.get(_url(se3, path))).json())["data"]
    if name == "GateControllerMode":
        assert data == {"controller_mode": "opendoor"}
    else:
        assert data[f"{name}_list"][0].keys() == {"name", "description"}
    async with EmulatedSe3(group_calls=()) as other:
        assert (await session.get(_url(other, path))).status == 404


async def test_slow_url_delays_the_next_by_the_timeout(
    se3: EmulatedSe3, listener: Listener
) -> None:
    """A closed port does not stop the other posts."""
    # The vendor's time-out is too short for a busy machine.
    assert EmulatedSe3().push_timeout == 0.5
    slow = Listener()
    slow.delay = 5
    se3.push_timeout = 2
    async with slow.server:
        dead = f"http://127.0.0.1:{se3.ports.events}/dead"
        se3.event_server_urls = [slow.url(), dead, listener.url()]
        recognizing = asyncio.create_task(se3.recognize(se3.devices[0], se3.people[0]))
        await until(lambda: bool(slow.bodies))
        # The next URL may need longer.
        se3.push_timeout = PATIENCE_SECONDS
        await recognizing
    assert [delivery.outcome for delivery in se3.deliveries] == [
        "timeout",
        "failed",
        "answered",
    ]
    assert 1.9 < se3.deliveries[0].seconds < slow.delay
    assert len(slow.bodies) == len(listener.bodies) == 1


async def test_url_that_refuses_is_used_again(
    se3: EmulatedSe3, listener: Listener
) -> None:
    """The status of each answer is recorded."""
    listener.status = 403
    se3.event_server_urls = [listener.url()]
    await se3.recognize(se3.devices[0], se3.people[0])
    await se3.recognize(se3.devices[0], se3.people[1])
    assert [delivery.status for delivery in se3.deliveries] == [403, 403]


async def test_simultaneous_recognitions_are_posted_one_by_one(
    se3: EmulatedSe3, listener: Listener
) -> None:
    """Each recognition goes to every URL before the next."""
    se3.event_server_urls = [listener.url("one"), listener.url("two")]
    emitted = await asyncio.gather(
        *(se3.recognize(se3.devices[0], person) for person in se3.people[:4])
    )
    posted = [delivery.event_id for delivery in se3.deliveries]
    assert len(posted) == 8
    assert posted[::2] == posted[1::2]
    assert set(posted) == {one.event_id for one in emitted}


async def test_dropped_posts_are_not_repeated(
    se3: EmulatedSe3, listener: Listener
) -> None:
    """An SE3 has no history to recover them from."""
    se3.event_server_urls = [listener.url()]
    se3.drops_deliveries = True
    await se3.recognize(se3.devices[0], se3.people[0])
    se3.drops_deliveries = False
    await se3.recognize(se3.devices[0], se3.people[1])
    assert [delivery.outcome for delivery in se3.deliveries] == ["dropped", "answered"]
    assert [body["identity_id"] for body in listener.bodies] == ["666666"]


async def test_posts_come_from_the_address_of_the_box(listener: Listener) -> None:
    """Receivers can distinguish boxes by address."""
    async with EmulatedSe3(
        host="127.0.0.2", picture_size=SIZE, push_timeout=PATIENCE_SECONDS
    ) as se3:
        se3.event_server_urls = [listener.url()]
        await se3.recognize(se3.devices[0], se3.people[0])
    assert listener.peers == ["127.0.0.2"]


async def test_urls_can_be_read_and_replaced(
    se3: EmulatedSe3, listener: Listener, session: aiohttp.ClientSession
) -> None:
    """V2R2 replaces the list as a whole."""
    se3.event_server_urls = ["http://10.0.0.1/other"]
    before = await (await session.get(_url(se3, URLS))).json()
    assert before["data"] == {
        "event_server_url": ["http://10.0.0.1/other"],
        "real_need_reg_pic": True,
        "content-type": "json",
    }
    body = {
        "event_server_url": [listener.url()],
        "real_need_reg_pic": False,
        "content-type": "form-data",
    }
    after = await (await session.post(_url(se3, URLS), json=body)).json()
    assert after == {"data": body}
    assert se3.event_server_urls == [listener.url()]
    await se3.recognize(se3.devices[0], se3.people[0])
    assert listener.types == ["multipart/form-data"]
    assert "reg_pic" not in listener.bodies[0]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"event_server_url": ["http://a/b"]},
        {"event_server_url": "http://a/b", "content-type": "json"},
        {"event_server_url": ["ftp://a/b"], "content-type": "json"},
        {"event_server_url": ["http://a/b"], "content-type": "xml"},
        {
            "event_server_url": ["http://a/b"],
            "content-type": "json",
            "real_need_reg_pic": "yes",
        },
    ],
)
async def test_invalid_urls_change_nothing(
    se3: EmulatedSe3, session: aiohttp.ClientSession, body: dict[str, Any]
) -> None:
    """The status of the answer is 400."""
    se3.event_server_urls = ["http://10.0.0.1/other"]
    async with session.post(_url(se3, URLS), json=body) as response:
        assert response.status == 400
    assert se3.event_server_urls == ["http://10.0.0.1/other"]


async def test_se3_has_no_event_socket_devices_or_history(
    se3: EmulatedSe3, session: aiohttp.ClientSession
) -> None:
    """Paths of both dialects are unknown."""
    for path in ("/SophonDevice/api/Devices", "/SophonFace/api/events"):
        assert (await session.get(_url(se3, path))).status == 404
    path = "/sophon/v2/face/getmediadevices"
    assert (await session.post(_url(se3, path), json={})).status == 404
    for port in (se3.ports.events, se3.ports.broadcast):
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.ws_connect(f"ws://{se3.host}:{port}")


async def test_available_calls_are_configurable(session: aiohttp.ClientSession) -> None:
    """V2R3 has no call for the URLs."""
    async with EmulatedSe3(
        has_event_server_call=False, lists_devices=True, system_calls=("deviceSN",)
    ) as se3:
        assert (await session.get(_url(se3, URLS))).status == 404
        path = "/SophonDevice/api/Devices"
        devices = await (await session.get(_url(se3, path))).json()
        assert len(devices["data"]["devices_list"]) == 4
        path = "/SophonSystem/api/deviceSN"
        serial = await (await session.get(_url(se3, path, system=True))).json()
        assert serial["data"]["device_sn"] == se3.serial_number
        path = "/SophonSystem/api/hardwareInfo"
        assert (await session.get(_url(se3, path, system=True))).status == 404
    async with EmulatedSe3(variant=Variant(system_port_closed=True)) as se3:
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(_url(se3, path, system=True))


async def test_se3_can_be_initializing_slow_or_closed(
    se3: EmulatedSe3, session: aiohttp.ClientSession
) -> None:
    """These faults are the same as on other boxes."""
    se3.state.initializing = True
    body = await (await session.get(_url(se3, URLS))).json()
    assert body["error"]["status"] == "DEVICE_INIT_ERROR"
    se3.state.initializing = False
    se3.state.delay = 5
    with pytest.raises(TimeoutError):
        await session.get(_url(se3, URLS), timeout=aiohttp.ClientTimeout(total=0.1))
    se3.state.delay = 0
    number = se3.ports.rest
    await se3.port("rest").close()
    with pytest.raises(aiohttp.ClientConnectorError):
        await session.get(_url(se3, URLS))
    await se3.port("rest").open()
    assert se3.ports.rest == number
    assert (await session.get(_url(se3, URLS))).status == 200


async def test_stop_waits_for_posts_in_progress(listener: Listener) -> None:
    """The post is answered before the box stops."""
    listener.delay = 0.2
    async with EmulatedSe3(picture_size=SIZE, push_timeout=PATIENCE_SECONDS) as se3:
        se3.event_server_urls = [listener.url()]
        recognizing = asyncio.create_task(se3.recognize(se3.devices[0], se3.people[0]))
        await until(lambda: bool(listener.bodies))
    await recognizing
    assert [delivery.outcome for delivery in se3.deliveries] == ["answered"]
