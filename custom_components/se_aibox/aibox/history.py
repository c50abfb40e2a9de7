"""A box's history: walked page by page, and things found again in it."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from .models import HistoryQuery, Record, RecordKey, RecordPage
from .rest import Rest
from .wire.recognition_id import parse_recognition_id

# Before there were boxes; not the epoch, which means the same in seconds and in milliseconds.
BEGINNING = datetime(2010, 1, 1, tzinfo=UTC)
# So far ahead of now a record may lie: a box's clock may.
AHEAD = timedelta(days=1)
_MOST_RECORDS = 100


class History:
    """The history of one box; it learns in which unit the box takes times. Raises what a request raises."""

    def __init__(self, rest: Rest) -> None:
        """Take whom to ask."""
        self._rest = rest
        self._units = rest.wire.HISTORY_IN_MILLISECONDS

    async def page(self, query: HistoryQuery) -> RecordPage:
        """Return a page, in the box's own order."""
        page = RecordPage((), 0)
        for milliseconds in self._units:
            page = await self._rest.record_page(query, milliseconds=milliseconds)
            if page.rows:
                # Only an answer with something in it proves that the box understood the times.
                self._units = (milliseconds,)
                break
        return page

    async def pages(self, query: HistoryQuery) -> AsyncGenerator[RecordPage]:
        """Yield pages in the box's own order, at least one, until there are no more records.

        The end of the query's time span must not lie ahead, else records move from page to page meanwhile.
        """
        first = await self.page(query)
        yield first
        async with aclosing(self.pages_behind(query, first)) as pages:
            async for page in pages:
                yield page

    async def pages_behind(
        self, query: HistoryQuery, first: RecordPage
    ) -> AsyncGenerator[RecordPage]:
        """Yield the pages behind the first one that a query found, as `pages` does."""
        asked = behind(query, first)
        before, rows = fingerprint(first), first.rows
        while asked is not None:
            page = await self.page(asked)
            if repeats(page, before):
                return
            yield page
            rows += page.rows
            is_last = page.rows < asked.per_page and rows >= (page.total or 0)
            if is_last or page.rows == 0:
                return
            before = fingerprint(page)
            asked = replace(asked, page=asked.page + 1)

    async def find(
        self, recognition_id: str, key: RecordKey | None = None
    ) -> Record | None:
        """Return the record behind a recognition id, None where the box has none (any more).

        `key` helps with an id of the box's own: nested boxes cannot be asked by it.
        """
        if (built := parse_recognition_id(recognition_id)) is not None:
            key = built
        elif (record := await self._rest.record(recognition_id)) is not None:
            return record
        if key is None:
            return None
        page = await self.page(
            HistoryQuery(
                # Wider than the match: a box may compare whole seconds.
                start=key.occurred_at - timedelta(seconds=1),
                end=key.occurred_at + timedelta(seconds=1),
                capture_device_ids=frozenset({key.capture_device_id}),
                per_page=_MOST_RECORDS,
            )
        )
        found = [
            record for record in page.records if record.recognition.key.is_near(key)
        ]
        # Of two strangers in one millisecond nobody can tell which is meant.
        return found[0] if len(found) == 1 else None


def behind(query: HistoryQuery, first: RecordPage) -> HistoryQuery | None:
    """Return what to ask for behind the first page that a query found, None where that is all.

    A box may make its pages smaller or larger than it is asked to: from then on it is asked for what it makes, so
    that it matters no more by which of the two sizes it counts what to leave out.
    """
    # A full page is followed whatever the total says: it may be wrong.
    is_all = first.total is not None and first.total <= first.rows < query.per_page
    if is_all or first.rows == 0:
        return None
    return replace(query, page=1, per_page=first.rows)


def fingerprint(page: RecordPage) -> int | None:
    """Return what tells a page from others, None for one on which nothing can be read: nobody can tell that."""
    if not page.records:
        return None
    what = (
        (record.record_id, record.recognition.recognition_id, record.raw_timestamp)
        for record in page.records
    )
    return hash((page.rows, page.total, *what))


def repeats(page: RecordPage, before: int | None) -> bool:
    """Return whether a page is another one again, by the fingerprint of that.

    The box ignores which one it is asked for, or has none behind it.
    """
    return before is not None and fingerprint(page) == before
