"""Fills what a client remembers, so that filling does not count as growth."""

from datetime import UTC, datetime, timedelta

from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.delivered import MOST_ROWS
from custom_components.se_aibox.aibox.models import EPOCH, PersonType, Recognition

# Scans read about this far back, and a reload keeps nothing older.
_SPAN = timedelta(minutes=9)


def fill(client: AiBoxClient) -> None:
    """Fill a client's memory with recognitions that never occur again."""
    delivered = client._delivered  # noqa: SLF001 - only this test fills it
    rows = delivered._rows  # noqa: SLF001
    now = datetime.now(UTC)
    # Older than all others: they must not push out what a scan may ask for.
    newest = EPOCH + timedelta(milliseconds=rows[0].ms - 1) if rows else now
    free = MOST_ROWS - len(rows)
    for number in range(free):
        delivered.accept_live(
            Recognition(
                recognition_id=f"before/{number}",
                capture_device_id="before",
                identity_id=f"before/{number}",
                identity_name=None,
                person_type=PersonType.EMPLOYEE,
                score=None,
                group_name=None,
                occurred_at=newest - _SPAN * (1 - number / free),
                received_at=now,
            )
        )
