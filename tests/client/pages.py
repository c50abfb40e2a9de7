"""Histories whose pages a test may change, and what they are asked for."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal, override

import pytest

from custom_components.se_aibox.aibox.delivered import Delivered
from custom_components.se_aibox.aibox.history import History
from custom_components.se_aibox.aibox.models import Bookmark, HistoryQuery, RecordPage
from custom_components.se_aibox.aibox.recovery import Recovery
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.updates import CaughtUp, Recovered, Update
from emulator import EmulatedBox, Variant

type Order = Literal["ascending", "descending"]

START = datetime.now(UTC) - timedelta(hours=5)
QUERY = HistoryQuery(START, datetime.now(UTC), per_page=50)


ORDERS = {
    "newest first": Variant(),
    "oldest first": Variant(history_order="ascending"),
    "newest first, no total": Variant(history_total_missing=True),
    "oldest first, no total": Variant(
        history_order="ascending", history_total_missing=True
    ),
}
in_both_orders = pytest.mark.parametrize("order", ["ascending", "descending"])
in_every_order = pytest.mark.parametrize("variant", ORDERS.values(), ids=ORDERS.keys())


class ChangedPages(History):
    """A history whose pages a test may change."""

    def __init__(
        self,
        rest: Rest,
        change: Callable[[RecordPage, HistoryQuery], RecordPage] = lambda page, _: page,
        before: Callable[[HistoryQuery], Awaitable[object]] | None = None,
        ask_for: Callable[[HistoryQuery], HistoryQuery] = lambda query: query,
    ) -> None:
        """Take what to make of a page, what happens before it is asked for, and what to ask for instead."""
        super().__init__(rest)
        self._change = change
        self._before = before
        self._ask_for = ask_for

    @override
    async def page(self, query: HistoryQuery) -> RecordPage:
        """Return a page, changed."""
        if self._before is not None:
            await self._before(query)
        return self._change(await super().page(self._ask_for(query)), query)


async def record_people(box: EmulatedBox, count: int) -> list[int]:
    """Record somebody every two minutes, and return when, in milliseconds, oldest first."""
    start = round(START.timestamp() * 1000) + 1
    return [
        (
            await box.recognize(
                box.devices[0],
                box.people[number % 2],
                timestamp_ms=start + number * 120_000,
                push=False,
            )
        ).timestamp_ms
        for number in range(count)
    ]


async def catch_up(history: History) -> tuple[list[int], CaughtUp]:
    """Recover what was missed, and return when it happened, in milliseconds."""
    updates: list[Update] = []
    recovery = Recovery(history, Delivered(), Bookmark(START, START))
    await recovery.scan(updates.append)
    *recovered, caught_up = updates
    assert isinstance(caught_up, CaughtUp)
    return [
        milliseconds(update.recognition.occurred_at)
        for update in recovered
        if isinstance(update, Recovered)
    ], caught_up


def milliseconds(moment: datetime) -> int:
    """Return a time as the emulator has it."""
    return round(moment.timestamp() * 1000)


def page_0(query: HistoryQuery) -> HistoryQuery:
    """Return what a box makes of a query that ignores which page it is asked for."""
    return replace(query, page=0)


def count_asked(box: EmulatedBox) -> int:
    """Return how many pages were asked for."""
    return sum("events" in request.path for request in box.requests)
