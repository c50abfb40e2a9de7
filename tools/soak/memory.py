"""How much memory a process holds over time: pure arithmetic."""

from statistics import median
import time
from typing import Final

WARM_UP_SECONDS: Final = 300.0
# Long enough for what is collected now and then to be collected.
_WINDOW_SECONDS: Final = 60.0


class MemoryCurve:
    """Bytes over seconds."""

    def __init__(self) -> None:
        """Begin now."""
        self._began = time.monotonic()
        self._points: list[tuple[float, int]] = []

    def add(self, size: int, *, at: float | None = None) -> None:
        """Note how many bytes there are; `at` is in seconds from the beginning, now if not given."""
        seconds = time.monotonic() - self._began if at is None else at
        self._points.append((seconds, size))

    @property
    def peak(self) -> int:
        """The most that there ever was, in bytes."""
        return max((size for _, size in self._points), default=0)

    @property
    def warm(self) -> int | None:
        """The bytes in the minute after the warm-up; None for a run that is too short to say what follows."""
        if self._end < WARM_UP_SECONDS + 2 * _WINDOW_SECONDS:
            return None
        return self._between(WARM_UP_SECONDS, WARM_UP_SECONDS + _WINDOW_SECONDS)

    @property
    def last(self) -> int:
        """The bytes in the last minute."""
        return self._between(self._end - _WINDOW_SECONDS, self._end)

    @property
    def growth(self) -> int | None:
        """By how many bytes it grew after the warm-up; None for a run that is too short to tell."""
        return None if self.warm is None else self.last - self.warm

    @property
    def _end(self) -> float:
        return self._points[-1][0] if self._points else 0.0

    def _between(self, start: float, end: float) -> int:
        sizes = [size for at, size in self._points if start <= at <= end]
        return round(median(sizes)) if sizes else 0
