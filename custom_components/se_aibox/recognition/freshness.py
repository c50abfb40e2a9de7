"""When something happened by our clock, and whether to act upon it."""

from datetime import datetime, timedelta

from ..aibox.models import ClockReading, Recognition

# A box's clock counts as right within this limit.
_RIGHT = timedelta(seconds=2)


def clock_error(reading: ClockReading | None) -> timedelta:
    """Return how far a box's clock is certainly ahead of ours, or zero."""
    if reading is None or abs(reading.offset) <= max(_RIGHT, reading.uncertainty):
        return timedelta()
    return reading.offset


def is_fresh(
    recognition: Recognition,
    *,
    now: datetime,
    box_ahead: timedelta,
    limit: timedelta,
) -> bool:
    """Return True if it is at most `limit` away from now, corrected for `box_ahead`."""
    # Subtract times first: a clock may be off by more than the calendar has.
    return abs(recognition.occurred_at - now - box_ahead) <= limit


def seen_at(recognition: Recognition, *, box_ahead: timedelta) -> datetime:
    """Return when it happened by our clock, at the latest when it was received."""
    try:
        happened_at = recognition.occurred_at - box_ahead
    except OverflowError:
        # The calendar does not reach so far back, so the error cannot be corrected.
        happened_at = recognition.occurred_at
    return min(happened_at, recognition.received_at)
