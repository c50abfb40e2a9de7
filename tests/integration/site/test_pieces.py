"""Tests for making a long list while other tasks run."""

import asyncio
from collections.abc import Iterator
from itertools import pairwise

from custom_components.se_aibox.site.pieces import async_listed

# Made in a few milliseconds, even if each is the row of a table.
MOST_AT_ONCE = 100


async def test_other_tasks_run_while_a_list_is_made() -> None:
    """The items keep their order, and few are made at a time."""
    made = 0
    seen: list[int] = []

    def numbers() -> Iterator[int]:
        nonlocal made
        for number in range(1020):
            made += 1
            yield number

    async def watch() -> None:
        while True:
            seen.append(made)
            await asyncio.sleep(0)

    watching = asyncio.create_task(watch())
    assert await async_listed(numbers()) == list(range(1020))
    watching.cancel()

    steps = [after - before for before, after in pairwise(seen)]
    assert max(*steps, seen[0]) <= MOST_AT_ONCE
    assert seen[-1] >= 1020 - MOST_AT_ONCE


async def test_nothing_is_listed_of_nothing() -> None:
    """An empty table stays empty."""
    assert await async_listed(iter(())) == []
