"""Hearing that a box's capture devices changed."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiohttp import ClientSession
import pytest

from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.models import Dialect, Ports
from custom_components.se_aibox.aibox.wire.flat import concerns_capture_devices
from emulator import EmulatedBox

from .talk import Naps, until

_PATIENCE = 10


@pytest.fixture
async def session() -> AsyncGenerator[ClientSession]:
    """Open an HTTP session."""
    async with ClientSession() as session:
        yield session


def client_of(box: EmulatedBox, session: ClientSession, naps: Naps) -> AiBoxClient:
    """Return a client that draws the longest wait every time."""
    ports = Ports(
        rest=box.ports.rest,
        events=box.ports.events,
        system=box.ports.system,
        broadcasts=box.ports.broadcast,
    )
    return AiBoxClient(
        session,
        box.host,
        ports,
        Dialect(box.dialect),
        sleep=naps.sleep,
        jitter=lambda: 1.0,
    )


type Changes = asyncio.Queue[None]


@asynccontextmanager
async def following(client: AiBoxClient) -> AsyncGenerator[Changes]:
    """Follow the list of capture devices until left."""
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


async def test_every_change_is_heard(session: ClientSession) -> None:
    """An addition, a rename and a removal are each one change; closing leaves no connection."""
    async with EmulatedBox("flat") as box:
        async with following(client_of(box, session, Naps())) as changes:
            await change(changes)
            device = box.add_device()
            await change(changes)
            box.rename_device(device.device_id, "Cellar")
            await change(changes)
            box.remove_device(device.device_id)
            await change(changes)
            assert box.broadcasts.listeners == 1
        await until(lambda: not box.broadcasts.listeners)


async def test_layout_of_the_screen_does_no_harm(session: ClientSession) -> None:
    """What only concerns the box's own screen is passed over, and the next change is heard."""
    async with (
        EmulatedBox("flat") as box,
        following(client_of(box, session, Naps())) as changes,
    ):
        await change(changes)
        box.broadcasts.publish({"last_set_name": "BOX", "preview_mode": 9})
        box.add_device()
        await change(changes)


async def test_reconnection_is_a_change(session: ClientSession) -> None:
    """A broadcast may have been missed meanwhile; the waits grow and are bounded."""
    naps = Naps()
    async with (
        EmulatedBox("flat") as box,
        following(client_of(box, session, naps)) as changes,
    ):
        await change(changes)
        waiting = asyncio.ensure_future(change(changes))
        await box.port("broadcast").close()
        await until(lambda: len(naps.seconds) >= 9)
        assert naps.seconds[:9] == [1, 2, 4, 8, 16, 32, 60, 60, 60]
        await box.port("broadcast").open()
        await waiting


async def test_web_server_on_the_port(session: ClientSession) -> None:
    """Something else that answers there is no reason to stop trying, nor to complain."""
    naps = Naps()
    async with EmulatedBox("flat") as box:
        box.port("broadcast").handler = box.port("rest").handler
        async with following(client_of(box, session, naps)) as changes:
            waiting = asyncio.ensure_future(change(changes))
            await until(lambda: len(naps.seconds) >= 3)
            assert not waiting.done()
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)


async def test_nested_box_is_not_knocked_at(session: ClientSession) -> None:
    """A dialect without broadcasts is not connected to."""
    async with EmulatedBox("nested") as box:
        box.port("broadcast").handler = box.port("rest").handler
        await box.port("broadcast").open()
        async with asyncio.timeout(_PATIENCE):
            await client_of(box, session, Naps()).follow_device_list(pytest.fail)
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
def test_only_the_layout_is_left_out(frame: bytes, concerns: bool) -> None:
    """Whatever is not certainly the screen's layout has the list read again; its content counts for nothing else."""
    assert concerns_capture_devices(frame) is concerns
