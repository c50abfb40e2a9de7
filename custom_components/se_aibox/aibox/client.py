"""The client of a box: connect, recover, listen, reconnect.

More than 400 lines: the interface of all clients stands beside the first of them.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import random
from typing import Protocol

from aiohttp import ClientSession

from .broadcasts import follow_device_list
from .clock import BoxClock
from .delivered import Delivered
from .exceptions import (
    AiBoxAnotherBoxError,
    AiBoxConnectionError,
    AiBoxError,
    AiBoxMessageTooLargeError,
    AiBoxNotFoundError,
    AiBoxTimeoutError,
    AiBoxUnidentifiedError,
    UnreadableError,
)
from .feed_check import FeedCheck
from .history import History
from .models import (
    Bookmark,
    BoxInfo,
    BoxKind,
    CaptureDevice,
    Dialect,
    LiveRecognition,
    PictureKind,
    Ports,
    Recognition,
    Record,
    Subscription,
)
from .pings import Pings
from .recovery import Recovery
from .rest import Rest
from .retry import delay, failures_after
from .stream import EventStream, connect
from .updates import (
    Connected,
    Deliver,
    Disconnected,
    PicturesTooLarge,
    ScanFailed,
    Skipped,
)
from .uploads import Uploads

_FRESHNESS_LIMIT = timedelta(seconds=60)
# An upload of a younger record may still come, and be acted upon.
_UPLOADING = timedelta(minutes=5)
# After this, no message with withdrawn pictures is still on its way.
_ON_THEIR_WAY_SECONDS = 5.0


class BoxClient(Protocol):
    """The client of a box, however its recognitions arrive."""

    @property
    def kind(self) -> BoxKind:
        """What boxes of this kind can do."""

    @property
    def rest(self) -> Rest:
        """The REST calls of the box."""

    @property
    def clock(self) -> BoxClock:
        """The clock of the box."""

    @property
    def history(self) -> History | None:
        """The history, or None if the box keeps none."""

    @property
    def bookmark(self) -> Bookmark:
        """Where to continue after a restart."""

    @property
    def duplicates(self) -> int:
        """Number of live messages dropped as duplicates."""

    @property
    def detects_deafness(self) -> bool:
        """Whether an open but deaf socket can be detected."""

    @property
    def has_pushed_lately(self) -> bool:
        """Whether the box pushed within the last ten minutes."""

    def has_reading(self, reading: str) -> bool:
        """Return True if the box reports a reading.

        `reading` is a field of `BoxHealth`, `pass_mode`, `enrolled_people` or
        `operation`.
        """

    async def capture_devices(self) -> tuple[CaptureDevice, ...]:
        """Return the capture devices; raises `AiBoxError`."""

    async def subscribe(self, subscription: Subscription) -> None:
        """Set what the box pushes."""

    async def run(self, deliver: Deliver) -> None:
        """Deliver updates until canceled."""

    async def follow_device_list(self, changed: Callable[[], None]) -> None:
        """Call back whenever the capture devices may have changed.

        Returns at once if such boxes do not broadcast changes.
        """

    def return_for_recovery(
        self, recognition: Recognition, *, must_recover: bool = True
    ) -> None:
        """Return an undelivered recognition for recovery.

        With `must_recover`, the next scan starts early enough to recover it.
        Otherwise, it is recovered only if the next scan reads that far back anyway.
        """

    def request_scan(self) -> None:
        """Request a scan for returned and late records."""

    def forget(self, capture_device_id: str) -> None:
        """Forget a capture device that the user deleted."""


class AiBoxClient:
    """The client of a box with an event socket."""

    def __init__(
        self,
        session: ClientSession,
        host: str,
        ports: Ports,
        dialect: Dialect,
        *,
        bookmark: Bookmark | None = None,
        recovers: bool = True,
        receives_uploads: bool = False,
        freshness_limit: timedelta = _FRESHNESS_LIMIT,
        wants: Callable[[str], bool] = lambda _: True,
        is_box: Callable[[BoxInfo], bool | None] = lambda _: True,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Continue from the bookmark of an earlier client.

        With `recovers`, missed recognitions are delivered for the capture devices that
        `wants` accepts. A record counts as missed once it is older than
        `freshness_limit`. With `receives_uploads`, they are delivered without an event
        socket, too. `is_box` returns False for another box, and None for one
        that does not identify itself. `sleep` and `jitter` are for tests.
        """
        bookmark = bookmark or Bookmark()
        self.rest = Rest(session, host, ports, dialect)
        self.kind = BoxKind(opens_doors=self.rest.wire.OPENS_DOORS)
        self.history = History(self.rest)
        self.clock = BoxClock(self.rest.clock)
        self._session = session
        self._host = host
        self._ports = ports
        self._dialect = dialect
        self._delivered = Delivered(
            bookmark.delivered, shares_ids=self.rest.wire.SHARES_IDS
        )
        self._recovery = Recovery(
            self.history,
            self._delivered,
            bookmark,
            self.clock,
            wants=wants,
            may_arrive=self._may_arrive,
            sleep=sleep,
            jitter=jitter,
        )
        self._feed = FeedCheck(
            self._recovery,
            self.rest,
            self.clock,
            recovers=recovers,
            late=freshness_limit,
        )
        self.uploads = Uploads(
            self.rest.wire,
            self._delivered,
            self._recovery,
            wants=wants,
            pictures=lambda: self._subscription.pictures,
            missed=self._feed.receive_upload,
        )
        self._recovers = recovers
        self._receives_uploads = receives_uploads
        # Whether the history was scanned since the event socket was lost.
        self._is_scanned = False
        self._uploading = min(freshness_limit, _UPLOADING)
        self._is_box = is_box
        self._sleep = sleep
        self._jitter = jitter
        self._subscription = Subscription(frozenset())
        self._stream: EventStream | None = None
        self._pings = Pings()
        self._too_large = 0
        # Pictures withdrawn on this connection, and since when, in the loop's time.
        self._withdrawn: frozenset[PictureKind] = frozenset()
        self._withdrawn_at = 0.0

    def has_reading(self, reading: str) -> bool:
        """Return True: an unsupported reading shows as unknown."""
        return True

    async def capture_devices(self) -> tuple[CaptureDevice, ...]:
        """Return the capture devices; raises `AiBoxError`."""
        return await self.rest.capture_devices()

    @property
    def bookmark(self) -> Bookmark:
        """Where to continue after a restart."""
        bookmark = self._recovery.bookmark
        if self._recovers:
            return bookmark
        return replace(bookmark, complete_until=None, noted_at=None)

    @property
    def duplicates(self) -> int:
        """Number of live messages dropped as duplicates."""
        return self._delivered.duplicates

    @property
    def detects_deafness(self) -> bool:
        """Whether an open but deaf socket can be detected."""
        return self._feed.detects_deafness

    @property
    def has_pushed_lately(self) -> bool:
        """Always False: it sends recognitions while connected only."""
        return False

    def return_for_recovery(
        self, recognition: Recognition, *, must_recover: bool = True
    ) -> None:
        """Return an undelivered recognition for recovery."""
        self._delivered.undo_delivery(recognition)
        if must_recover:
            self._recovery.return_for_recovery(recognition)

    def request_scan(self) -> None:
        """Request a scan for returned and late records."""
        self._recovery.request_scan()

    def forget(self, capture_device_id: str) -> None:
        """Do nothing: the box lists its capture devices."""

    async def subscribe(self, subscription: Subscription) -> None:
        """Set what the box pushes, also after a reconnect."""
        if subscription == self._subscription:
            return
        grows = subscription.capture_device_ids - self._subscription.capture_device_ids
        earlier = self._withdrawn | self._subscription.pictures
        if subscription.pictures != self._subscription.pictures:
            self._withdrawn = earlier - subscription.pictures
            self._withdrawn_at = asyncio.get_running_loop().time()
        self._subscription = subscription
        if self._stream is not None:
            try:
                await self._send_subscription(self._stream)
            except AiBoxError:
                # The reader detects the broken socket, too, and `run` reconnects.
                return
        if grows:
            # Earlier recognitions of the new capture devices were not pushed.
            self.request_scan()

    async def _send_subscription(self, stream: EventStream) -> None:
        subscription = self._subscription
        if self._too_large > 1:
            subscription = subscription.without_pictures()
        await stream.subscribe(subscription)
        self._feed.subscribed(subscription.capture_device_ids)

    def _may_arrive(self, record: Record) -> bool:
        if self._stream is None:
            now = self._recovery.box_time(datetime.now(UTC))
            return now - record.recognition.occurred_at < self._uploading
        return self._feed.may_arrive(record)

    async def run(self, deliver: Deliver) -> None:
        """Deliver updates until canceled."""
        with self.uploads.delivering_to(deliver):
            await self._keep_listening(deliver)

    async def _keep_listening(self, deliver: Deliver) -> None:
        """Listen, and connect again whenever the connection ends."""
        failures = 0
        loop = asyncio.get_running_loop()
        while True:
            opened = loop.time()
            try:
                async with connect(
                    self._session, self._host, self._ports, self._dialect, self._pings
                ) as stream:
                    await self._listen(stream, deliver)
            except* AiBoxError as group:
                self._lose_connection(_first(group), deliver)
            if self._receives_uploads and self._recovers:
                await self._scan_without_socket(deliver)
            failures = failures_after(failures, loop.time() - opened)
            await self._sleep(delay(failures, self._jitter()))

    async def _scan_without_socket(self, deliver: Deliver) -> None:
        """Recover missed recognitions, once per outage and from this box only."""
        if self._recovery.take_request():
            self._is_scanned = False
        if self._is_scanned:
            return
        info, _ = await asyncio.gather(
            self.rest.box_info(), self.clock.measure_or_keep()
        )
        if not self._is_box(info):
            return
        self._recovery.use_clock()
        try:
            await self._recovery.scan(deliver)
        except AiBoxConnectionError:
            # The lost connection was delivered already.
            return
        except AiBoxError as error:
            deliver(ScanFailed(error))
            if not isinstance(error, AiBoxNotFoundError):
                # It is tried again. A box without a history is not asked again.
                return
        self._is_scanned = True

    def _lose_connection(self, error: AiBoxError, deliver: Deliver) -> None:
        deliver(Disconnected(error))
        if isinstance(error, AiBoxMessageTooLargeError):
            self._too_large += 1
            if self._too_large > 1:
                deliver(PicturesTooLarge())

    async def follow_device_list(self, changed: Callable[[], None]) -> None:
        """Call back whenever the capture devices may have changed.

        Returns at once if the dialect has no broadcasts.
        """
        if self.rest.wire.HAS_BROADCASTS:
            await follow_device_list(
                self._session,
                self._host,
                self._ports,
                changed,
                sleep=self._sleep,
                jitter=self._jitter,
            )

    async def _listen(self, stream: EventStream, deliver: Deliver) -> None:
        # Check this first: two boxes may have swapped addresses.
        info, clock = await asyncio.gather(
            self.rest.box_info(), self.clock.measure_or_keep()
        )
        is_box = self._is_box(info)
        if is_box is None:
            raise AiBoxUnidentifiedError("the box does not identify itself")
        if not is_box:
            raise AiBoxAnotherBoxError("another box answers at this address")
        self._recovery.use_clock()
        self._feed.connected()
        # Set this before subscribing: a later subscription must reach this stream, too.
        self._stream = stream
        self._is_scanned = False
        self._withdrawn = frozenset()
        try:
            await self._send_subscription(stream)
            await stream.wait_until_alive()
            deliver(Connected(info, clock))
            async with asyncio.TaskGroup() as tasks:
                if self._recovers:
                    tasks.create_task(self._recovery.run(deliver))
                tasks.create_task(self._feed.run(stream, deliver))
                async for message in stream.messages():
                    self._receive(message, deliver)
        except* AiBoxTimeoutError:
            # A box that ignores pings (or began to) may be alive: ask its history.
            if not stream.received_pong and await self._recovery.history_answers():
                self._pings.unanswered()
            raise
        finally:
            self._stream = None
            self._recovery.disconnected()

    def _receive(
        self, message: LiveRecognition | UnreadableError, deliver: Deliver
    ) -> None:
        if isinstance(message, UnreadableError):
            deliver(Skipped(message.kind))
            return
        self._feed.receive(message.recognition)
        self.clock.receive(message.recognition)
        # Marked as delivered here: an `await` before `deliver` could lose it.
        recognition = self._delivered.accept_live(message.recognition)
        if recognition is message.recognition:
            deliver(message)
        elif recognition is not None:
            deliver(replace(message, recognition=recognition))
        self._check_pictures(message)

    def _check_pictures(self, live: LiveRecognition) -> None:
        """End a connection on which withdrawn pictures keep arriving.

        Some firmware reads only the first frame of a connection.
        """
        if self._withdrawn.isdisjoint(live.embedded_pictures):
            return
        since = asyncio.get_running_loop().time() - self._withdrawn_at
        if since > _ON_THEIR_WAY_SECONDS:
            raise AiBoxConnectionError("the box sends pictures that are switched off")


def _first(group: BaseExceptionGroup[AiBoxError]) -> AiBoxError:
    """Return the error that ended a connection."""
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
