"""What the tests of the client say to it and hear from it."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable

from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.models import (
    Dialect,
    LiveRecognition,
    Ports,
    Recognition,
    Subscription,
)
from custom_components.se_aibox.aibox.recovery import CaughtUp
from custom_components.se_aibox.aibox.updates import Update
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


async def following[T: Update](updates: AsyncGenerator[Update], kind: type[T]) -> T:
    """Return the very next update, which has to be of that kind.

    That nothing was missed is passed over: it comes whenever the history has been read.
    """
    async with asyncio.timeout(_PATIENCE):
        update = await anext(updates)
        while update == CaughtUp(recovered=0, left=0) and kind is not CaughtUp:
            update = await anext(updates)
    assert isinstance(update, kind), update
    return update


async def recognition(updates: AsyncGenerator[Update]) -> Recognition:
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


class Listening:
    """A client whose updates are taken as they come, as the integration takes them."""

    def __init__(self, client: AiBoxClient) -> None:
        """Take a client that nobody listens to yet."""
        self._client = client
        self._heard: asyncio.Queue[Update] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> asyncio.Queue[Update]:
        """Start listening."""
        self._task = asyncio.create_task(self._listen())
        return self._heard

    async def __aexit__(self, *_: object) -> None:
        """Stop listening, as an unloaded entry does."""
        assert self._task is not None
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _listen(self) -> None:
        async for update in self._client.updates():
            self._heard.put_nowait(update)


def our_tasks() -> set[asyncio.Task[object]]:
    """Return what runs here, without the answers of the emulated box."""
    return {
        task
        for task in asyncio.all_tasks()
        if getattr(task.get_coro(), "__qualname__", "") != "RequestHandler.start"
    }
