"""Corrects recognition times, and decides which are fresh."""

from datetime import datetime, timedelta

from ..aibox.models import ClockReading, Recognition

# A box's clock counts as right within this limit.
_RIGHT = timedelta(seconds=2)


def clock_error(reading: ClockReading | None) -> timedelta:
    """Return how far a box's clock is ahead, zero in doubt."""
    if reading is None or reading.is_doubted:
        return timedelta()
    if abs(reading.offset) <= max(_RIGHT, reading.uncertainty):
        return timedelta()
    return reading.offset


def is_fresh(
    recognition: Recognition,
    *,
    now: datetime,
    box_ahead: timedelta,
    limit: timedelta,
) -> bool:
    """Return whether it is within `limit` of now, by our clock."""
    # Subtract the times first: correcting one of them may leave the calendar.
    return abs(recognition.occurred_at - now - box_ahead) <= limit


def seen_at(recognition: Recognition, *, box_ahead: timedelta) -> datetime:
    """Return its time by our clock, never after its arrival."""
    try:
        happened_at = recognition.occurred_at - box_ahead
    except OverflowError:
        # The corrected time would leave the calendar.
        happened_at = recognition.occurred_at
    return min(happened_at, recognition.received_at)
