"""How a box is set to work (docs/protocol.md §3, *How a box works*)."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum

# Boxes write the end of a day as 23:59:59, and perhaps as 23:59:00.
_TOLERANCE = 60
_DAY = 24 * 60 * 60


class ApplyMode(StrEnum):
    """What a box does with a face, in its own word."""

    RECOGNIZE = "recognize"
    # It captures faces without comparing them.
    CAPTURE = "grab"


class BoxUsage(StrEnum):
    """What a box is used for, in its own word."""

    NORMAL = "normal"
    # It checks the quality of pictures for another system.
    QUALITY = "fiqa"
    # It computes the features of faces for another system.
    FEATURES = "feature"


@dataclass(frozen=True, slots=True)
class ArmedTime:
    """A part of the day in which a box recognizes, by its own clock.

    With an end before its start, it goes over midnight.
    """

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Operation:
    """How a box is set to work; unreported values are None."""

    apply_mode: ApplyMode | None = None
    usage: BoxUsage | None = None
    # Empty if the box recognizes at any time.
    armed_times: tuple[ArmedTime, ...] | None = None
    # Whether the pictures of its records belong on an external disk.
    uses_external_disk: bool | None = None
    # Only asked for if they do.
    external_disk_mounted: bool | None = None
    # Whether their folder exists and can be written.
    stores_pictures: bool | None = None
    detects_attributes: bool | None = None


def covers_the_day(times: tuple[ArmedTime, ...]) -> bool:
    """Return whether armed times leave no part of the day out."""
    if not times:
        return True
    reached = 0
    for start, end in sorted(span for armed in times for span in _spans(armed)):
        if start - reached > _TOLERANCE:
            return False
        reached = max(reached, end)
    return _DAY - reached <= _TOLERANCE


def _spans(armed: ArmedTime) -> tuple[tuple[int, int], ...]:
    """Return the seconds of the day from start to end, in order."""
    start, end = _second(armed.start), _second(armed.end)
    return ((start, end),) if start <= end else ((0, end), (start, _DAY))


def _second(moment: time) -> int:
    return (moment.hour * 60 + moment.minute) * 60 + moment.second
