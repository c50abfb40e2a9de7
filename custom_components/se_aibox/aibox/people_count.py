"""Counts the people on a box (docs/protocol.md §5)."""

from collections.abc import Awaitable, Callable

from .models import PeopleCount
from .people import EnrolledPeople
from .rest import Rest

# More than any box holds.
_MOST = 1_000_000


class PeopleCounter:
    """Counts the people on one box, again and again."""

    def __init__(self, rest: Rest) -> None:
        """Initialize without a count."""
        self._rest = rest
        self._people = EnrolledPeople(rest)
        self._last = PeopleCount()
        self._can_count = True

    async def count(self) -> PeopleCount:
        """Return how many people are enrolled, and how many fit.

        A box that reports no total is asked for single people: twice if as many are
        enrolled as last time, about forty times if they are a hundred thousand more.
        """
        people = await self._count() if self._can_count else None
        self._can_count = people is not None
        # A box that reported its capacity has one, whether it answers now or not.
        capacity = await self._rest.capacity() or self._last.capacity
        self._last = PeopleCount(people, capacity)
        return self._last

    async def _count(self) -> int | None:
        near = max((self._last.people or 0) - 1, 0)
        answer = await self._people.one_after(near)
        if answer.total is not None:
            return answer.total
        return await first_free(self._is_there, near, is_there=bool(answer.rows))

    async def _is_there(self, index: int) -> bool:
        return bool((await self._people.one_after(index)).rows)


async def first_free(
    has: Callable[[int], Awaitable[bool]], near: int, *, is_there: bool
) -> int | None:
    """Return the first index that has nobody.

    The search begins at `near`, where `is_there` says whether there is somebody.
    Returns None for a box that has somebody everywhere: it ignores the index.
    """
    low, high, step, index = 0, _MOST, 0, near
    found_low = found_high = False
    while True:
        if is_there:
            low, found_low = index + 1, True
        else:
            high, found_high = index, True
        if low >= high:
            return low if found_high else None
        if found_low and found_high:
            index = (low + high) // 2
        elif found_low:
            index = min(low + step, high - 1)
        else:
            index = max(high - 1 - step, 0)
        # Away from the first index, twice as far each time.
        step = 2 * step + 1
        is_there = await has(index)
