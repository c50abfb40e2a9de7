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
    def growth(self) -> int | None:
        """By how many bytes it grew from the first minute after the warm-up to the last; None for a short run."""
        end = self._points[-1][0] if self._points else 0.0
        if end < WARM_UP_SECONDS + 2 * _WINDOW_SECONDS:
            return None
        first = self._between(WARM_UP_SECONDS, WARM_UP_SECONDS + _WINDOW_SECONDS)
        return round(self._between(end - _WINDOW_SECONDS, end) - first)

    def _between(self, start: float, end: float) -> float:
        return median(size for at, size in self._points if start <= at <= end)
