"""What sets the clock of a box (docs/protocol.md §3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

_HOUR = timedelta(hours=1)


class TimeMode(StrEnum):
    """What sets the clock of a box."""

    SERVERS = "servers"
    HAND = "hand"


@dataclass(frozen=True, slots=True)
class TimeSettings:
    """The clock of a box, and what sets it.

    A field is None if the box does not report it.
    """

    moment: datetime
    # How far the box's time zone is ahead of UTC.
    utc_offset: timedelta | None = None
    mode: TimeMode | None = None
    servers: tuple[str, ...] | None = None


def whole_hours(utc_offset: timedelta) -> int | None:
    """Return the hours of a time zone, None unless a box takes it."""
    hours, rest = divmod(utc_offset, _HOUR)
    return None if rest else hours
