"""Decides whether a trigger fires again for a person. Pure."""

from collections import OrderedDict
from collections.abc import Hashable, Set as AbstractSet

_REMEMBERED = 10_000


class QuietTime:
    """The people who fired a trigger within a period."""

    def __init__(self, period: float) -> None:
        """Initialize empty; `period` is in seconds."""
        self._period = period
        # Oldest first.
        self._fired: OrderedDict[Hashable, float] = OrderedDict()

    def may_fire(self, person: AbstractSet[Hashable], now: float) -> bool:
        """Return whether a person may fire now; if so, begin the period."""
        self._forget(now)
        if not self._fired.keys().isdisjoint(person):
            return False
        self._fired.update(dict.fromkeys(person, now))
        while len(self._fired) > _REMEMBERED:
            self._fired.popitem(last=False)
        return True

    def _forget(self, now: float) -> None:
        """Forget the people whose period is over."""
        # Stop at the first period that is not over: the oldest come first.
        while self._fired:
            person, fired_at = next(iter(self._fired.items()))
            if now - fired_at < self._period:
                return
            del self._fired[person]
