"""Finding the newest and the oldest records in either order."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.se_aibox.aibox import history_search
from custom_components.se_aibox.aibox.history import History
from custom_components.se_aibox.aibox.history_search import (
    FoundRecords,
    find_newest,
    oldest_moment,
)
from custom_components.se_aibox.aibox.models import HistoryQuery, Recognition
from custom_components.se_aibox.aibox.rest import Rest
from emulator import Emitted, EmulatedBox, Variant

from .pages import in_every_order

_PER_PAGE = 3
_START = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def history(rest: Rest) -> History:
    """Return the history of the box."""
    return History(rest)


async def _record(box: EmulatedBox, count: int) -> list[Emitted]:
    """Record a person every minute; return the records, newest first."""
    start = round(_START.timestamp() * 1000)
    return [
        await box.recognize(
            box.devices[0],
            box.people[number % 2],
            timestamp_ms=start + number * 60_000,
            push=False,
        )
        for number in range(count)
    ][::-1]


def _query(count: int) -> HistoryQuery:
    return HistoryQuery(_START, _START + timedelta(minutes=count), per_page=_PER_PAGE)


def _anyone(_: Recognition) -> bool:
    return True


def _times(found: FoundRecords) -> list[int]:
    return [
        round(record.recognition.occurred_at.timestamp() * 1000)
        for record in found.records
    ]


@in_every_order
@pytest.mark.parametrize("recorded", [0, 1, 3, 4, 6, 10])
@pytest.mark.parametrize("count", [1, 3, 50])
async def test_newest_records_come_first(
    history: History, box: EmulatedBox, recorded: int, count: int
) -> None:
    """The result shows whether there are more."""
    emitted = await _record(box, recorded)

    found = await find_newest(history, [_query(recorded)], _anyone, count)

    times = [each.timestamp_ms for each in emitted]
    assert _times(found) == times[:count]
    if recorded <= count:
        assert found.looked_back_to is None
    else:
        assert found.looked_back_to == found.records[-1].recognition.occurred_at


async def test_newest_first_history_needs_one_request(
    history: History, box: EmulatedBox
) -> None:
    """All requested records are on the first page."""
    await _record(box, 30)

    await find_newest(history, [_query(30)], _anyone, _PER_PAGE - 1)

    assert len(box.requests) == 1


@pytest.mark.parametrize("variant", [Variant(history_order="ascending")])
async def test_oldest_first_history_is_read_from_its_last_page(
    history: History, box: EmulatedBox
) -> None:
    """The pages before are not requested."""
    await _record(box, 31)

    await find_newest(history, [_query(31)], _anyone, _PER_PAGE)

    assert len(box.requests) == 3


@in_every_order
async def test_only_accepted_records_are_returned(
    history: History, box: EmulatedBox
) -> None:
    """A box cannot apply every filter."""
    emitted = await _record(box, 20)
    tom = box.people[0].identity_id

    found = await find_newest(
        history, [_query(20)], lambda seen: seen.identity_id == tom, 7
    )

    times = [each.timestamp_ms for each in emitted if each.identity_id == tom]
    assert _times(found) == times[:7]


@in_every_order
async def test_search_without_results_ends_at_its_limit(
    history: History, box: EmulatedBox
) -> None:
    """The result has the time it went back to."""
    emitted = await _record(box, 30)

    found = await find_newest(history, [_query(30)], lambda _: False, 7, 9)

    assert found.records == ()
    assert found.looked_back_to is not None
    looked_back_to = found.looked_back_to.timestamp() * 1000
    assert looked_back_to == pytest.approx(emitted[8].timestamp_ms, abs=60_000)


@in_every_order
@pytest.mark.parametrize("recorded", [11, 12])
async def test_record_that_enters_during_a_search_hides_no_other(
    history: History, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch, recorded: int
) -> None:
    """It shifts the pages, and each record is returned once."""
    emitted = await _record(box, recorded)
    late = round(_START.timestamp() * 1000) + 30_000
    page_of = history.page

    async def _page(query: HistoryQuery) -> object:
        page = await page_of(query)
        if query.page and not entered:
            entered.append(
                await box.recognize(box.devices[0], timestamp_ms=late, push=False)
            )
        return page

    entered: list[Emitted] = []
    monkeypatch.setattr(history, "page", _page)

    found = await find_newest(history, [_query(recorded)], _anyone, 50)

    times = _times(found)
    assert [time for time in times if time != late] == [
        each.timestamp_ms for each in emitted
    ]
    assert times.count(late) <= 1


@pytest.mark.parametrize("total", [0, 4, 10**15])
async def test_wrong_total_hides_no_record(
    history: History, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch, total: int
) -> None:
    """A huge total does not prolong the search."""
    box.state.variant = Variant(history_order="ascending")
    emitted = await _record(box, 14)
    page_of = history.page

    async def _page(query: HistoryQuery) -> object:
        return replace(await page_of(query), total=total)

    monkeypatch.setattr(history, "page", _page)

    found = await find_newest(history, [_query(14)], _anyone, 50)

    assert _times(found) == [each.timestamp_ms for each in emitted]


async def test_search_of_an_endless_history_ends_at_its_limit(
    history: History, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every page is full."""
    box.state.variant = Variant(history_order="ascending", history_total_missing=True)
    await _record(box, 3)
    full = await history.page(_query(3))

    async def _page(query: HistoryQuery) -> object:
        named = (
            replace(record, record_id=f"{query.page}/{number}")
            for number, record in enumerate(full.records)
        )
        return replace(full, records=tuple(named))

    monkeypatch.setattr(history, "page", _page)

    found = await find_newest(history, [_query(3)], lambda _: False, 5, 9)

    assert found.records == ()
    assert found.looked_back_to == _START
    assert full.total is None


@in_every_order
async def test_several_queries_return_each_record_once(
    history: History, box: EmulatedBox
) -> None:
    """The result goes back as far as every query was read."""
    emitted = await _record(box, 20)
    tom, other = (person.identity_id for person in box.people[:2])
    everybody = _query(20)
    only_tom = replace(everybody, identity_id=tom)
    only_other = replace(everybody, identity_id=other)

    both = await find_newest(history, [only_tom, only_other, everybody], _anyone, 50)
    some = await find_newest(history, [only_tom, only_other], _anyone, 5)

    times = [each.timestamp_ms for each in emitted]
    assert _times(both) == times
    assert both.looked_back_to is None
    assert _times(some) == times[:5]
    assert some.looked_back_to == some.records[-1].recognition.occurred_at


@in_every_order
async def test_unfinished_query_limits_the_result_of_all(
    history: History, box: EmulatedBox
) -> None:
    """The result has no gaps."""
    emitted = await _record(box, 20)
    tom = box.people[0].identity_id
    when = _START + timedelta(minutes=3)
    early = replace(_query(20), end=when)

    found = await find_newest(
        history, [_query(20), early], lambda seen: seen.identity_id == tom, 50, 6
    )

    assert found.looked_back_to is not None
    times = [each.timestamp_ms for each in emitted if each.identity_id == tom]
    back_to = found.looked_back_to.timestamp() * 1000
    assert _times(found) == [time for time in times if time >= back_to]
    assert found.looked_back_to > when


async def test_two_strangers_in_one_millisecond_are_both_found(
    history: History, box: EmulatedBox
) -> None:
    """Only the ids of the box distinguish them."""
    when = round(_START.timestamp() * 1000)
    for _ in range(2):
        await box.recognize(box.devices[0], timestamp_ms=when, push=False)

    found = await find_newest(history, [_query(3)], _anyone, 5)

    assert len(found.records) == 2


async def test_closed_search_requests_no_more_pages(
    history: History, box: EmulatedBox
) -> None:
    """The caller closes the generator after the first page."""
    await _record(box, 9)
    pages: AsyncGenerator[object] = history_search.newest_first(history, _query(9))
    await anext(pages)
    await pages.aclose()

    assert len(box.requests) == 1


@in_every_order
@pytest.mark.parametrize("recorded", [1, 2, 3, 4, 6, 10])
async def test_time_of_the_oldest_record_is_found(
    history: History, box: EmulatedBox, recorded: int
) -> None:
    """Three requests are enough where the box reports a total."""
    await _record(box, recorded)

    assert await oldest_moment(history, _query(recorded)) == _START

    if not box.state.variant.history_total_missing:
        assert len(box.requests) <= 3


async def test_empty_history_has_no_oldest_record(history: History) -> None:
    """Nothing is raised."""
    assert await oldest_moment(history, _query(1)) is None
