"""Reads a box's history by page or by record."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from .models import HistoryQuery, Record, RecordKey, RecordPage
from .rest import Rest
from .wire.recognition_id import parse_recognition_id

# Before there were boxes. Not the epoch: 0 is the same in seconds and milliseconds.
BEGINNING = datetime(2010, 1, 1, tzinfo=UTC)
# How far ahead of now a record may be, because a box's clock may be ahead.
AHEAD = timedelta(days=1)
_MOST_RECORDS = 100


class History:
    """The history of a box; every method raises `AiBoxError`."""

    def __init__(self, rest: Rest) -> None:
        """Initialize the history."""
        self._rest = rest
        # Whether times are sent in milliseconds: both, until an answer decides.
        self._units = rest.wire.HISTORY_IN_MILLISECONDS

    async def page(self, query: HistoryQuery) -> RecordPage:
        """Return a page, in the box's own order."""
        page = RecordPage((), 0)
        for milliseconds in self._units:
            page = await self._rest.record_page(query, milliseconds=milliseconds)
            if page.rows:
                # Only an answer with rows proves that the box understood the times.
                self._units = (milliseconds,)
                break
        return page

    async def pages(self, query: HistoryQuery) -> AsyncGenerator[RecordPage]:
        """Yield pages in the box's own order, at least one.

        The query must not end in the future. Otherwise, new records push others from
        page to page meanwhile.
        """
        first = await self.page(query)
        yield first
        async with aclosing(self.pages_after(query, first)) as pages:
            async for page in pages:
                yield page

    async def pages_after(
        self, query: HistoryQuery, first: RecordPage
    ) -> AsyncGenerator[RecordPage]:
        """Yield the pages after the first, as `pages` does."""
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
        """Return the record of a recognition, or None if the box has none.

        `key` helps with the box's own ids: nested boxes have no call for them.
        """
        if (built := parse_recognition_id(recognition_id)) is not None:
            key = built
        else:
            record = await self._rest.record(recognition_id)
            # The ids of a box may start over.
            if record is not None and (
                key is None or record.recognition.key.is_same_moment(key)
            ):
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
        # Two strangers in one millisecond cannot be distinguished.
        return found[0] if len(found) == 1 else None


def behind(query: HistoryQuery, first: RecordPage) -> HistoryQuery | None:
    """Return the query for the second page, or None after the only one.

    A box may return smaller or larger pages than requested. The query asks for the
    size that it returned: then it does not matter which of the two sizes the box uses
    to count the rows to skip.
    """
    # Continue after a full page, whatever the total says: it may be wrong.
    is_all = first.total is not None and first.total <= first.rows < query.per_page
    if is_all or first.rows == 0:
        return None
    return replace(query, page=1, per_page=first.rows)


def fingerprint(page: RecordPage) -> int | None:
    """Return what identifies a page, None without readable records."""
    if not page.records:
        return None
    what = (
        (record.record_id, record.recognition.recognition_id, record.raw_timestamp)
        for record in page.records
    )
    return hash((page.rows, page.total, *what))


def repeats(page: RecordPage, before: int | None) -> bool:
    """Return True if a page has the fingerprint of the one before.

    Then the box ignores page numbers, or it has no further page.
    """
    return before is not None and fingerprint(page) == before
