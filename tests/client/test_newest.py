"""The newest records of a history, whichever way the box sorts it."""

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
    """Return the box's history."""
    return History(rest)


async def _record(box: EmulatedBox, count: int) -> list[Emitted]:
    """Record somebody every minute and return what is recorded, newest first."""
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


def _anybody(_: Recognition) -> bool:
    return True


def _times(found: FoundRecords) -> list[int]:
    return [
        round(record.recognition.occurred_at.timestamp() * 1000)
        for record in found.records
    ]


@in_every_order
@pytest.mark.parametrize("recorded", [0, 1, 3, 4, 6, 10])
@pytest.mark.parametrize("count", [1, 3, 50])
async def test_the_newest_come_first(
    history: History, box: EmulatedBox, recorded: int, count: int
) -> None:
    """As many as are wanted, none left out, and it is told whether there are more."""
    emitted = await _record(box, recorded)

    found = await find_newest(history, [_query(recorded)], _anybody, count)

    times = [each.timestamp_ms for each in emitted]
    assert _times(found) == times[:count]
    if recorded <= count:
        assert found.looked_back_to is None
    else:
        assert found.looked_back_to == found.records[-1].recognition.occurred_at


async def test_a_box_that_sorts_the_newest_first_is_asked_no_more_than_needed(
    history: History, box: EmulatedBox
) -> None:
    """One request for what is on the first page."""
    await _record(box, 30)

    await find_newest(history, [_query(30)], _anybody, _PER_PAGE - 1)

    assert len(box.requests) == 1


@pytest.mark.parametrize("variant", [Variant(history_order="ascending")])
async def test_a_box_that_sorts_the_oldest_first_is_asked_for_its_last_pages(
    history: History, box: EmulatedBox
) -> None:
    """Not for everything before."""
    await _record(box, 31)

    await find_newest(history, [_query(31)], _anybody, _PER_PAGE)

    assert len(box.requests) == 3


@in_every_order
async def test_only_those_that_are_accepted(history: History, box: EmulatedBox) -> None:
    """What the box cannot leave out is left out here."""
    emitted = await _record(box, 20)
    tom = box.people[0].identity_id

    found = await find_newest(
        history, [_query(20)], lambda seen: seen.identity_id == tom, 7
    )

    times = [each.timestamp_ms for each in emitted if each.identity_id == tom]
    assert _times(found) == times[:7]


@in_every_order
async def test_a_long_search_without_success_ends(
    history: History, box: EmulatedBox
) -> None:
    """It is told how far it came."""
    emitted = await _record(box, 30)

    found = await find_newest(history, [_query(30)], lambda _: False, 7, 9)

    assert found.records == ()
    assert found.looked_back_to is not None
    looked_back_to = found.looked_back_to.timestamp() * 1000
    assert looked_back_to == pytest.approx(emitted[8].timestamp_ms, abs=60_000)


@in_every_order
@pytest.mark.parametrize("recorded", [11, 12])
async def test_a_record_that_enters_late_hides_no_other(
    history: History, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch, recorded: int
) -> None:
    """Pages shift while they are read; each record is returned once."""
    emitted = await _record(box, recorded)
    late = round(_START.timestamp() * 1000) + 30_000
    page_of = history.page

    async def _page(query: HistoryQuery) -> object:
        page = await page_of(query)
        if query.page and not late_already:
            late_already.append(
                await box.recognize(box.devices[0], timestamp_ms=late, push=False)
            )
        return page

    late_already: list[Emitted] = []
    monkeypatch.setattr(history, "page", _page)

    found = await find_newest(history, [_query(recorded)], _anybody, 50)

    times = _times(found)
    assert [time for time in times if time != late] == [
        each.timestamp_ms for each in emitted
    ]
    assert times.count(late) <= 1


@pytest.mark.parametrize("total", [0, 4, 10**15])
async def test_a_total_that_is_wrong(
    history: History, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch, total: int
) -> None:
    """Neither hides records nor sends anybody to the end of the world."""
    box.state.variant = Variant(history_order="ascending")
    emitted = await _record(box, 14)
    page_of = history.page

    async def _page(query: HistoryQuery) -> object:
        return replace(await page_of(query), total=total)

    monkeypatch.setattr(history, "page", _page)

    found = await find_newest(history, [_query(14)], _anybody, 50)

    assert _times(found) == [each.timestamp_ms for each in emitted]


async def test_a_history_without_an_end(
    history: History, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever fills every page is given up on."""
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
async def test_several_questions_at_once(history: History, box: EmulatedBox) -> None:
    """What two of them find is found once; nothing is told from where one of them did not look."""
    emitted = await _record(box, 20)
    tom, other = (person.identity_id for person in box.people[:2])
    everybody = _query(20)
    only_tom = replace(everybody, identity_id=tom)
    only_other = replace(everybody, identity_id=other)

    both = await find_newest(history, [only_tom, only_other, everybody], _anybody, 50)
    some = await find_newest(history, [only_tom, only_other], _anybody, 5)

    times = [each.timestamp_ms for each in emitted]
    assert _times(both) == times
    assert both.looked_back_to is None
    assert _times(some) == times[:5]
    assert some.looked_back_to == some.records[-1].recognition.occurred_at


@in_every_order
async def test_one_of_several_questions_without_an_end(
    history: History, box: EmulatedBox
) -> None:
    """The list has no holes: it goes as far back as every question was followed."""
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


async def test_two_strangers_in_one_millisecond(
    history: History, box: EmulatedBox
) -> None:
    """They stay two: the box's own ids tell them apart."""
    when = round(_START.timestamp() * 1000)
    for _ in range(2):
        await box.recognize(box.devices[0], timestamp_ms=when, push=False)

    found = await find_newest(history, [_query(3)], _anybody, 5)

    assert len(found.records) == 2


async def test_pages_are_let_go_of(history: History, box: EmulatedBox) -> None:
    """Whoever has enough closes the walk."""
    await _record(box, 9)
    pages: AsyncGenerator[object] = history_search.newest_first(history, _query(9))
    await anext(pages)
    await pages.aclose()

    assert len(box.requests) == 1


@in_every_order
@pytest.mark.parametrize("recorded", [1, 2, 3, 4, 6, 10])
async def test_when_the_oldest_happened(
    history: History, box: EmulatedBox, recorded: int
) -> None:
    """It is found without walking through everything."""
    await _record(box, recorded)

    assert await oldest_moment(history, _query(recorded)) == _START

    if not box.state.variant.history_total_missing:
        assert len(box.requests) <= 3


async def test_nothing_is_the_oldest(history: History) -> None:
    """An empty history has no moment."""
    assert await oldest_moment(history, _query(1)) is None
