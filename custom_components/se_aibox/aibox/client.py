"""A box as one endless stream of updates: connect, listen, reconnect."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, replace
import random

from aiohttp import ClientSession

from .dedup import Deduplicator
from .exceptions import AiBoxError, UnreadableError
from .models import Dialect, LiveRecognition, Ports, Subscription
from .rest import Rest
from .retry import delay, failures_after
from .stream import EventStream, connect


@dataclass(frozen=True, slots=True)
class Connected:
    """The event socket is open and the box knows what to push."""


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The event socket is closed, or could not be opened; the client keeps trying."""

    error: AiBoxError


@dataclass(frozen=True, slots=True)
class Skipped:
    """A frame that could not be read; `kind` says why without quoting it."""

    kind: str


type Update = Connected | Disconnected | Skipped | LiveRecognition


class AiBoxClient:
    """One box: its REST calls in `rest`, its recognitions in `updates`."""

    def __init__(
        self,
        session: ClientSession,
        host: str,
        ports: Ports,
        dialect: Dialect,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Take where the box is; `sleep` and `jitter` are for tests that cannot wait."""
        self.rest = Rest(session, host, ports, dialect)
        self._session = session
        self._host = host
        self._ports = ports
        self._dialect = dialect
        self._sleep = sleep
        self._jitter = jitter
        self._subscription = Subscription(frozenset())
        self._stream: EventStream | None = None
        self._deduplicator = Deduplicator()

    async def subscribe(self, subscription: Subscription) -> None:
        """Say what the box shall push from now on and after every reconnect."""
        if subscription == self._subscription:
            return
        self._subscription = subscription
        if self._stream is not None:
            try:
                await self._stream.subscribe(subscription)
            except AiBoxError:
                # The reader notices the broken socket too, and subscribes anew.
                return

    async def updates(self) -> AsyncGenerator[Update]:
        """Yield what happens, without end and without raising; close the generator to disconnect."""
        failures = 0
        loop = asyncio.get_running_loop()
        while True:
            opened = loop.time()
            try:
                async with connect(
                    self._session, self._host, self._ports, self._dialect
                ) as stream:
                    async for update in self._session_updates(stream):
                        yield update
            except AiBoxError as error:
                failures = failures_after(failures, loop.time() - opened)
                yield Disconnected(error)
            await self._sleep(delay(failures, self._jitter()))

    async def _session_updates(self, stream: EventStream) -> AsyncGenerator[Update]:
        # Before subscribing: what `subscribe` is told meanwhile must reach this stream too.
        self._stream = stream
        try:
            await stream.subscribe(self._subscription)
            yield Connected()
            # Here what the box recorded while nobody listened is to be merged in, before going on live.
            async for message in stream.messages():
                if isinstance(message, UnreadableError):
                    yield Skipped(message.kind)
                elif (
                    recognition := self._deduplicator.admit(message.recognition)
                ) is not None:
                    yield replace(message, recognition=recognition)
        finally:
            self._stream = None
