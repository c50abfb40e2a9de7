"""Decides which strangers were seen without company. Pure."""

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass

# A crowd of strangers must not fill the memory.
_MOST_WAITING = 1_000


@dataclass(frozen=True, slots=True)
class _Waiting[StrangerT]:
    place: Hashable
    due: float
    stranger: StrangerT


class WithoutCompany[StrangerT]:
    """Strangers who wait a while for company at their place."""

    def __init__(self, wait: float) -> None:
        """Initialize empty; `wait` is in seconds."""
        self._wait = wait
        # Sorted by due time, since all waits are equally long.
        self._waiting: deque[_Waiting[StrangerT]] = deque()

    def add(self, place: Hashable, stranger: StrangerT, now: float) -> bool:
        """Add a waiting stranger; return False if there are too many."""
        if len(self._waiting) >= _MOST_WAITING:
            return False
        self._waiting.append(_Waiting(place, now + self._wait, stranger))
        return True

    @property
    def next_due(self) -> float | None:
        """When the next wait ends, or None."""
        return self._waiting[0].due if self._waiting else None

    def take_accompanied(self, place: Hashable) -> list[StrangerT]:
        """Remove and return the strangers who wait at a place."""
        accompanied = [one.stranger for one in self._waiting if one.place == place]
        if accompanied:
            self._waiting = deque(one for one in self._waiting if one.place != place)
        return accompanied

    def take_due(self, now: float) -> list[StrangerT]:
        """Remove and return the strangers whose wait is over."""
        due: list[StrangerT] = []
        while self._waiting and self._waiting[0].due <= now:
            due.append(self._waiting.popleft().stranger)
        return due
