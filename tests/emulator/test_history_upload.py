"""The history that an emulated box uploads (docs/protocol.md §6)."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
import pytest

from emulator import EmulatedBox, PictureKind, PictureSize


class _Server:
    """A server that receives uploads."""

    def __init__(self) -> None:
        """Create a server that accepts everything."""
        self.received: list[dict[str, Any]] = []
        self.status = 200

    async def handle(self, request: web.Request) -> web.Response:
        """Receive an upload."""
        self.received.append(await request.json())
        return web.Response(status=self.status)


@pytest.fixture(params=["nested", "flat"])
async def box(request: pytest.FixtureRequest) -> AsyncGenerator[EmulatedBox]:
    """Run a box that uploads when told to."""
    async with EmulatedBox(
        request.param, picture_size=PictureSize(1_000, 1_500, 1_000)
    ) as box:
        box.settings.upload_period = 3600
        yield box
        assert box.errors == []


@pytest.fixture
async def server(box: EmulatedBox) -> AsyncGenerator[_Server]:
    """Run a server, and let the box upload to it."""
    server = _Server()
    app = web.Application(client_max_size=2**24)
    app.router.add_post("/HistoryEvent", server.handle)
    async with TestServer(app) as running:
        box.settings.history_upload_url = str(running.make_url("/HistoryEvent"))
        yield server


async def test_records_are_uploaded_once_and_oldest_first(
    box: EmulatedBox, server: _Server
) -> None:
    """The box remembers how far it came."""
    for person in box.people[:3]:
        await box.recognize(box.devices[0], person)
    assert await box.history_upload.upload() == 3
    ids = [body["identity_id"] for body in server.received]
    assert ids == [person.identity_id for person in box.people[:3]]
    assert await box.history_upload.upload() == 0


async def test_refused_record_is_uploaded_again(
    box: EmulatedBox, server: _Server
) -> None:
    """Those after it wait."""
    for person in box.people[:2]:
        await box.recognize(box.devices[0], person)
    server.status = 503
    assert await box.history_upload.upload() == 0
    assert len(server.received) == 1
    server.status = 200
    assert await box.history_upload.upload() == 2


async def test_upload_has_a_hundred_records_at_most(
    box: EmulatedBox, server: _Server
) -> None:
    """The others follow with the next one."""
    box.settings.upload_pictures = frozenset()
    for _ in range(101):
        await box.recognize(box.devices[0], box.people[0], push=False)
    assert await box.history_upload.upload() == 100
    assert await box.history_upload.upload() == 1


async def test_upload_has_the_fields_of_the_page(
    box: EmulatedBox, server: _Server
) -> None:
    """The event's id is not among them."""
    seen = await box.recognize(box.devices[0], box.people[0])
    await box.history_upload.upload()
    [body] = server.received
    assert body["timestamp"] == seen.timestamp_ms
    assert "event_id" not in body
    if box.dialect == "nested":
        assert body["ep_info"]["device_id"] == seen.device_id
        assert (body["api_version"], body["want_action"]) == ("1.0", "0")
        pictures = ("reg_pic", "spot_pic", "recognize_face")
    else:
        assert body["media_device_info"]["media_device_id"] == seen.device_id
        assert (body["api_version"], body["post_action"]) == ("2.0", "0")
        pictures = ("reg_image", "spot_image", "recognize_face_image")
    assert all(body[key] for key in pictures)


async def test_unchosen_pictures_are_not_uploaded(
    box: EmulatedBox, server: _Server
) -> None:
    """1.x has a setting for each kind."""
    box.settings.upload_pictures = frozenset({PictureKind.FACE})
    await box.recognize(box.devices[0], None)
    await box.history_upload.upload()
    [body] = server.received
    assert not body.get("spot_pic") and not body.get("spot_image")
    assert body.get("recognize_face") or body.get("recognize_face_image")


async def test_history_is_uploaded_in_regular_intervals(
    box: EmulatedBox, server: _Server
) -> None:
    """Also after a power cut, and nothing without a URL."""
    await box.recognize(box.devices[0], box.people[0])
    url, box.settings.history_upload_url = box.settings.history_upload_url, ""
    assert await box.history_upload.upload() == 0
    box.settings.history_upload_url = url
    box.settings.upload_period = 0.01
    await box.reboot(0)
    async with asyncio.timeout(10):
        while not server.received:  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.01)
    assert len(server.received) == 1
