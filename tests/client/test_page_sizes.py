"""Boxes whose pages of history are of another size than asked for, and those that are as asked."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from itertools import product

import pytest

from custom_components.se_aibox.aibox.history import History
from custom_components.se_aibox.aibox.history_search import (
    find_newest,
    newest_first,
    oldest_moment,
)
from custom_components.se_aibox.aibox.models import Dialect, RecordPage
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.updates import CaughtUp
from emulator import EmulatedBox, Variant

from .pages import (
    ORDERS,
    QUERY,
    ChangedPages,
    Order,
    catch_up,
    count_asked,
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
# Of a page with a single record nobody can tell which way the box sorts.
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
async def test_everybody_who_was_missed_is_recovered(
    rest: Rest, box: EmulatedBox
) -> None:
    """In order, each once, and nobody is said to be left."""
    happened = await record_people(box, 130)

    recovered, caught_up = await catch_up(History(rest))

    assert recovered == happened
    assert caught_up == CaughtUp(130, left=0)


@in_every_size_and_order
async def test_pages_are_walked_to_the_end(rest: Rest, box: EmulatedBox) -> None:
    """In the box's own order, too."""
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
async def test_the_oldest_is_found(
    rest: Rest, box: EmulatedBox, order: Order, is_counted: bool
) -> None:
    """Without walking through everything."""
    box.state.variant = replace(
        box.state.variant, history_order=order, history_total_missing=not is_counted
    )
    [oldest, *_] = await record_people(box, 130)

    found = await oldest_moment(History(rest), QUERY)

    assert found is not None
    assert milliseconds(found) == oldest
    assert count_asked(box) <= (3 if is_counted else 8)


@in_every_usual_size
@in_both_orders
async def test_the_newest_come_first(
    rest: Rest, box: EmulatedBox, order: Order
) -> None:
    """Whichever way the box sorts, without reading everything."""
    box.state.variant = replace(box.state.variant, history_order=order)
    happened = await record_people(box, 140)

    found = await find_newest(History(rest), [QUERY], lambda _: True, 30)

    times = [milliseconds(each.recognition.occurred_at) for each in found.records]
    assert times == happened[:-31:-1]
    assert count_asked(box) <= 4


@pytest.mark.parametrize("variant", _SIZES.values(), ids=_SIZES.keys())
@in_both_orders
@pytest.mark.parametrize("total", [10**9, 10**18])
async def test_a_total_that_is_much_too_large(
    rest: Rest, box: EmulatedBox, order: Order, total: int
) -> None:
    """It is believed so far that the others are said to be left, and sends nobody to the end of the world."""
    box.state.variant = replace(box.state.variant, history_order=order)
    happened = await record_people(box, 130)
    history = ChangedPages(rest, lambda page, _: replace(page, total=total))

    recovered, caught_up = await catch_up(history)

    assert recovered == happened
    assert caught_up == CaughtUp(130, left=total - 130)
    assert count_asked(box) <= 170


@in_both_orders
@pytest.mark.parametrize(
    ("count", "newest", "oldest"), [(0, 1, 1), (1, 1, 1), (49, 1, 1), (130, 3, 2)]
)
async def test_a_box_whose_pages_are_as_asked_is_asked_no_more_for_it(
    rest: Rest,
    box: EmulatedBox,
    dialect: Dialect,
    order: Order,
    count: int,
    newest: int,
    oldest: int,
) -> None:
    """Where it tells how many there are, a page that is not full is the last."""
    box.state.variant = Variant(history_order=order)
    await record_people(box, count)
    history = History(rest)
    # An empty answer is asked for in the other unit, too.
    times = 2 if dialect is Dialect.FLAT and count == 0 else 1

    await _walk(newest_first(history, QUERY))
    assert count_asked(box) == newest * times
    await _walk(history.pages(QUERY))
    assert count_asked(box) == 2 * newest * times
    await oldest_moment(history, QUERY)
    is_first = order == "ascending"
    assert count_asked(box) == (2 * newest + (1 if is_first else oldest)) * times


async def _walk(pages: AsyncGenerator[RecordPage]) -> None:
    async for _ in pages:
        pass
