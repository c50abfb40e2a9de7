"""When something happened by our clock, and whether that is recent enough to act upon."""

from datetime import datetime, timedelta

from ..aibox.models import ClockReading, Recognition

# Within this a box's clock counts as right.
_RIGHT = timedelta(seconds=2)


def clock_error(reading: ClockReading | None) -> timedelta:
    """Return how far a box's clock is ahead of ours, zero unless that is certain."""
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
    """Return whether it happened within the limit of now, in the past or the future, the box's clock error allowed for."""
    # Spans first: the clock of a box may be off by more than the calendar has.
    return abs(recognition.occurred_at - now - box_ahead) <= limit


def seen_at(recognition: Recognition, *, box_ahead: timedelta) -> datetime:
    """Return when it happened by our clock, not after it arrived here."""
    try:
        happened_at = recognition.occurred_at - box_ahead
    except OverflowError:
        # The calendar does not reach so far back: of this one the clock's error says nothing.
        happened_at = recognition.occurred_at
    return min(happened_at, recognition.received_at)
