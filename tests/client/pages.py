"""Histories whose pages a test can change, and queries for them."""

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
from custom_components.se_aibox.aibox.updates import Recovered, ScanCompleted, Update
from emulator import EmulatedBox, Variant

from .common import right_clock

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
    """A history whose pages a test can change."""

    def __init__(
        self,
        rest: Rest,
        change: Callable[[RecordPage, HistoryQuery], RecordPage] = lambda page, _: page,
        before: Callable[[HistoryQuery], Awaitable[object]] | None = None,
        ask_for: Callable[[HistoryQuery], HistoryQuery] = lambda query: query,
    ) -> None:
        """Initialize the history.

        `change` replaces each page, `before` runs before each request, and `ask_for`
        replaces the query that is sent.
        """
        super().__init__(rest)
        self._change = change
        self._before = before
        self._ask_for = ask_for

    @override
    async def page(self, query: HistoryQuery) -> RecordPage:
        """Return a changed page."""
        if self._before is not None:
            await self._before(query)
        return self._change(await super().page(self._ask_for(query)), query)


async def record_people(box: EmulatedBox, count: int) -> list[int]:
    """Record people two minutes apart; return the times, oldest first."""
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


async def catch_up(history: History) -> tuple[list[int], ScanCompleted]:
    """Scan the history; return when the recovered records happened."""
    updates: list[Update] = []
    recovery = Recovery(history, Delivered(), Bookmark(START, START), right_clock())
    await recovery.scan(updates.append)
    *recovered, caught_up = updates
    assert isinstance(caught_up, ScanCompleted)
    return [
        milliseconds(update.recognition.occurred_at)
        for update in recovered
        if isinstance(update, Recovered)
    ], caught_up


def milliseconds(moment: datetime) -> int:
    """Return the milliseconds since the epoch, as the emulator counts."""
    return round(moment.timestamp() * 1000)


def first_page(query: HistoryQuery) -> HistoryQuery:
    """Return the query as a box reads it that ignores page numbers."""
    return replace(query, page=0)


def count_page_requests(box: EmulatedBox) -> int:
    """Return how many pages were requested."""
    return sum(request.path == box.history_path for request in box.requests)
