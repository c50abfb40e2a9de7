"""Searches the history of a box, or its remembered pushes."""

from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from ..aibox.delivered import unique_records
from ..aibox.history import History
from ..aibox.history_search import (
    MOST_ROWS,
    FoundRecords,
    find_newest,
    newest_page,
    oldest_moment,
)
from ..aibox.models import HistoryQuery, PictureKind, Recognition, Record, RecordPage

MOST_PUSHES = 1024
# A box may compare whole seconds.
_SECOND = timedelta(seconds=1)

type Accepts = Callable[[Recognition], bool]


class Pictures(Protocol):
    """The pictures of a box's recognitions."""

    def know(self, records: Iterable[Record]) -> None:
        """Remember records; a picture then takes one request."""

    def kinds_held(self, recognition_id: str) -> frozenset[PictureKind]:
        """Return the kinds of pictures held for a recognition."""


class BoxHistory:
    """The history of one box."""

    def __init__(self, recorded: History | None, pictures: Pictures) -> None:
        """Initialize; `recorded` is None if the box keeps no history."""
        self._recorded = recorded
        self._pictures = pictures
        self._pushes: deque[Recognition] = deque(maxlen=MOST_PUSHES)

    def remember(self, recognition: Recognition) -> None:
        """Remember a push, because the box keeps no history."""
        self._pushes.append(recognition)

    def clear(self) -> None:
        """Forget the pushes."""
        self._pushes.clear()

    def forget(self, is_meant: Accepts) -> int:
        """Forget some pushes; return how many there were."""
        kept = [seen for seen in self._pushes if not is_meant(seen)]
        forgotten = len(self._pushes) - len(kept)
        self._pushes.clear()
        self._pushes.extend(kept)
        return forgotten

    async def async_find(
        self,
        queries: Sequence[HistoryQuery],
        accepts: Accepts,
        count: int,
        max_records: int = MOST_ROWS,
    ) -> FoundRecords:
        """Return the newest accepted records, each once.

        They lie within the time spans of the queries. At most `count` are returned,
        and at most `max_records` are read per query. Raises `AiBoxError`.
        """
        wanted = _within_spans(queries, accepts)
        if self._recorded is None:
            return _newest(filter(wanted, self._remembered()), count)
        widened = [_widened(query) for query in queries]
        return await find_newest(self._recorded, widened, wanted, count, max_records)

    async def async_pages(self, query: HistoryQuery) -> AsyncGenerator[RecordPage]:
        """Yield the pages of a box that keeps a history, in the box's own order.

        They may have records a little outside the time span, and some twice. Raises
        `AiBoxError`.
        """
        if self._recorded is not None:
            async with aclosing(self._recorded.pages(_widened(query))) as pages:
                async for page in pages:
                    yield page

    async def async_find_oldest(
        self, query: HistoryQuery, accepts: Accepts
    ) -> datetime | None:
        """Return the time of the oldest matching record, if any.

        `accepts` selects the pushes that match. Raises `AiBoxError`.
        """
        if self._recorded is None:
            wanted = filter(_within_spans([query], accepts), self._pushes)
            return min((seen.occurred_at for seen in wanted), default=None)
        return await oldest_moment(self._recorded, query)

    async def async_newest_page(self, query: HistoryQuery) -> RecordPage:
        """Return the page with the newest records, or all remembered pushes.

        Raises `AiBoxError`.
        """
        if self._recorded is None:
            meant = query.capture_device_ids
            wanted = _within_spans(
                [query], lambda seen: not meant or seen.capture_device_id in meant
            )
            found = _newest(filter(wanted, self._pushes), MOST_PUSHES).records
            return RecordPage(found, total=len(found), rows=len(found))
        return await newest_page(self._recorded, query)

    def show(self, records: Iterable[Record]) -> list[Record | None]:
        """Return records for display, each with an id of its own.

        Duplicates become None. The pictures can then be fetched by these ids.
        """
        shown = list(unique_records(records))
        self._pictures.know(filter(None, shown))
        return shown

    def _remembered(self) -> Iterator[Recognition]:
        """Yield the pushes, newest first, with their held pictures."""
        for recognition in reversed(self._pushes):
            held = self._pictures.kinds_held(recognition.recognition_id)
            yield replace(recognition, picture_kinds=held)


def _widened(query: HistoryQuery) -> HistoryQuery:
    return replace(query, start=query.start - _SECOND, end=query.end + _SECOND)


def _within_spans(queries: Iterable[HistoryQuery], accepts: Accepts) -> Accepts:
    """Limit `accepts` to the time spans of the queries."""
    spans = {(query.start, query.end) for query in queries}

    def accepts_within(seen: Recognition) -> bool:
        return any(
            start <= seen.occurred_at <= end for start, end in spans
        ) and accepts(seen)

    return accepts_within


def _newest(pushes: Iterable[Recognition], count: int) -> FoundRecords:
    """Return the newest pushes as records."""
    found = sorted(pushes, key=lambda seen: seen.occurred_at, reverse=True)
    records = tuple(
        Record(seen, raw_timestamp="", picture_ids={}) for seen in found[:count]
    )
    has_more = len(found) > count
    return FoundRecords(records, found[count - 1].occurred_at if has_more else None)
