"""Recovers missed recognitions from a box's history (docs/protocol.md §4)."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import batched
import math
import random

from .clock import BoxClock
from .delivered import Delivered
from .exceptions import AiBoxError, AiBoxNotFoundError
from .history import BEGINNING, History
from .history_search import newest_first
from .models import ROUNDING, Bookmark, ClockReading, HistoryQuery, Recognition, Record
from .retry import delay
from .updates import Deliver, Recovered, ScanCompleted, ScanFailed

# A record may enter the history minutes after its time.
OVERLAP = timedelta(minutes=10)
LONGEST = timedelta(hours=24)
MOST_RECORDS = 20_000
# After this, everything from before a connection is in the history.
_LATE_SECONDS = OVERLAP.total_seconds()
# The interval of scans for what a scan left out. The feed check comes first: what a
# scan recovers is no sign of a deaf socket.
_EXTRA_SECONDS = 180.0

# A record takes up to five kilobytes while it is read.
_PER_PAGE = 50
# After comparing this many records, other tasks run.
_AT_ONCE = 200
# A record this young may still arrive on the socket.
_YOUNG = timedelta(seconds=30)
_ON_ITS_WAY = timedelta(seconds=2)
# A box's clock may have been set back while Home Assistant was down.
_KEPT = OVERLAP + timedelta(hours=1)
_RECENT = timedelta(minutes=2)
_CLOCK_WAS_SET = timedelta(seconds=5)
_NEVER = datetime.max.replace(tzinfo=UTC)


class Recovery:
    """Finds and delivers recognitions that the socket missed."""

    def __init__(
        self,
        history: History,
        delivered: Delivered,
        bookmark: Bookmark,
        clock: BoxClock,
        *,
        wants: Callable[[str], bool] = lambda _: True,
        may_arrive: Callable[[Record], bool] = lambda _: False,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Continue from a bookmark; an empty one begins now.

        `wants` decides by capture device id whether recognitions are recovered,
        `may_arrive` whether the message of a record may still arrive and be acted upon.
        """
        self._history = history
        self._delivered = delivered
        self._wants = wants
        self._may_arrive = may_arrive
        # Whether the last scan left out records whose messages may still arrive.
        self._left_some = False
        self._sleep = sleep
        self._jitter = jitter
        # Everything before this moment was delivered. By the box's clock, and by ours.
        # None before the first scan.
        self._complete_until = bookmark.complete_until
        # A restart before the first scan does not begin anew.
        self._began_at = self._noted_at = bookmark.noted_at or datetime.now(UTC)
        # While true, only a scan moves `_complete_until`.
        self._may_miss = True
        # The earliest recognition that was returned and not recovered yet.
        self._returned_from = _NEVER
        # Messages up to this box time arrived: the client returned one of them.
        self._returned_until = BEGINNING
        self._requested = asyncio.Event()
        self._box_clock = clock
        # The reading in use; only `use_clock` changes it.
        self._clock = ClockReading(timedelta(), LONGEST)

    @property
    def bookmark(self) -> Bookmark:
        """Where to continue after a restart."""
        if self._complete_until is None:
            return Bookmark(None, self._began_at, self._delivered.pack(BEGINNING))
        until = min(
            self._complete_until,
            # A clock that was set back leaves the time above in the future.
            self.box_time(self._noted_at),
            self._returned_from,
        )
        return Bookmark(until, self._noted_at, self._delivered.pack(until - _KEPT))

    def box_time(self, moment: datetime) -> datetime:
        """Convert our clock's time to the box's."""
        return moment + self._clock.offset

    def use_clock(self) -> bool:
        """Use the last reading of the box's clock.

        Return True if the box's clock was set since the one used before.
        """
        last, self._clock = self._clock, self._box_clock.for_history or self._clock
        self._delivered.box_ahead = self._clock.offset
        self._delivered.uncertainty = self._clock.uncertainty
        return abs(self._clock.offset - last.offset) > _CLOCK_WAS_SET

    def is_due(self, recognition: Recognition) -> bool:
        """Return whether an uploaded recognition may be missing.

        It is not if it is from before everything that was delivered, or too old to be
        recovered: a box may upload its whole history.
        """
        clock = self._box_clock.for_history or self._clock
        now = datetime.now(UTC) + clock.offset
        if self._complete_until is None:
            # Nothing was scanned so far: begin here, as the first scan does.
            self._complete_until = self._began_at + clock.offset
            self._noted_at = self._began_at
            self._delivered.forget_before(self._complete_until)
        # A clock that was set back leaves these times in the future.
        until = min(self._complete_until, self._noted_at + clock.offset)
        oldest = max(until - OVERLAP, now - LONGEST)
        if oldest < self._delivered.known_from < now:
            oldest = self._delivered.known_from
        return recognition.occurred_at >= oldest

    def check_passed(self, ago: timedelta) -> None:
        """Mark everything older than `ago` as delivered."""
        if not self._may_miss:
            until = datetime.now(UTC) - ago
            self._complete_until, self._noted_at = self.box_time(until), until

    def disconnected(self) -> None:
        """Expect missed recognitions from now on."""
        self._may_miss = True
        self._returned_until = BEGINNING

    def return_for_recovery(self, recognition: Recognition) -> None:
        """Make the next scan include a recognition."""
        # Clamp a hostile time, which would overflow later.
        moment = max(recognition.occurred_at, BEGINNING)
        self._returned_from = min(self._returned_from, moment)
        # A time far in the future says nothing about the messages until then.
        latest = self.box_time(datetime.now(UTC)) + _CLOCK_WAS_SET
        until = min(moment + ROUNDING, latest)
        self._returned_until = max(self._returned_until, until)

    def request_scan(self) -> None:
        """Request a scan of the history."""
        self._requested.set()

    def take_request(self) -> bool:
        """Return whether a scan was requested since the last call."""
        is_requested = self._requested.is_set()
        self._requested.clear()
        return is_requested

    async def run(self, deliver: Deliver) -> None:
        """Scan now, again for late records, and on request."""
        last_at = extra_at = math.inf
        while True:
            is_first = self._complete_until is None
            is_requested = self.take_request()
            is_last = not is_requested and _now() >= last_at
            is_extra = not is_requested and _now() >= extra_at
            is_scanned = await self._scan_until_done(deliver)
            if is_scanned and (is_first or is_last):
                last_at = math.inf
            elif not is_extra:
                # Records of this scan's time span may enter late, too.
                last_at = _now() + _LATE_SECONDS
            self._may_miss = not is_scanned or last_at < math.inf
            extra_at = _now() + _EXTRA_SECONDS if self._left_some else math.inf
            with suppress(TimeoutError):
                async with asyncio.timeout_at(min(last_at, extra_at)):
                    await self._requested.wait()

    async def _scan_until_done(self, deliver: Deliver) -> bool:
        """Scan until it succeeds; return False without a history."""
        failures = 0
        while True:
            try:
                await self.scan(deliver)
            except AiBoxError as error:
                deliver(ScanFailed(error))
                if isinstance(error, AiBoxNotFoundError):
                    # The box keeps no history, or has no such call.
                    return False
                failures += 1
                await self._sleep(delay(failures, self._jitter()))
            else:
                return True

    async def scan(self, deliver: Deliver) -> None:
        """Deliver missing recognitions, oldest first; raises `AiBoxError`."""
        now = datetime.now(UTC)
        if self._complete_until is None:
            # Start here and not now: the history may have been unreadable until now,
            # and what was missed meanwhile is recovered.
            began = self.box_time(self._began_at)
            await self._pass_over(began)
            self._complete_until, self._noted_at = began, self._began_at
        update = await self._recover(self._complete_until, now, deliver)
        self._complete_until, self._noted_at = self.box_time(now), now
        deliver(update)

    async def _recover(
        self, complete_until: datetime, now: datetime, deliver: Deliver
    ) -> ScanCompleted:
        end = self.box_time(now)
        # By our clock, too: the box's may have been set back since.
        missing_from = min(complete_until, end - (now - self._noted_at))
        returned_from = max(self._returned_from, end - LONGEST)
        # An interrupted scan starts here again; nothing else moves this time.
        self._complete_until = min(missing_from, returned_from)
        self._may_miss = True
        self._returned_from = _NEVER
        query = self._query(
            self._complete_until - OVERLAP, end, end + self._clock.uncertainty
        )
        found, left = await self._read_missing(query)
        missing = [
            record
            for record in found
            if record.recognition.occurred_at <= self._returned_until
            or not self._may_arrive(record)
        ]
        self._left_some = len(missing) < len(found)
        if missing_from < end - LONGEST:
            left = _sum(left, await self._count(missing_from, query.start))
        return ScanCompleted(await self.deliver(missing, deliver), left)

    def _query(self, start: datetime, now: datetime, end: datetime) -> HistoryQuery:
        start = max(start, now - LONGEST)
        known_from = self._delivered.known_from
        # A clock that was set back leaves the oldest known time in the future.
        if start < known_from < now:
            start = known_from
        return HistoryQuery(start, end, per_page=_PER_PAGE)

    async def _pass_over(self, end: datetime) -> None:
        """Mark everything before the first connection as delivered."""
        query = self._query(end - OVERLAP, end, end + self._clock.uncertainty)
        rows = 0
        async with aclosing(self._history.pages(query)) as pages:
            async for page in pages:
                for record in page.records:
                    self._delivered.pass_over(record)
                rows += page.rows
                # A box whose pages never end is broken.
                if rows >= MOST_RECORDS:
                    break
        self._delivered.forget_before(query.start)

    async def _read_missing(
        self, query: HistoryQuery, max_records: int | None = None
    ) -> tuple[list[Record], int | None]:
        """Return the newest missing records, oldest first, and how many are left.

        The number left is None if the box does not report it. Records that enter
        meanwhile push others to another page: those may come twice.
        """
        missing: list[Record] = []
        rows = 0
        totals: list[int] = []
        is_cut_off = False
        async with aclosing(newest_first(self._history, query)) as pages:
            async for page in pages:
                rows += page.rows
                if page.total is not None:
                    totals.append(page.total)
                # A box may return more records than requested.
                for some in batched(page.records, _AT_ONCE, strict=False):
                    missing += self._delivered.missing(filter(self._is_wanted, some))
                    await asyncio.sleep(0)
                if is_cut_off := rows >= (max_records or MOST_RECORDS):
                    break
        missing.sort(key=_occurred_at)
        if not totals:
            return missing, None if is_cut_off else 0
        # Records that entered meanwhile do not count: the next scan finds them.
        return missing, max(min(totals) - rows, 0)

    async def history_answers(self) -> bool:
        """Return True if the history can be read now."""
        try:
            now = self.box_time(datetime.now(UTC))
            await self._history.page(HistoryQuery(now - _RECENT, now, per_page=1))
        except AiBoxError:
            return False
        return True

    def _is_wanted(self, record: Record) -> bool:
        return self._wants(record.recognition.capture_device_id)

    async def find_missing(
        self,
        start: datetime,
        end: datetime,
        *,
        capture_device_ids: frozenset[str] = frozenset(),
        max_records: int | None = None,
    ) -> list[Record]:
        """Return the missing records between two box times, oldest first.

        Raises `AiBoxError`.
        """
        query = replace(
            self._query(start, end, end), capture_device_ids=capture_device_ids
        )
        return (await self._read_missing(query, max_records))[0]

    async def deliver(self, missing: list[Record], deliver: Deliver) -> int:
        """Deliver records; return how many were still missing."""
        young = self.box_time(datetime.now(UTC)) - _YOUNG
        waited = False
        recovered = 0
        for record in missing:
            if record.recognition.occurred_at > young and not waited:
                await self._sleep(_ON_ITS_WAY.total_seconds())
                waited = True
            # Marked as delivered here: an `await` before `deliver` could lose it.
            if (recognition := self._delivered.accept_record(record)) is not None:
                deliver(Recovered(recognition))
                recovered += 1
                await asyncio.sleep(0)
        return recovered

    async def _count(self, since: datetime, end: datetime) -> int | None:
        """Return the number of missed records, or None if unreported."""
        # Exclude the last delivered record.
        start = since + timedelta(milliseconds=1)
        page = await self._history.page(HistoryQuery(start, end, per_page=1))
        if not page.rows:
            return 0
        if page.total is None:
            return None
        # Some arrived live after the last scan.
        return max(page.total - self._delivered.count(start, end), 0)


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _occurred_at(record: Record) -> datetime:
    return record.recognition.occurred_at


def _now() -> float:
    return asyncio.get_running_loop().time()
