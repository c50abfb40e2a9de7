"""History pages that are repeated, unreadable, endless or have a wrong total."""

from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from custom_components.se_aibox.aibox import recovery
from custom_components.se_aibox.aibox.history import History
from custom_components.se_aibox.aibox.history_search import find_newest
from custom_components.se_aibox.aibox.models import Dialect, HistoryQuery, RecordPage
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.updates import ScanCompleted
from emulator import CannedAnswer, EmulatedBox, Variant

from .pages import (
    QUERY,
    START,
    ChangedPages,
    Order,
    catch_up,
    count_page_requests,
    first_page,
    in_both_orders,
    in_every_order,
    milliseconds,
    record_people,
)

_MINUTE = timedelta(minutes=1)


@in_every_order
@pytest.mark.parametrize("count", [1, 60, 130])
async def test_scan_ends_when_the_box_ignores_the_page_number(
    rest: Rest, box: EmulatedBox, count: int
) -> None:
    """One or two requests are repeated, and the others count as left."""
    await record_people(box, count)
    on_it = min(count, 50)

    recovered, caught_up = await catch_up(ChangedPages(rest, ask_for=first_page))

    assert len(recovered) == on_it
    left = 0 if box.state.variant.history_total_missing else count - on_it
    assert caught_up == ScanCompleted(on_it, left)
    assert count_page_requests(box) <= (
        2 if box.state.variant.history_order == "descending" else 3
    )


@in_every_order
async def test_search_ends_when_the_last_page_is_repeated(
    rest: Rest, box: EmulatedBox
) -> None:
    """Such a box never returns an empty page."""
    happened = await record_people(box, 120)

    def _clamp(query: HistoryQuery) -> HistoryQuery:
        return replace(query, page=min(query.page, 119 // query.per_page))

    for per_page in (7, 20, 50, 120):
        history = ChangedPages(rest, ask_for=_clamp)
        query = replace(QUERY, per_page=per_page)
        found = await find_newest(history, [query], lambda _: True, 200)

        times = [milliseconds(each.recognition.occurred_at) for each in found.records]
        assert times == happened[::-1]


@in_both_orders
@pytest.mark.parametrize("total", [0, 1, 60])
async def test_too_small_total_hides_no_record(
    rest: Rest, box: EmulatedBox, order: Order, total: int
) -> None:
    """After a full page, the next one is requested."""
    box.state.variant = Variant(history_order=order)
    happened = await record_people(box, 130)
    history = ChangedPages(rest, lambda page, _: replace(page, total=total))

    assert await catch_up(history) == (happened, ScanCompleted(130, left=0))


async def test_negative_total_is_unknown(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """The page is read."""
    rows_key = "data" if dialect is Dialect.NESTED else "events"
    _answer(box, {rows_key: [], "pagination": {"total_count": -1}})

    assert (await History(rest).page(QUERY)).total is None


async def test_unreadable_rows_count_as_rows(rest: Rest, box: EmulatedBox) -> None:
    """The page size and the number left depend on it."""
    box.state.variant = Variant(history_page_most=20)
    happened = await record_people(box, 130)
    history = ChangedPages(
        rest, lambda page, _: replace(page, records=page.records[::2], rows=page.rows)
    )

    assert await catch_up(history) == (happened[1::2], ScanCompleted(65, left=0))


@in_both_orders
async def test_unreadable_page_does_not_end_the_scan(
    rest: Rest, box: EmulatedBox, order: Order
) -> None:
    """Two of them do not count as a repeated page."""
    box.state.variant = Variant(history_page_most=20, history_order=order)
    happened = await record_people(box, 100)

    def _change(page: RecordPage, query: HistoryQuery) -> RecordPage:
        return replace(page, records=()) if query.page in (2, 3) else page

    recovered, caught_up = await catch_up(ChangedPages(rest, _change))

    left_out = slice(20, 60) if order == "descending" else slice(40, 80)
    del happened[left_out]
    assert recovered == happened
    assert caught_up == ScanCompleted(60, left=0)


async def test_unreadable_rows_prove_the_unit_of_the_bounds(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """The box understood the query."""
    rows_key = "data" if dialect is Dialect.NESTED else "events"
    _answer(box, {rows_key: [{"timestamp": None}], "pagination": {"total_count": 7}})

    page = await History(rest).page(QUERY)

    assert (page.records, page.rows, page.total) == ((), 1, 7)
    assert count_page_requests(box) == 1


async def test_short_page_does_not_end_the_scan_before_the_total(
    rest: Rest, box: EmulatedBox
) -> None:
    """Records that are on no page count as left."""
    await record_people(box, 130)

    def _shorten(page: RecordPage, query: HistoryQuery) -> RecordPage:
        rows = 30 if query.page == 1 else page.rows
        return replace(page, records=page.records[:rows], rows=rows)

    recovered, caught_up = await catch_up(ChangedPages(rest, _shorten))

    assert len(recovered) == 110
    assert caught_up == ScanCompleted(110, left=20)


@in_every_order
@pytest.mark.parametrize("most", [None, 20])
@pytest.mark.parametrize("minutes", [0.5, 200, 290])
async def test_record_that_enters_during_a_scan_leaves_none(
    rest: Rest, box: EmulatedBox, most: int | None, minutes: float
) -> None:
    """It shifts other records to the next page."""
    box.state.variant = replace(box.state.variant, history_page_most=most)
    happened = await record_people(box, 130)
    late = milliseconds(START + timedelta(minutes=minutes))
    entered: list[object] = []

    async def _enter(query: HistoryQuery) -> None:
        if query.page and not entered:
            entered.append(
                await box.recognize(box.devices[0], timestamp_ms=late, push=False)
            )

    recovered, caught_up = await catch_up(ChangedPages(rest, before=_enter))

    assert entered
    assert [time for time in recovered if time != late] == happened
    assert caught_up.left == 0


@pytest.mark.parametrize("variant", [Variant(history_page_most=1)])
@pytest.mark.parametrize("total", [None, 10**9])
async def test_scan_of_endless_pages_of_one_row_ends(
    rest: Rest, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch, total: int | None
) -> None:
    """It ends at `MOST_RECORDS`."""
    monkeypatch.setattr(recovery, "MOST_RECORDS", 10)
    await record_people(box, 1)

    def _another(page: RecordPage, query: HistoryQuery) -> RecordPage:
        [record] = page.records
        seen = record.recognition
        seen = replace(seen, occurred_at=seen.occurred_at - query.page * _MINUTE)
        named = replace(record, recognition=seen, record_id=str(query.page))
        return replace(page, records=(named,), total=total)

    recovered, caught_up = await catch_up(
        ChangedPages(rest, _another, ask_for=first_page)
    )

    assert len(recovered) == 10
    assert caught_up.left == (None if total is None else total - 10)
    assert count_page_requests(box) == 10


def _answer(box: EmulatedBox, answer: object) -> None:
    box.answer_instead[box.history_path] = CannedAnswer(body=orjson.dumps(answer))
