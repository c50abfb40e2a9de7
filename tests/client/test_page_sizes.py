"""History pages of another size than requested."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import datetime
from itertools import product

import pytest

from custom_components.se_aibox.aibox.history import History
from custom_components.se_aibox.aibox.history_search import (
    find_newest,
    newest_first,
    oldest_moment,
)
from custom_components.se_aibox.aibox.models import Dialect, Record, RecordPage
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.updates import ScanCompleted
from custom_components.se_aibox.aibox.wire.fields import JsonObject
from emulator import EmulatedBox, Variant

from .pages import (
    ORDERS,
    QUERY,
    ChangedPages,
    Order,
    catch_up,
    count_page_requests,
    in_both_orders,
    milliseconds,
    record_people,
)

_SIZES = {
    "at most 20": Variant(history_page_most=20),
    "at least 100": Variant(history_page_least=100),
    "at most 20, skipping as asked": Variant(
        history_page_most=20, history_skips_as_asked=True
    ),
    "at least 100, skipping as asked": Variant(
        history_page_least=100, history_skips_as_asked=True
    ),
    "always one": Variant(history_page_most=1),
}
# A page with a single record does not show the order of the history.
in_every_usual_size = pytest.mark.parametrize(
    "variant", [*_SIZES.values()][:-1], ids=[*_SIZES][:-1]
)
in_every_size_and_order = pytest.mark.parametrize(
    "variant",
    [
        replace(
            size,
            history_order=order.history_order,
            history_total_missing=order.history_total_missing,
        )
        for size, order in product(_SIZES.values(), ORDERS.values())
    ],
    ids=map("-".join, product(_SIZES, ORDERS)),
)


@in_every_size_and_order
async def test_every_missed_recognition_is_recovered(
    rest: Rest, box: EmulatedBox
) -> None:
    """They are recovered in order, once each, and none is left."""
    happened = await record_people(box, 130)

    recovered, caught_up = await catch_up(History(rest))

    assert recovered == happened
    assert caught_up == ScanCompleted(130, left=0)


@in_every_size_and_order
async def test_all_pages_are_read(rest: Rest, box: EmulatedBox) -> None:
    """They come in the order of the box."""
    happened = await record_people(box, 130)

    pages = [page async for page in History(rest).pages(QUERY)]

    found = [
        milliseconds(record.recognition.occurred_at)
        for page in pages
        for record in page.records
    ]
    if box.state.variant.history_order == "descending":
        happened.reverse()
    assert found == happened


@in_every_usual_size
@in_both_orders
@pytest.mark.parametrize("is_counted", [True, False])
async def test_oldest_record_is_found(
    rest: Rest, box: EmulatedBox, order: Order, is_counted: bool
) -> None:
    """A few requests are enough."""
    box.state.variant = replace(
        box.state.variant, history_order=order, history_total_missing=not is_counted
    )
    [oldest, *_] = await record_people(box, 130)

    found = await oldest_moment(History(rest), QUERY)

    assert found is not None
    assert milliseconds(found) == oldest
    assert count_page_requests(box) <= (3 if is_counted else 8)


@in_every_usual_size
@in_both_orders
async def test_newest_records_come_first(
    rest: Rest, box: EmulatedBox, order: Order
) -> None:
    """A few requests are enough in either order."""
    box.state.variant = replace(box.state.variant, history_order=order)
    happened = await record_people(box, 140)

    found = await find_newest(History(rest), [QUERY], lambda _: True, 30)

    times = [milliseconds(each.recognition.occurred_at) for each in found.records]
    assert times == happened[:-31:-1]
    assert count_page_requests(box) <= 4


@pytest.mark.parametrize("variant", _SIZES.values(), ids=_SIZES.keys())
@in_both_orders
@pytest.mark.parametrize("total", [10**9, 10**18])
async def test_much_too_large_total_ends_the_scan(
    rest: Rest, box: EmulatedBox, order: Order, total: int
) -> None:
    """The difference counts as left."""
    box.state.variant = replace(box.state.variant, history_order=order)
    happened = await record_people(box, 130)
    history = ChangedPages(rest, lambda page, _: replace(page, total=total))

    recovered, caught_up = await catch_up(history)

    assert recovered == happened
    assert caught_up == ScanCompleted(130, left=total - 130)
    assert count_page_requests(box) <= 170


@in_both_orders
@pytest.mark.parametrize(
    ("count", "newest", "oldest"), [(0, 1, 1), (1, 1, 1), (49, 1, 1), (130, 3, 2)]
)
async def test_pages_of_the_requested_size_cost_no_extra_request(
    rest: Rest,
    box: EmulatedBox,
    dialect: Dialect,
    order: Order,
    count: int,
    newest: int,
    oldest: int,
) -> None:
    """With a total, a page that is not full is the last."""
    box.state.variant = Variant(history_order=order)
    await record_people(box, count)
    history = History(rest)
    # After an empty answer, the other unit is tried, too.
    times = 2 if dialect is Dialect.FLAT and count == 0 else 1

    await _read_all(newest_first(history, QUERY))
    assert count_page_requests(box) == newest * times
    await _read_all(history.pages(QUERY))
    assert count_page_requests(box) == 2 * newest * times
    await oldest_moment(history, QUERY)
    is_first = order == "ascending"
    assert (
        count_page_requests(box) == (2 * newest + (1 if is_first else oldest)) * times
    )


async def _read_all(pages: AsyncGenerator[RecordPage]) -> None:
    async for _ in pages:
        pass


@pytest.mark.parametrize("variant", [Variant(history_page_least=140)])
async def test_other_tasks_run_while_a_large_page_is_read(
    rest: Rest, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page may have thousands of rows."""
    await record_people(box, 140)
    read = 0
    read_record = rest.wire.read_record

    def count(row: JsonObject, received_at: datetime) -> Record:
        nonlocal read
        read += 1
        return read_record(row, received_at)

    monkeypatch.setattr(rest.wire, "read_record", count)
    seen: set[int] = set()

    async def look() -> None:
        while True:
            seen.add(read)
            await asyncio.sleep(0)

    looking = asyncio.create_task(look())
    page = await rest.record_page(QUERY, milliseconds=True)
    looking.cancel()

    assert page.rows == len(page.records) == read == 140
    assert seen - {0, 140}
