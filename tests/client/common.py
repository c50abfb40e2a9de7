"""Helpers shared by the tests of the client."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Self

from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.clock import BoxClock
from custom_components.se_aibox.aibox.models import (
    ClockReading,
    Dialect,
    LiveRecognition,
    Ports,
    Recognition,
    Subscription,
)
from custom_components.se_aibox.aibox.se3 import Se3Client
from custom_components.se_aibox.aibox.updates import (
    Connected,
    Disconnected,
    ScanCompleted,
    Update,
)
from emulator import EmulatedBox
from emulator.base import AnyBox
from emulator.model import JsonObject

HOST = "127.0.0.1"
_PATIENCE = 30


def ports_of(box: AnyBox) -> Ports:
    """Return the ports of the box for the client."""
    return Ports(
        box.ports.rest, box.ports.events, box.ports.system, box.ports.broadcast
    )


def everything(box: EmulatedBox) -> Subscription:
    """Subscribe to all capture devices with all pictures."""
    return Subscription(frozenset(device.device_id for device in box.devices))


class Updates(asyncio.Queue[Update]):
    """The updates that a client delivered, in order."""

    def __aiter__(self) -> Self:
        """Iterate over the updates without end."""
        return self

    async def __anext__(self) -> Update:
        """Return the next update."""
        return await self.get()


async def next_update[T: Update](updates: Updates, kind: type[T]) -> T:
    """Return the next update; assert that it is of this kind.

    Scans that found nothing missing are skipped, and repeated failures to connect.
    """
    async with asyncio.timeout(_PATIENCE):
        update = await anext(updates)
        while (
            kind is not ScanCompleted and update == ScanCompleted(recovered=0, left=0)
        ) or (kind is Connected and isinstance(update, Disconnected)):
            update = await anext(updates)
    assert isinstance(update, kind), update
    return update


async def next_recognition(updates: Updates) -> Recognition:
    """Return the recognition of the next update, a live one."""
    return (await next_update(updates, LiveRecognition)).recognition


def by_dialect(dialect: Dialect, *, nested: JsonObject, flat: JsonObject) -> JsonObject:
    """Return the value for a dialect."""
    return nested if dialect is Dialect.NESTED else flat


async def until(condition: Callable[[], bool]) -> None:
    """Wait until a condition is true."""
    async with asyncio.timeout(_PATIENCE):
        while not condition():  # noqa: ASYNC110 - no event is set when it changes
            await asyncio.sleep(0.005)


def right_clock() -> BoxClock:
    """Return the clock of a box that is as right as ours."""

    async def measure() -> ClockReading:
        return ClockReading(timedelta(), timedelta())

    return BoxClock(measure)


class FakeSleep:
    """Replaces `asyncio.sleep` and records the durations."""

    def __init__(self) -> None:
        """Initialize without any sleep recorded."""
        self.seconds: list[float] = []
        # The functions to run during a sleep of this many seconds.
        self.meanwhile: dict[float, Callable[[], Awaitable[None]]] = {}

    async def sleep(self, seconds: float) -> None:
        """Record the duration and return after one turn of the loop."""
        self.seconds.append(seconds)
        if (happens := self.meanwhile.get(seconds)) is not None:
            await happens()
        await asyncio.sleep(0)


@asynccontextmanager
async def listening(client: AiBoxClient | Se3Client) -> AsyncGenerator[Updates]:
    """Run a client and collect its updates until the block ends."""
    updates = Updates()
    task = asyncio.create_task(client.run(updates.put_nowait))
    try:
        yield updates
    finally:
        task.cancel()
        await asyncio.wait([task])
    assert task.cancelled(), task.exception()


def client_tasks() -> set[asyncio.Task[object]]:
    """Return all tasks except the answers of the emulated box."""
    return {
        task
        for task in asyncio.all_tasks()
        if getattr(task.get_coro(), "__qualname__", "") != "RequestHandler.start"
    }
