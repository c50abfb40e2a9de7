"""A box as one endless stream of updates: connect, listen, reconnect."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
import random
from typing import Protocol

from aiohttp import ClientSession

from .broadcasts import list_changes
from .dedup import Deduplicator
from .exceptions import AiBoxError, UnreadableError
from .history import History
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


class BoxClient(Protocol):
    """What a coordinator wants of a box, however its recognitions arrive."""

    @property
    def rest(self) -> Rest:
        """What the box can be asked."""

    @property
    def history(self) -> History:
        """What the box recorded."""

    @property
    def learns_capture_devices(self) -> bool:
        """Whether capture devices are known once they spoke, for want of a list."""

    async def subscribe(self, subscription: Subscription) -> None:
        """Say what the box shall push."""

    def updates(self) -> AsyncGenerator[Update]:
        """Yield what happens, without end and without raising."""

    def list_changes(self) -> AsyncGenerator[None]:
        """Yield whenever the capture devices may have changed."""

    def forget(self, capture_device_id: str) -> None:
        """Let a capture device go that the user deleted."""


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
        self.history = History(self.rest)
        self._session = session
        self._host = host
        self._ports = ports
        self._dialect = dialect
        self._sleep = sleep
        self._jitter = jitter
        self._subscription = Subscription(frozenset())
        self._stream: EventStream | None = None
        self._deduplicator = Deduplicator()

    @property
    def learns_capture_devices(self) -> bool:
        """Never: the box lists them."""
        return False

    def forget(self, capture_device_id: str) -> None:
        """Do nothing: it is the box's list that counts."""

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

    async def list_changes(self) -> AsyncGenerator[None]:
        """Yield whenever the capture devices may have changed; ends at once where a box never tells."""
        if not self.rest.wire.HAS_BROADCASTS:
            return
        async with aclosing(
            list_changes(
                self._session,
                self._host,
                self._ports,
                sleep=self._sleep,
                jitter=self._jitter,
            )
        ) as changes:
            async for change in changes:
                yield change

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
