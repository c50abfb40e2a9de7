"""The clock of a box, compared with ours (docs/protocol.md §3)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from .exceptions import AiBoxError
from .models import ClockReading, Recognition

# A date in local time that is called GMT is off by a time zone. They differ by quarter
# hours, by at most 26 hours.
_QUARTER = timedelta(minutes=15)
_LARGEST_ZONES = timedelta(hours=26)
# Covers the way of a message, and a clock that is a little off.
_TOLERANCE = timedelta(seconds=60)
# So many live recognitions, over so many seconds, outweigh the date.
_AGREEMENTS = 5
_AGREEMENT_SECONDS = 600.0


def whole_quarters(offset: timedelta) -> timedelta:
    """Return the quarter hours that an offset is near to, or zero."""
    nearest = round(offset / _QUARTER) * _QUARTER
    if abs(offset - nearest) > _TOLERANCE or abs(nearest) > _LARGEST_ZONES:
        return timedelta()
    return nearest


class BoxClock:
    """The last measurement of a box's clock.

    It is doubted if it is a `Date` header off by whole quarter hours, and recognitions
    agree with our clock instead.
    """

    def __init__(self, ask: Callable[[], Awaitable[ClockReading]]) -> None:
        """Initialize without a measurement; `ask` raises `AiBoxError`."""
        self._ask = ask
        self._measured: ClockReading | None = None
        # Live recognitions in a row that agree with our clock, and the time of the
        # first and the last one.
        self._agreements = 0
        self._first_at = self._last_at = 0.0

    @property
    def reading(self) -> ClockReading | None:
        """The last measurement, None before the first."""
        reading = self._measured
        if reading is None or not self._looks_like_a_time_zone:
            return reading
        is_doubted = (
            self._agreements >= _AGREEMENTS
            and self._last_at - self._first_at >= _AGREEMENT_SECONDS
        )
        return replace(reading, is_doubted=is_doubted)

    @property
    def for_history(self) -> ClockReading | None:
        """The best guess: nothing acts upon what the history shows."""
        if self._agreements and self._looks_like_a_time_zone:
            return ClockReading(timedelta(), _TOLERANCE)
        return self._measured

    @property
    def _looks_like_a_time_zone(self) -> bool:
        reading = self._measured
        return (
            reading is not None
            and reading.is_date
            and bool(whole_quarters(reading.offset))
        )

    async def measure(self) -> ClockReading:
        """Measure the clock; raises `AiBoxError`."""
        reading = self._measured = await self._ask()
        return self.reading or reading

    async def measure_or_keep(self) -> ClockReading | None:
        """Measure the clock; keep the last reading if that fails.

        Return None in that case.
        """
        try:
            return await self.measure()
        except AiBoxError:
            return None

    def receive(self, recognition: Recognition) -> None:
        """Compare the time of a live recognition with both clocks."""
        late = recognition.occurred_at - recognition.received_at
        if abs(late) <= _TOLERANCE:
            self._last_at = asyncio.get_running_loop().time()
            if not self._agreements:
                self._first_at = self._last_at
            self._agreements += 1
        elif self._measured and abs(late - self._measured.offset) <= _TOLERANCE:
            # It agrees with the date. Any other one is late, which says nothing.
            self._agreements = 0
