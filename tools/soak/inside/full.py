"""Fills what a client remembers, so that filling does not count as growth."""

from datetime import UTC, datetime, timedelta

from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.delivered import MOST_ROWS
from custom_components.se_aibox.aibox.models import PersonType, Recognition

# Scans read about this far back, and a reload keeps nothing older.
_SPAN = timedelta(minutes=9)


def fill(client: AiBoxClient) -> None:
    """Fill a client's memory with recognitions that never occur again."""
    now = datetime.now(UTC)
    for number in range(MOST_ROWS):
        client._delivered.accept_live(  # noqa: SLF001 - only this test fills it
            Recognition(
                recognition_id=f"before/{number}",
                capture_device_id="before",
                identity_id=f"before/{number}",
                identity_name=None,
                person_type=PersonType.EMPLOYEE,
                score=None,
                group_name=None,
                occurred_at=now - _SPAN * (1 - number / MOST_ROWS),
                received_at=now,
            )
        )
