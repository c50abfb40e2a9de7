"""Floods of frames: the loop keeps turning, and the connection ends in time."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Literal

from aiohttp import ClientSession
import pytest

from custom_components.se_aibox.aibox import stream
from custom_components.se_aibox.aibox.broadcasts import follow_device_list
from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.exceptions import AiBoxConnectionError
from custom_components.se_aibox.aibox.models import Dialect, Ports
from custom_components.se_aibox.aibox.stream import connect
from custom_components.se_aibox.aibox.updates import (
    Connected,
    Disconnected,
    ScanCompleted,
)
from emulator import EmulatedBox, Flood

from .common import HOST, Updates, next_recognition, next_update, until

_MOST = 1_000
# A turn ends after a millisecond, and a frame takes more than a microsecond.
_MOST_IN_A_TURN = 1_000
_BURST = 256 * 1024


class _Turns:
    """Counts the turns of the event loop, and the frames in each."""

    def __init__(self) -> None:
        """Start to count."""
        self._turn = 0
        self.happened: Counter[int] = Counter()

    def happens(self) -> None:
        """Count something in the current turn."""
        self.happened[self._turn] += 1

    async def count(self) -> None:
        """Count until canceled."""
        while True:
            self._turn += 1
            await asyncio.sleep(0)


@asynccontextmanager
async def _counting() -> AsyncGenerator[_Turns]:
    turns = _Turns()
    task = asyncio.create_task(turns.count())
    try:
        yield turns
    finally:
        task.cancel()
        await asyncio.wait([task])


class _CountedQueue:
    """Counts the reads from the queue of a WebSocket."""

    def __init__(self, reader: stream.Socket, turns: _Turns) -> None:
        """Count the reads of this socket."""
        self._reader = reader._reader
        self._turns = turns
        reader._reader = self  # type: ignore[assignment]  # a spy

    async def read(self) -> object:
        """Read a message."""
        self._turns.happens()
        return await self._reader.read()


@pytest.mark.parametrize("kind", ["ping", "pong"])
async def test_flood_of_control_frames_ends_the_connection(
    client: AiBoxClient,
    updates: Updates,
    box: EmulatedBox,
    kind: Literal["ping", "pong"],
) -> None:
    """Buffered frames are dropped unread, and the client reconnects."""
    assert client._stream is not None
    async with _counting() as turns:
        _CountedQueue(client._stream._websocket, turns)
        await box.flood(Flood(kind=kind, burst=_BURST))
        gone = await next_update(updates, Disconnected)
        await next_update(updates, Connected)
        await next_update(updates, ScanCompleted)
    assert isinstance(gone.error, AiBoxConnectionError)
    assert turns.happened.total() <= _MOST + 2
    await box.wait_for_subscription()
    await box.recognize(box.devices[0], box.people[0])
    await next_recognition(updates)


async def test_usual_pings_do_not_end_the_connection(
    client: AiBoxClient,
    updates: Updates,
    box: EmulatedBox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The limit is for each ten seconds."""
    monkeypatch.setattr(stream, "_CONTROL_SECONDS", 0.0)
    await box.flood(Flood(burst=2 * (_MOST + 100)))
    await box.recognize(box.devices[0], box.people[0])
    await next_recognition(updates)


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
async def test_closing_reads_nothing_that_is_buffered(
    session: ClientSession, ports: Ports, box: EmulatedBox, dialect: Dialect
) -> None:
    """The box flooded the socket before, and its close frame has no code."""
    async with _counting() as turns:
        async with connect(session, HOST, ports, dialect) as events:
            await until(lambda: bool(box.events._clients))
            queue = _CountedQueue(events._websocket, turns)
            await box.flood(Flood(kind="text", burst=_BURST))
            await events.receive()
        assert queue._turns.happened.total() == 1
        assert events._websocket.closed


@asynccontextmanager
async def _following(
    box: EmulatedBox, session: ClientSession, changed: Callable[[], None]
) -> AsyncGenerator[None]:
    ports = Ports(broadcasts=box.ports.broadcast)

    async def sleep(_: float) -> None:
        await asyncio.sleep(0)

    task = asyncio.create_task(
        follow_device_list(session, HOST, ports, changed, sleep=sleep)
    )
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


@pytest.mark.parametrize("dialect", [Dialect.FLAT])
async def test_loop_turns_during_a_flood_of_broadcasts(
    session: ClientSession, box: EmulatedBox
) -> None:
    """All of them are received."""
    frames = _BURST // 4
    async with _counting() as turns, _following(box, session, turns.happens):
        await until(lambda: turns.happened.total() == 1)
        await box.broadcasts.flood(Flood(kind="text", payload=b"{}", burst=_BURST))
        async with asyncio.timeout(120):
            while turns.happened.total() <= frames:  # noqa: ASYNC110 - nothing waits
                await asyncio.sleep(0.01)
    assert max(turns.happened.values()) <= _MOST_IN_A_TURN


@pytest.mark.parametrize("dialect", [Dialect.FLAT])
async def test_broadcast_socket_is_opened_again_after_a_flood_of_pings(
    session: ClientSession, box: EmulatedBox
) -> None:
    """The reconnection counts as a change."""
    changes: list[None] = []
    async with _following(box, session, lambda: changes.append(None)):
        await until(lambda: len(changes) == 1)
        await box.broadcasts.flood(Flood(burst=_BURST))
        await until(lambda: len(changes) == 2)
