"""Whether a recognition is recent enough to act upon."""

from datetime import datetime, timedelta

from .aibox.models import Recognition


def is_fresh(
    recognition: Recognition,
    *,
    now: datetime,
    box_ahead: timedelta,
    limit: timedelta,
) -> bool:
    """Return whether it happened within the limit of now, in the past or the future, the box's clock error allowed for."""
    return abs(recognition.occurred_at - box_ahead - now) <= limit
