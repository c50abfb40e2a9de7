"""Which recognitions the history had counted when it was read. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from homeassistant.util import dt as dt_util

from ..aibox.models import ROUNDING, Recognition, RecordKey, RecordPage


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the local calendar, of 23 to 25 hours."""

    start: datetime
    # The start of the next one.
    end: datetime

    @classmethod
    def today(cls) -> Self:
        """Return the current day."""
        today = dt_util.now().date()
        return cls(_start(today), _start(today + timedelta(days=1)))

    def has(self, moment: datetime) -> bool:
        """Return whether a moment lies in the day."""
        return self.start <= moment < self.end


@dataclass(frozen=True, slots=True)
class Tally:
    """The number of records of a day, and the newest of them."""

    total: int = 0
    keys: tuple[RecordKey, ...] = ()

    @classmethod
    def of(cls, newest: RecordPage) -> Self | None:
        """Return the tally of a query, None if the box does not count."""
        if not newest.rows:
            return cls()
        if newest.total is None:
            return None
        return cls(
            max(newest.total, newest.rows),
            tuple(record.recognition.key for record in newest.records),
        )

    def includes(self, seen: Recognition) -> bool:
        """Return whether a recognition of the day was counted."""
        if not self.keys:
            return False
        moments = [key.occurred_at for key in self.keys]
        if seen.occurred_at > max(moments) + ROUNDING:
            return False
        if seen.occurred_at < min(moments) - ROUNDING and self.total > len(self.keys):
            # It is on another page: what is recovered was recorded before.
            return True
        return any(key.is_near(seen.key) for key in self.keys)


def _start(day: date) -> datetime:
    return dt_util.as_utc(dt_util.start_of_local_day(day))
