"""Reads a part of a box's list, and merges the parts of several boxes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge

from homeassistant.util import dt as dt_util

from ..aibox.history import AHEAD, BEGINNING
from ..aibox.models import HistoryQuery, Recognition, Record
from ..box.history import BoxHistory
from ..recognition.freshness import seen_at
from .cursor import Cursor, Position, end_of, millisecond

# A filter that only we know may leave almost nothing of these.
_MOST_ROWS = 500
# More within one millisecond are not real.
_MOST_ROWS_EVER = 4000
_MOST_PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Search:
    """How to find what is wanted in the history of a box."""

    history: BoxHistory
    # Narrows a query to what is accepted, as far as the box can.
    queries: Callable[[HistoryQuery], Sequence[HistoryQuery]]
    accepts: Callable[[Recognition], bool]
    # How far the box's clock is ahead of ours.
    box_ahead: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a box's list, newest first."""

    recognitions: tuple[Recognition, ...]
    # Everything after this millisecond was read; None if nothing is left.
    read_to: int | None
    box_ahead: timedelta = timedelta()

    def position_after(self, count: int, before: Position | None) -> Position | None:
        """Return the position once `count` of the recognitions are shown."""
        if count == len(self.recognitions):
            return Position(self.read_to)
        if count == 0:
            return before
        numbers = [millisecond(seen.occurred_at) for seen in self.recognitions[:count]]
        shown = numbers.count(last := numbers[-1])
        if before is not None and before.until == last:
            shown += before.shown
        return Position(last, shown)


@dataclass(frozen=True, slots=True)
class Page:
    """Recognitions with the config entry ids of their boxes, newest first."""

    found: tuple[tuple[str, Recognition], ...]
    # Where the next page begins; None after the last.
    older: Cursor | None


async def async_read(search: Search, begin: Position | None, count: int) -> Part:
    """Return at least `count` of a box's newest recognitions.

    There are fewer if the box has no more, or too many others in between. Raises
    `AiBoxError`.
    """
    begin = begin or Position(millisecond(dt_util.utcnow() + AHEAD))
    if (until := begin.until) is None:
        return Part((), None, search.box_ahead)
    shown = begin.shown
    # One more shows how far they are complete. With another, one request is enough.
    most, most_rows = shown + count + 1, _MOST_ROWS
    while True:
        query = HistoryQuery(
            BEGINNING, end_of(until), per_page=min(most + 1, _MOST_PER_PAGE)
        )
        found = await search.history.async_find(
            search.queries(query), search.accepts, most, most_rows
        )
        if found.looked_back_to is None:
            return _part(search, found.records, None, until, shown)
        read_to = millisecond(found.looked_back_to)
        if most_rows >= _MOST_ROWS_EVER:
            return _part(search, found.records, read_to - 1, until, shown)
        # Of the last millisecond, others may be missing.
        records = [record for record in found.records if _number(record) > read_to]
        is_further = len(found.records) < most and read_to < until
        if len(records) >= shown + count or is_further:
            return _part(search, records, read_to, until, shown)
        most, most_rows = most * 2, most_rows * 2


def _part(
    search: Search,
    records: Sequence[Record],
    read_to: int | None,
    until: int,
    shown: int,
) -> Part:
    """Return what records show, without those that were shown before."""
    recognitions = sorted(
        (record.recognition for record in search.history.show(records) if record),
        key=lambda seen: (-millisecond(seen.occurred_at), seen.recognition_id),
    )
    begins = min(shown, sum(_is_at(seen, until) for seen in recognitions))
    return Part(tuple(recognitions[begins:]), read_to, search.box_ahead)


def merged(
    parts: Mapping[str, Part], before: Mapping[str, Position], count: int
) -> Page:
    """Return a page of the parts of several boxes, by config entry id.

    `before` are the positions where the parts begin.
    """
    found: list[tuple[str, Recognition]] = []
    lists = (_until_unread(entry_id, part) for entry_id, part in parts.items())
    for _, entry_id, seen in merge(*lists, key=lambda one: one[0], reverse=True):
        if seen is None or len(found) == count:
            break
        found.append((entry_id, seen))
    shown = [entry_id for entry_id, _ in found]
    after = {
        entry_id: part.position_after(shown.count(entry_id), before.get(entry_id))
        for entry_id, part in parts.items()
    }
    if all(at == _AT_THE_END for at in after.values()):
        return Page(tuple(found), None)
    known = {entry_id: at for entry_id, at in after.items() if at is not None}
    return Page(tuple(found), Cursor({**before, **known}))


_AT_THE_END = Position(None)


def _until_unread(
    entry_id: str, part: Part
) -> Iterator[tuple[datetime, str, Recognition | None]]:
    """Yield recognitions by our clock, and None where more may follow."""
    for seen in part.recognitions:
        yield seen_at(seen, box_ahead=part.box_ahead), entry_id, seen
    if part.read_to is not None:
        yield end_of(part.read_to) - part.box_ahead, entry_id, None


def _number(record: Record) -> int:
    return millisecond(record.recognition.occurred_at)


def _is_at(seen: Recognition, number: int) -> bool:
    return millisecond(seen.occurred_at) == number
