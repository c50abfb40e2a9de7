"""The memory of a process over time."""

from statistics import median
import time
from typing import Final

# Until then, faults of each kind bring memory to a level that it keeps.
WARM_UP_SECONDS: Final = 600.0
# Long enough to include a garbage collection.
_WINDOW_SECONDS: Final = 60.0
_COURSE_SECONDS: Final = 300


class MemoryCurve:
    """Samples of memory sizes."""

    def __init__(self) -> None:
        """Start the time now."""
        self._began = time.monotonic()
        self._points: list[tuple[float, int]] = []

    def add(self, size: int, *, at: float | None = None) -> None:
        """Add a size in bytes, `at` seconds after the start or now."""
        seconds = time.monotonic() - self._began if at is None else at
        self._points.append((seconds, size))

    @property
    def peak(self) -> int:
        """The largest size in bytes."""
        return max((size for _, size in self._points), default=0)

    @property
    def warm(self) -> int | None:
        """The larger median of the two minutes after the warm-up, in bytes."""
        # A shorter run does not show how the memory develops afterwards.
        if self._end < WARM_UP_SECONDS + 3 * _WINDOW_SECONDS:
            return None
        # A reload empties the pictures, which fill again within a minute.
        begin, middle = WARM_UP_SECONDS, WARM_UP_SECONDS + _WINDOW_SECONDS
        return max(
            self._between(begin, middle),
            self._between(middle, middle + _WINDOW_SECONDS),
        )

    @property
    def last(self) -> int:
        """The median in the last minute, in bytes."""
        return self._between(self._end - _WINDOW_SECONDS, self._end)

    @property
    def course(self) -> list[int]:
        """The median of every fifth minute, in bytes."""
        last = round(self._end - _WINDOW_SECONDS)
        starts = range(_COURSE_SECONDS, last + 1, _COURSE_SECONDS)
        return [self._between(start, start + _WINDOW_SECONDS) for start in starts]

    @property
    def growth(self) -> int | None:
        """The growth after the warm-up in bytes; None if the run is too short."""
        return None if self.warm is None else self.last - self.warm

    @property
    def _end(self) -> float:
        return self._points[-1][0] if self._points else 0.0

    def _between(self, start: float, end: float) -> int:
        sizes = [size for at, size in self._points if start <= at <= end]
        return round(median(sizes)) if sizes else 0
