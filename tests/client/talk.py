"""What the tests of the client say to it and hear from it."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Self

from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.models import (
    Dialect,
    LiveRecognition,
    Ports,
    Recognition,
    Subscription,
)
from custom_components.se_aibox.aibox.se3 import Se3Client
from custom_components.se_aibox.aibox.updates import (
    CaughtUp,
    Connected,
    Disconnected,
    Update,
)
from emulator import EmulatedBox
from emulator.model import JsonObject

HOST = "127.0.0.1"
_PATIENCE = 5


def ports_of(box: EmulatedBox) -> Ports:
    """Return the box's ports as the client takes them."""
    return Ports(box.ports.rest, box.ports.events, box.ports.system)


def everything(box: EmulatedBox) -> Subscription:
    """Return a subscription to all capture devices with all pictures."""
    return Subscription(frozenset(device.device_id for device in box.devices))


class Updates(asyncio.Queue[Update]):
    """What a client delivered, in its order."""

    def __aiter__(self) -> Self:
        """Iterate over what comes, without end."""
        return self

    async def __anext__(self) -> Update:
        """Return the next update."""
        return await self.get()


async def following[T: Update](updates: Updates, kind: type[T]) -> T:
    """Return the very next update, which has to be of that kind.

    Passed over are a scan that found nothing missing, and each further attempt to reach
    a box that is away.
    """
    async with asyncio.timeout(_PATIENCE):
        update = await anext(updates)
        while (kind is not CaughtUp and update == CaughtUp(recovered=0, left=0)) or (
            kind is Connected and isinstance(update, Disconnected)
        ):
            update = await anext(updates)
    assert isinstance(update, kind), update
    return update


async def recognition(updates: Updates) -> Recognition:
    """Return the recognition that the very next update brings."""
    return (await following(updates, LiveRecognition)).recognition


def worded(dialect: Dialect, *, nested: JsonObject, flat: JsonObject) -> JsonObject:
    """Return what is said in one way or the other by dialect."""
    return nested if dialect is Dialect.NESTED else flat


async def until(true: Callable[[], bool]) -> None:
    """Return once it is true."""
    async with asyncio.timeout(_PATIENCE):
        while not true():  # noqa: ASYNC110 - nothing tells when
            await asyncio.sleep(0.005)


class Naps:
    """Stands in for sleeping and notes how long it would have been."""

    def __init__(self) -> None:
        """Start rested."""
        self.seconds: list[float] = []
        # What happens while somebody sleeps for so long.
        self.meanwhile: dict[float, Callable[[], Awaitable[None]]] = {}

    async def sleep(self, seconds: float) -> None:
        """Let others run, and go on."""
        self.seconds.append(seconds)
        if (happens := self.meanwhile.get(seconds)) is not None:
            await happens()
        await asyncio.sleep(0)


@asynccontextmanager
async def listening(client: AiBoxClient | Se3Client) -> AsyncGenerator[Updates]:
    """Take a client's updates as they come, as the integration does, until left."""
    updates = Updates()
    task = asyncio.create_task(client.run(updates.put_nowait))
    try:
        yield updates
    finally:
        task.cancel()
        await asyncio.wait([task])
    assert task.cancelled(), task.exception()


def our_tasks() -> set[asyncio.Task[object]]:
    """Return what runs here, without the answers of the emulated box."""
    return {
        task
        for task in asyncio.all_tasks()
        if getattr(task.get_coro(), "__qualname__", "") != "RequestHandler.start"
    }
