"""Looks back over the history of a box, or over its pushes if it keeps none."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from ..aibox.delivered import each_once
from ..aibox.history import History
from ..aibox.history_search import MOST_ROWS, FoundRecords, find_newest, oldest_moment
from ..aibox.models import HistoryQuery, PictureKind, Recognition, Record

MOST_PUSHES = 1024
# A box may compare whole seconds.
_SECOND = timedelta(seconds=1)

type Accepts = Callable[[Recognition], bool]


class Pictures(Protocol):
    """The pictures of a box's recognitions."""

    def know(self, records: Iterable[Record]) -> None:
        """Remember records, so that each of their pictures is one request."""

    def kinds_held(self, recognition_id: str) -> frozenset[PictureKind]:
        """Return which pictures of a recognition are held."""


class BoxHistory:
    """The past of one box."""

    def __init__(self, recorded: History | None, pictures: Pictures) -> None:
        """Take the history on the box, None if the box keeps none."""
        self._recorded = recorded
        self._pictures = pictures
        self._pushes: deque[Recognition] = deque(maxlen=MOST_PUSHES)

    def remember(self, recognition: Recognition) -> None:
        """Remember a push, which the box does not record."""
        self._pushes.append(recognition)

    def clear(self) -> None:
        """Forget the pushes."""
        self._pushes.clear()

    async def async_find(
        self,
        queries: Sequence[HistoryQuery],
        accepts: Accepts,
        count: int,
        most_rows: int = MOST_ROWS,
    ) -> FoundRecords:
        """Return the newest accepted records within the time spans of the queries.

        At most `count`, each once; of each query at most `most_rows` are looked at.
        Raises what a request raises.
        """
        wanted = _within_spans(queries, accepts)
        if self._recorded is None:
            return _newest(filter(wanted, self._remembered()), count)
        widened = [
            replace(query, start=query.start - _SECOND, end=query.end + _SECOND)
            for query in queries
        ]
        return await find_newest(self._recorded, widened, wanted, count, most_rows)

    async def async_find_oldest(
        self, query: HistoryQuery, accepts: Accepts
    ) -> datetime | None:
        """Return the time of the oldest record that a query finds, None if none.

        `accepts` tells which pushes the query means. Raises what a request raises.
        """
        if self._recorded is None:
            wanted = filter(_within_spans([query], accepts), self._pushes)
            return min((seen.occurred_at for seen in wanted), default=None)
        return await oldest_moment(self._recorded, query)

    def show(self, records: Iterable[Record]) -> list[Record | None]:
        """Return records as one list shows them, each under an id of its own.

        None stands for a duplicate. The pictures can be fetched by the ids from now on.
        """
        shown = list(each_once(records))
        self._pictures.know(filter(None, shown))
        return shown

    def _remembered(self) -> Iterator[Recognition]:
        """Yield the pushes, the last one first, with the pictures held of each."""
        for recognition in reversed(self._pushes):
            held = self._pictures.kinds_held(recognition.recognition_id)
            yield replace(recognition, picture_kinds=held)


def _within_spans(queries: Iterable[HistoryQuery], accepts: Accepts) -> Accepts:
    """Return what accepts only times that one of the queries asks for."""
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
