"""Finds the newest records, in whichever order a box sorts."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime

from .history import History, behind, fingerprint, repeats
from .models import HistoryQuery, Recognition, Record, RecordPage

# Rows to read before giving up: a filter that the box lacks may accept almost none.
MOST_ROWS = 20_000
# A box that fills more pages than this does not send a real history.
_MOST_PAGES = 2**15


@dataclass(frozen=True, slots=True)
class FoundRecords:
    """The newest records of a search, newest first."""

    records: tuple[Record, ...]
    # How far back they are complete; None if nothing is left.
    looked_back_to: datetime | None


async def find_newest(
    history: History,
    queries: Sequence[HistoryQuery],
    accepts: Callable[[Recognition], bool],
    count: int,
    max_records: int = MOST_ROWS,
) -> FoundRecords:
    """Return the newest accepted records of several queries, each once.

    At most `count` records are returned. Each query reads at most `max_records` rows,
    and the rest of the last page.
    """
    found: dict[str, Record] = {}
    looked_back_to: list[datetime] = []
    for query in queries:
        one = await _find_newest(history, query, accepts, count, max_records)
        found |= {_key(record): record for record in one.records}
        if one.looked_back_to is not None:
            looked_back_to.append(one.looked_back_to)
    # Further back, only some of the queries were read.
    complete_from = max(looked_back_to, default=None)
    records = [
        record
        for record in found.values()
        if complete_from is None or _time(record) >= complete_from
    ]
    records.sort(key=_time, reverse=True)
    if len(records) > count:
        complete_from = _time(records[count - 1])
    return FoundRecords(tuple(records[:count]), complete_from)


async def _find_newest(
    history: History,
    query: HistoryQuery,
    accepts: Callable[[Recognition], bool],
    count: int,
    max_records: int,
) -> FoundRecords:
    found: dict[str, Record] = {}
    oldest = query.end
    rows = 0
    complete = True
    async with aclosing(newest_first(history, query)) as pages:
        async for page in pages:
            # A page may repeat records that newer ones pushed down from the last page.
            for record in page.records:
                oldest = min(oldest, _time(record))
                if accepts(record.recognition):
                    found[_key(record)] = record
            rows += page.rows
            if len(found) > count or rows >= max_records:
                complete = False
                break
    records = sorted(found.values(), key=_time, reverse=True)
    if len(records) > count:
        return FoundRecords(tuple(records[:count]), _time(records[count - 1]))
    return FoundRecords(tuple(records), None if complete else oldest)


async def oldest_moment(history: History, query: HistoryQuery) -> datetime | None:
    """Return the time of the oldest record, or None."""
    page = await history.page(query)
    if not _is_ascending(page):
        async with aclosing(_from_the_end(history, query, page)) as pages:
            page = await anext(pages, page)
    return min(map(_time, page.records), default=None)


def _key(record: Record) -> str:
    # Two strangers at once may share a built id.
    return record.record_id or record.recognition.recognition_id


async def newest_first(
    history: History, query: HistoryQuery
) -> AsyncGenerator[RecordPage]:
    """Yield pages from the newest to the oldest, whichever way the box sorts.

    Within a page, the box's order is kept. A box that sorts newest first is asked for a
    page only when the page is needed. Records may be repeated. The query must not end
    in the future.
    """
    first = await history.page(query)
    ascending = _is_ascending(first)
    if not ascending:
        yield first
    others = (
        _from_the_end(history, query, first)
        if ascending
        else history.pages_after(query, first)
    )
    async with aclosing(others) as pages:
        async for page in pages:
            yield page
    if ascending:
        yield first


async def newest_page(history: History, query: HistoryQuery) -> RecordPage:
    """Return the page with the newest records, whichever way the box sorts."""
    async with aclosing(newest_first(history, query)) as pages:
        return await anext(pages)


def _is_ascending(page: RecordPage) -> bool:
    return bool(page.records) and _time(page.records[0]) < _time(page.records[-1])


async def _from_the_end(
    history: History, query: HistoryQuery, first: RecordPage
) -> AsyncGenerator[RecordPage]:
    """Yield the pages after the first, last page first."""
    if (asked := behind(query, first)) is None:
        return

    async def page_of(number: int) -> RecordPage:
        return await history.page(replace(asked, page=number)) if number else first

    reported = max((first.total or 0) - 1, 0) // asked.per_page
    number = min(reported, _MOST_PAGES)
    page = await page_of(number)
    if not _is_behind(page, fingerprint(first)) or (
        page.rows >= asked.per_page
        and _is_behind(await page_of(number + 1), fingerprint(page))
    ):
        # The total is missing or wrong.
        number = await _last_page(page_of)
        page = await page_of(number)
    if number > 0:
        yield page
    for before in range(number - 1, 0, -1):
        total, page = page.total, await page_of(before)
        if page.total != total:
            # A late record pushed another one to the page that was read before.
            yield await page_of(before + 1)
        yield page


async def _last_page(page_of: Callable[[int], Awaitable[RecordPage]]) -> int:
    """Find the number of the last real page."""
    low, high = 0, 1
    last = fingerprint(await page_of(low))
    while high < _MOST_PAGES and _is_behind(page := await page_of(high), last):
        low, high, last = high, high * 2, fingerprint(page)
    while high - low > 1:
        middle = (low + high) // 2
        if _is_behind(page := await page_of(middle), last):
            low, last = middle, fingerprint(page)
        else:
            high = middle
    return low


def _is_behind(page: RecordPage, before: int | None) -> bool:
    """Return True if a page has rows of its own."""
    return page.rows > 0 and not repeats(page, before)


def _time(record: Record) -> datetime:
    return record.recognition.occurred_at
