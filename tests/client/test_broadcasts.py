"""Following changes of the list of capture devices."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiohttp import ClientSession
import pytest

from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.models import Dialect
from custom_components.se_aibox.aibox.wire.flat import concerns_capture_devices
from emulator import EmulatedBox

from .common import FakeSleep, ports_of, until

_PATIENCE = 10


def client_of(
    box: EmulatedBox, session: ClientSession, fake_sleep: FakeSleep
) -> AiBoxClient:
    """Return a client that always draws the longest delay."""
    return AiBoxClient(
        session,
        box.host,
        ports_of(box),
        Dialect(box.dialect),
        sleep=fake_sleep.sleep,
        jitter=lambda: 1.0,
    )


type Changes = asyncio.Queue[None]


@asynccontextmanager
async def device_list_changes(client: AiBoxClient) -> AsyncGenerator[Changes]:
    """Follow the list of capture devices until the block ends."""
    changes: Changes = asyncio.Queue()
    task = asyncio.create_task(
        client.follow_device_list(lambda: changes.put_nowait(None))
    )
    try:
        yield changes
    finally:
        task.cancel()
        await asyncio.wait([task])


async def change(changes: Changes) -> None:
    """Wait for the next change."""
    async with asyncio.timeout(_PATIENCE):
        await changes.get()


async def test_every_change_of_the_list_is_received(session: ClientSession) -> None:
    """The connection is closed when the caller stops following."""
    async with EmulatedBox("flat") as box:
        async with device_list_changes(client_of(box, session, FakeSleep())) as changes:
            await change(changes)
            device = box.add_device()
            await change(changes)
            box.rename_device(device.device_id, "Cellar")
            await change(changes)
            box.remove_device(device.device_id)
            await change(changes)
            assert box.broadcasts.listeners == 1
        await until(lambda: not box.broadcasts.listeners)


async def test_change_of_the_screen_layout_is_ignored(session: ClientSession) -> None:
    """The next change of the list is received."""
    async with (
        EmulatedBox("flat") as box,
        device_list_changes(client_of(box, session, FakeSleep())) as changes,
    ):
        await change(changes)
        box.broadcasts.publish({"last_set_name": "BOX", "preview_mode": 9})
        box.add_device()
        await change(changes)


async def test_reconnection_counts_as_a_change(session: ClientSession) -> None:
    """A broadcast may have been missed; the delays grow to a minute."""
    fake_sleep = FakeSleep()
    async with (
        EmulatedBox("flat") as box,
        device_list_changes(client_of(box, session, fake_sleep)) as changes,
    ):
        await change(changes)
        waiting = asyncio.ensure_future(change(changes))
        await box.port("broadcast").close()
        await until(lambda: len(fake_sleep.seconds) >= 9)
        assert fake_sleep.seconds[:9] == [1, 2, 4, 8, 16, 32, 60, 60, 60]
        await box.port("broadcast").open()
        await waiting


async def test_web_server_on_the_port_is_tried_again(session: ClientSession) -> None:
    """Nothing is raised."""
    fake_sleep = FakeSleep()
    async with EmulatedBox("flat") as box:
        box.port("broadcast").handler = box.port("rest").handler
        async with device_list_changes(client_of(box, session, fake_sleep)) as changes:
            waiting = asyncio.ensure_future(change(changes))
            await until(lambda: len(fake_sleep.seconds) >= 3)
            assert not waiting.done()
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)


async def test_nested_box_is_not_connected_to(session: ClientSession) -> None:
    """The nested dialect has no broadcasts."""
    async with EmulatedBox("nested") as box:
        box.port("broadcast").handler = box.port("rest").handler
        await box.port("broadcast").open()
        async with asyncio.timeout(_PATIENCE):
            await client_of(box, session, FakeSleep()).follow_device_list(pytest.fail)
        assert box.requests == []


@pytest.mark.parametrize(
    ("frame", "concerns"),
    [
        (b'{"modify_media_device": {"action": "add"}}', True),
        (b'{"modify_media_device": {"action": "add"}, "preview_mode": 4}', True),
        (b'{"modify_media_device": null, "preview_mode": 4}', False),
        (b'{"selected_device_list": []}', False),
        (b'{"preview_device_list": []}', False),
        (b'{"something_new": 1}', True),
        (b"{}", True),
        (b"[]", True),
        (b"\xff\x00 not JSON", True),
        (b"", True),
    ],
)
def test_only_layout_frames_do_not_concern_the_list(
    frame: bytes, concerns: bool
) -> None:
    """In doubt, the list is read again."""
    assert concerns_capture_devices(frame) is concerns
