"""Finds in a box's history what it recorded while nobody listened, and tells it once (PROTOCOL §4)."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from .exceptions import AiBoxError
from .history import BEGINNING, History
from .history_search import newest_first
from .ledger import Ledger, Matching
from .met import MetRecords
from .models import Bookmark, ClockReading, HistoryQuery, Recognition, Record

# A record may enter the history minutes after its time.
OVERLAP = timedelta(minutes=10)
LONGEST = timedelta(hours=24)
MOST_RECORDS = 20_000

# While it is read, a record takes up to five kilobytes, and a walk holds several pages at a time.
_PER_PAGE = 50
# A record this young may still be on its way on the socket, too.
_YOUNG = timedelta(seconds=30)
_ON_ITS_WAY = timedelta(seconds=2)
# Long enough to prove a socket dead that has not brought it.
_SURELY_THERE = timedelta(seconds=10)
_LATELY = timedelta(minutes=2)
# A box's clock may have been set back while Home Assistant was down.
_KEPT = OVERLAP + timedelta(hours=1)
_NOTHING_OWED = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Recovered:
    """A recognition that the socket did not bring."""

    recognition: Recognition


@dataclass(frozen=True, slots=True)
class Missing:
    """What the history has and nobody was told of yet; whoever is about to tell of it has it recovered."""

    record: Record
    matching: Matching


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """The history was walked through; this many were recovered, and this many lie beyond the bounds."""

    recovered: int
    # None for some: not every box tells how many it has.
    left: int | None


@dataclass(frozen=True, slots=True)
class _Span:
    """What to walk through; box time."""

    start: datetime
    end: datetime


class Recovery:
    """How far one box was heard, and what is still to be recovered."""

    def __init__(
        self,
        history: History,
        bookmark: Bookmark | None,
        *,
        shares_ids: bool,
        wants: Callable[[str], bool],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Go on from a bookmark; without one, nothing that happened before now is ours.

        `wants` says of a capture device id whether its recognitions are wanted.
        """
        self._history = history
        self._wants = wants
        self._sleep = sleep
        self._ledger = (
            Ledger(bookmark.told, bookmark.told_since_ms, shares_ids=shares_ids)
            if bookmark
            else Ledger(shares_ids=shares_ids)
        )
        self._seen = bookmark.seen if bookmark else None
        self._heard_at = bookmark.heard_at if bookmark else datetime.now(UTC)
        # How far the box's clock is ahead of ours, as measured last.
        self._clock = ClockReading(timedelta(), LONGEST)
        # While something may be missing, what is heard live does not move the bookmark past it.
        self._is_settled = False
        # Since when, by the box's clock, something is to be told that was given back.
        self._owed_from = _NOTHING_OWED
        # The same of a walk that is under way, for whoever is cut short in it.
        self._walking_from = _NOTHING_OWED

    @property
    def is_new(self) -> bool:
        """Whether nothing was heard yet."""
        return self._seen is None

    @property
    def bookmark(self) -> Bookmark | None:
        """Where to go on after a restart, None where nothing was heard yet."""
        if self._seen is None:
            return None
        seen = min(self._seen, self._owed_from, self._walking_from)
        return Bookmark(seen, self._heard_at, *self._ledger.since(seen - _KEPT))

    def hear(self, recognition: Recognition) -> bool:
        """Take what is told live; return False for what was recovered before."""
        if self._is_settled:
            # Never later than the box's now: a time from the future must not hide what comes next.
            box_now = recognition.received_at + self._clock.offset
            self._move(min(recognition.occurred_at, box_now), recognition.received_at)
        return self._ledger.tell(recognition)

    def give_back(self, recognition: Recognition, *, is_owed: bool) -> None:
        """Take back what reached nobody: it is missing again, and looked for from when it happened where it is owed."""
        self._ledger.forget(recognition)
        if not is_owed:
            return
        # A hostile time must not overflow what is reckoned with it.
        self._owed_from = min(self._owed_from, max(recognition.occurred_at, BEGINNING))

    def hear_until(self, heard_at: datetime) -> None:
        """Take that the box was heard until then by our clock, and would have told everything before."""
        if self._is_settled:
            self._move(heard_at + self._clock.offset, heard_at)

    def disconnected(self) -> None:
        """Take note that something may be missing from now on."""
        self._is_settled = False

    def settle(self) -> None:
        """Take note that nothing is missing any more: what entered late was looked for, too."""
        self._is_settled = True

    def _move(self, seen: datetime, heard_at: datetime) -> None:
        if self._seen is None or seen >= self._seen:
            self._seen, self._heard_at = seen, heard_at

    def measure(self, clock: ClockReading | None) -> None:
        """Take the box's clock error; where it cannot be measured, the last one holds."""
        if clock is not None:
            self._clock = clock

    def recover(self, missing: Missing) -> Recovered | None:
        """Return what to tell of, None for what came live since it was found missing."""
        if missing.matching.knows(missing.record):
            return None
        missing.matching.recover(missing.record)
        return Recovered(missing.record.recognition)

    async def catch_up(self) -> AsyncGenerator[Missing | CaughtUp]:
        """Yield what is missing up to now; raises what a request raises, and can be asked again then."""
        connected_at = datetime.now(UTC)
        box_now = connected_at + self._clock.offset
        if self._seen is None:
            span = self._span(box_now)
            await self._skip(span)
            self._ledger.forget_before(span.start)
            self._seen, self._heard_at = box_now, connected_at
            self.settle()
            yield CaughtUp(recovered=0, left=0)
            return
        # By our clock, too: the box's may have been set back since.
        since = min(self._seen, box_now - (connected_at - self._heard_at))
        too_old_from = since if since < box_now - LONGEST else None
        span = self._span(min(since, self._owed_from))
        async with aclosing(self._walk(span, too_old_from)) as walk:
            async for update in walk:
                if isinstance(update, CaughtUp):
                    self._seen, self._heard_at = box_now, connected_at
                yield update

    async def look_again(self, since: datetime) -> AsyncGenerator[Missing | CaughtUp]:
        """Yield what has entered the history late, of what happened since then by our clock."""
        span = self._span(min(since + self._clock.offset, self._owed_from))
        async with aclosing(self._walk(span)) as walk:
            async for update in walk:
                yield update

    async def missed(self, capture_device_ids: frozenset[str]) -> bool:
        """Return whether the box recorded something on these devices lately that the socket did not bring."""
        box_now = datetime.now(UTC) + self._clock.offset
        start = self._known_from(box_now - _LATELY, box_now)
        query = HistoryQuery(start, box_now - _SURELY_THERE, per_page=_PER_PAGE)
        # What a dead socket did not bring is the newest.
        async with aclosing(newest_first(self._history, query)) as pages:
            page = await anext(pages)
        matching = self._ledger.matching()
        return any(
            not matching.knows(record)
            for record in page.records
            if record.recognition.capture_device_id in capture_device_ids
        )

    async def history_answers(self) -> bool:
        """Return whether the box can be asked what it recorded."""
        try:
            await self.missed(frozenset())
        except AiBoxError:
            return False
        return True

    def _span(self, since: datetime) -> _Span:
        """Return what to walk through to find what entered since then: until now, within the bounds."""
        box_now = datetime.now(UTC) + self._clock.offset
        start = max(since - OVERLAP, box_now - LONGEST)
        return _Span(
            self._known_from(start, box_now), box_now + self._clock.uncertainty
        )

    def _known_from(self, start: datetime, box_now: datetime) -> datetime:
        """Return the start, or what lies behind it: from when on it is known what was told."""
        # A clock that was set back leaves the horizon in the future.
        horizon = self._ledger.horizon
        return horizon if start < horizon < box_now else start

    async def _skip(self, span: _Span) -> None:
        """Take everything as told: it happened before anybody wanted to know."""
        query = HistoryQuery(span.start, span.end, per_page=_PER_PAGE)
        matching = self._ledger.matching()
        rows = 0
        async with aclosing(self._history.pages(query)) as pages:
            async for page in pages:
                for record in page.records:
                    if not matching.knows(record):
                        matching.pass_over(record)
                rows += page.rows
                # Whatever fills page after page is no history.
                if rows >= MOST_RECORDS:
                    return

    async def _walk(
        self, span: _Span, too_old_from: datetime | None = None
    ) -> AsyncGenerator[Missing | CaughtUp]:
        """Yield what was not told yet, oldest first, then how much of it was recovered.

        What happened between `too_old_from` and the span is only counted.
        """
        self._walking_from, self._owed_from = self._owed_from, _NOTHING_OWED
        is_over = False
        try:
            matching = self._ledger.matching()
            missing, left = await self._read_missing(span, matching)
            young = datetime.now(UTC) + self._clock.offset - _YOUNG
            waited = False
            for record in missing:
                if record.recognition.occurred_at > young and not waited:
                    await self._sleep(_ON_ITS_WAY.total_seconds())
                    waited = True
                yield Missing(record, matching)
            too_old = await self._count_too_old(span, too_old_from)
            is_over = True
        finally:
            if not is_over:
                self._owed_from = min(self._owed_from, self._walking_from)
            self._walking_from = _NOTHING_OWED
        yield CaughtUp(
            matching.recovered,
            None if left is None or too_old is None else left + too_old,
        )

    async def _read_missing(
        self, span: _Span, matching: Matching
    ) -> tuple[list[Record], int | None]:
        """Return the newest records that were not told, oldest first, and how many more there are, None for some."""
        missing: list[Record] = []
        rows = 0
        totals: list[int] = []
        met = MetRecords(MOST_RECORDS)
        is_cut_off = False
        query = HistoryQuery(span.start, span.end, per_page=_PER_PAGE)
        async with aclosing(newest_first(self._history, query)) as pages:
            async for page in pages:
                rows += page.rows
                if page.total is not None:
                    totals.append(page.total)
                missing += (
                    record
                    for record in page.records
                    if self._wants(record.recognition.capture_device_id)
                    and not met.meets_again(record)
                    and not matching.knows(record)
                )
                if is_cut_off := rows >= MOST_RECORDS:
                    break
        missing.sort(key=lambda record: record.recognition.occurred_at)
        if not totals:
            return missing, None if is_cut_off else 0
        # What entered the history meanwhile is not left: it is looked for again.
        return missing, max(min(totals) - rows, 0)

    async def _count_too_old(
        self, span: _Span, too_old_from: datetime | None
    ) -> int | None:
        """Return how many happened before the bounds, None for some."""
        if too_old_from is None:
            return 0
        # The last one that was seen does not count.
        start = too_old_from + timedelta(milliseconds=1)
        page = await self._history.page(HistoryQuery(start, span.start, per_page=1))
        return page.total if page.rows else 0
