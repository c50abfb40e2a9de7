"""Reports of the emulated box on its capture devices (docs/protocol.md §2)."""

import asyncio
from collections.abc import AsyncIterator
import sys
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
import pytest

from emulator import Variant
from emulator.command_line import make_box, read_arguments

from .box_client import BoxClient
from .conftest import Boxes

_NAMES = {
    "nested": ("sub_devices", "ep_location", "ep_status"),
    "flat": ("sub_devices", "media_device_id", "media_device_status"),
}


class Platform:
    """Receives what a box posts."""

    def __init__(self) -> None:
        """Create a platform that received nothing."""
        self.posts: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()
        self.url = ""

    async def handle(self, request: web.BaseRequest) -> web.Response:
        """Receive a post."""
        self.posts.put_nowait((request.content_type, await request.json()))
        return web.Response(status=202)


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    """Run a platform."""
    platform = Platform()
    app = web.Application()
    app.router.add_post("/status", platform.handle)
    async with TestServer(app) as server:
        platform.url = str(server.make_url("/status"))
        yield platform


async def test_report_has_the_status_of_every_capture_device(
    either: BoxClient, platform: Platform
) -> None:
    """One that the box does not reach is offline."""
    box = either.box
    list_name, id_name, status_name = _NAMES[box.dialect]
    box.settings.device_monitor_url = platform.url
    first, second, *_ = box.devices
    box.set_online(second.device_id, online=False)
    assert await box.report_status() == 202
    content_type, report = platform.posts.get_nowait()
    assert content_type == "application/json"
    statuses = {entry[id_name]: entry[status_name] for entry in report[list_name]}
    assert statuses.keys() == {device.device_id for device in box.devices}
    assert statuses[first.device_id] == "online"
    assert statuses[second.device_id] == "offline"

    box.set_online(second.device_id, online=True)
    await box.report_status()
    _, report = platform.posts.get_nowait()
    assert {entry[status_name] for entry in report[list_name]} == {"online"}


async def test_box_reports_again_and_again(
    either: BoxClient, platform: Platform
) -> None:
    """The period counts from the start of the box."""
    box = either.box
    box.settings.device_monitor_url = platform.url
    box.settings.device_monitor_period = 0.01
    await box.reboot(0)
    async with asyncio.timeout(30):
        for _ in range(3):
            await platform.posts.get()


async def test_report_without_a_receiver_is_lost(
    either: BoxClient, platform: Platform
) -> None:
    """No page says that it is tried again."""
    box = either.box
    assert await box.report_status() == 0
    box.settings.device_monitor_url = "http://127.0.0.1:9/status"
    assert await box.report_status() == 0
    assert platform.posts.empty()


@pytest.mark.parametrize("dialect", ["nested", "flat"])
async def test_report_may_lack_ids(
    dialect: str, boxes: Boxes, platform: Platform
) -> None:
    """Then the address and the URL name a capture device."""
    variant = Variant(status_ids_missing=True, status_list_as_in_table=True)
    box = (await boxes.make(dialect, variant)).box
    box.settings.device_monitor_url = platform.url
    await box.report_status()
    _, report = platform.posts.get_nowait()
    ids = {device.device_id for device in box.devices}
    if dialect == "flat":
        entries = report["media_devices"]
        assert all("media_device_id" not in entry for entry in entries)
        assert [entry["media_device_url"] for entry in entries] == [
            device.url for device in box.devices
        ]
    else:
        entries = report["sub_devices"]
        assert ids.isdisjoint(entry["ep_location"] for entry in entries)
        assert [entry["ep_ip"] for entry in entries] == [
            device.ip for device in box.devices
        ]


async def test_capture_device_that_is_offline_sees_nobody(either: BoxClient) -> None:
    """Passers-by are seen by the others."""
    box = either.box
    *away, here = box.devices
    for device in away:
        box.set_online(device.device_id, online=False)
    for _ in range(5):
        assert (await box.recognize()).device_id == here.device_id


def test_command_line_names_capture_devices_that_are_offline(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Other numbers are an error."""
    monkeypatch.setattr(sys, "argv", ["emulator", "--offline", "1", "--offline", "3"])
    box = make_box(read_arguments())
    assert box.state.offline == {box.devices[n].device_id for n in (1, 3)}
    monkeypatch.setattr(sys, "argv", ["emulator", "--offline", "4"])
    with pytest.raises(SystemExit):
        read_arguments()
    assert "--offline is the number of a capture device" in capsys.readouterr().err
