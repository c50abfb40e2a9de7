"""A box as one endless stream of updates: connect, catch up, listen, reconnect."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
import random
from typing import Protocol

from aiohttp import ClientSession

from .broadcasts import list_changes
from .dedup import Deduplicator
from .exceptions import (
    AiBoxAnotherBoxError,
    AiBoxError,
    AiBoxMessageTooLargeError,
    AiBoxTimeoutError,
    UnreadableError,
)
from .history import History
from .interleave import interleaved
from .models import (
    Bookmark,
    BoxInfo,
    ClockReading,
    Dialect,
    LiveRecognition,
    Ports,
    Recognition,
    Subscription,
)
from .pings import Pings
from .recovery import Missing, Recovered, Recovery
from .rest import Rest
from .retry import delay, failures_after
from .stream import EventStream, connect
from .updates import Connected, Disconnected, PicturesTooLarge, Skipped, Update
from .watch import HistoryUpdate, HistoryWatch

# What the socket and the history say.
type _News = LiveRecognition | UnreadableError | HistoryUpdate


class BoxClient(Protocol):
    """What a coordinator wants of a box, however its recognitions arrive."""

    @property
    def rest(self) -> Rest:
        """What the box can be asked."""

    @property
    def history(self) -> History:
        """What the box recorded."""

    @property
    def bookmark(self) -> Bookmark | None:
        """Where to go on after a restart, None where there is nothing to go on from."""

    @property
    def told_ids(self) -> bytes:
        """What was told lately, packed, so that nothing is told twice after a restart."""

    @property
    def learns_capture_devices(self) -> bool:
        """Whether capture devices are known once they spoke, for want of a list."""

    async def subscribe(self, subscription: Subscription) -> None:
        """Say what the box shall push."""

    def updates(self) -> AsyncGenerator[Update]:
        """Yield what happens, without end and without raising."""

    def list_changes(self) -> AsyncGenerator[None]:
        """Yield whenever the capture devices may have changed."""

    def give_back(self, recognition: Recognition, *, is_owed: bool = True) -> None:
        """Take back a recognition that could be told to nobody, to find it again in the history.

        What is owed is looked for however long ago it happened, anything else where the next look goes anyway.
        """

    def look_again(self) -> None:
        """Look soon for what was given back, and for what entered the history late."""

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
        bookmark: Bookmark | None = None,
        told_ids: bytes = b"",
        recovers: bool = True,
        wants: Callable[[str], bool] = lambda _: True,
        is_box: Callable[[BoxInfo], bool] = lambda _: True,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Take where the box is, and how to go on: with the bookmark and the told ids of the client before.

        `recovers` asks the history for what was missed, from the bookmark on and after each disconnection, of the
        capture devices that `wants` is true for. Whoever answers must be the box as far as `is_box` can tell.
        `sleep` and `jitter` are for tests that cannot wait.
        """
        self.rest = Rest(session, host, ports, dialect)
        self.history = History(self.rest)
        self._session = session
        self._host = host
        self._ports = ports
        self._dialect = dialect
        self._recovery = Recovery(
            self.history,
            bookmark,
            shares_ids=self.rest.wire.SHARES_IDS,
            wants=wants,
            sleep=sleep,
        )
        self._recovers = recovers
        self._is_box = is_box
        self._sleep = sleep
        self._jitter = jitter
        self._subscription = Subscription(frozenset())
        self._stream: EventStream | None = None
        self._watch: HistoryWatch | None = None
        self._deduplicator = Deduplicator(told_ids)
        # Apart: of thousands that are recovered at once, none pushes out what was told live.
        self._recovered_ids = Deduplicator()
        self._pings = Pings()
        self._too_large = 0

    @property
    def learns_capture_devices(self) -> bool:
        """Never: the box lists them."""
        return False

    @property
    def bookmark(self) -> Bookmark | None:
        """How far the box was heard, None where nothing is to be recovered."""
        if self._stream is not None:
            self._recovery.hear_until(self._stream.heard_at)
        return self._recovery.bookmark if self._recovers else None

    @property
    def told_ids(self) -> bytes:
        """What was told lately, packed, so that nothing is told twice after a restart."""
        # Read in this order again: the newest of all are those that came live.
        return self._recovered_ids.keep() + self._deduplicator.keep()

    def give_back(self, recognition: Recognition, *, is_owed: bool = True) -> None:
        """Take back a recognition that could be told to nobody, to find it again in the history."""
        self._deduplicator.forget(recognition)
        self._recovered_ids.forget(recognition)
        self._recovery.give_back(recognition, is_owed=is_owed)

    def look_again(self) -> None:
        """Look soon for what was given back, and for what entered the history late; a new connection does so anyway."""
        if self._watch is not None:
            self._watch.look_again()

    def forget(self, capture_device_id: str) -> None:
        """Do nothing: it is the box's list that counts."""

    async def subscribe(self, subscription: Subscription) -> None:
        """Say what the box shall push from now on and after every reconnect."""
        if subscription == self._subscription:
            return
        grows = subscription.capture_device_ids - self._subscription.capture_device_ids
        self._subscription = subscription
        if self._stream is not None:
            try:
                await self._stream.subscribe(self._allowed)
            except AiBoxError:
                # The reader notices the broken socket too, and subscribes anew.
                return
        if grows:
            # What a new capture device saw before was pushed to nobody.
            self.look_again()

    @property
    def _allowed(self) -> Subscription:
        """The subscription, without pictures where they proved too large."""
        if self._too_large > 1:
            return self._subscription.without_pictures()
        return self._subscription

    async def updates(self) -> AsyncGenerator[Update]:
        """Yield what happens, without end and without raising; close the generator to disconnect."""
        failures = 0
        loop = asyncio.get_running_loop()
        while True:
            opened = loop.time()
            try:
                async with (
                    connect(
                        self._session,
                        self._host,
                        self._ports,
                        self._dialect,
                        self._pings,
                    ) as stream,
                    aclosing(self._session_updates(stream)) as updates,
                ):
                    async for update in updates:
                        yield update
            except AiBoxError as error:
                failures = failures_after(failures, loop.time() - opened)
                yield Disconnected(error)
                if isinstance(error, AiBoxMessageTooLargeError):
                    self._too_large += 1
                    if self._too_large > 1:
                        yield PicturesTooLarge()
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
        # Before anything else: two boxes may have swapped addresses.
        info, clock = await asyncio.gather(self.rest.box_info(), self._clock())
        if not self._is_box(info):
            raise AiBoxAnotherBoxError("another box answers at this address")
        self._recovery.measure(clock)
        # Before subscribing: what `subscribe` is told meanwhile must reach this stream too.
        self._stream = stream
        try:
            await stream.subscribe(self._allowed)
            await stream.wait_for_sign()
            yield Connected(info, clock)
            self._watch = HistoryWatch(
                self._recovery,
                stream,
                lambda: self._allowed.capture_device_ids,
                recovers=self._recovers,
                jitter=self._jitter,
            )
            both: AsyncGenerator[_News] = interleaved(
                stream.messages(), self._watch.updates()
            )
            async with aclosing(both):
                async for news in both:
                    if (update := self._take(news)) is not None:
                        yield update
        except AiBoxTimeoutError:
            # Its history tells a box that ignores pings (any more) from one that is gone, and nothing else can.
            if not stream.heard_pong and await self._recovery.history_answers():
                self._pings.unanswered()
            raise
        finally:
            self._watch = None
            self._stream = None
            self._recovery.hear_until(stream.heard_at)
            self._recovery.disconnected()

    async def _clock(self) -> ClockReading | None:
        try:
            return await self.rest.clock()
        except AiBoxError:
            return None

    def _take(self, news: _News) -> Update | None:
        """Return what to tell, None for what was told already.

        It counts as told from now on, and whoever stops listening stops where something is waited for: no such
        place may lie between here and whom it is told.
        """
        match news:
            case UnreadableError(kind=kind):
                return Skipped(kind)
            case LiveRecognition():
                recognition = self._deduplicator.admit(
                    news.recognition, self._recovered_ids
                )
                if recognition is None or not self._recovery.hear(recognition):
                    return None
                if recognition is news.recognition:
                    return news
                return replace(news, recognition=recognition)
            case Missing():
                if (found := self._recovery.recover(news)) is None:
                    return None
                # Each under a name of its own.
                recognition = self._recovered_ids.admit(
                    found.recognition, self._deduplicator
                )
                return None if recognition is None else Recovered(recognition)
            case _:
                return news
