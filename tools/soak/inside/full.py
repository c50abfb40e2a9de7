"""Fills what a box remembers, so that growth is judged with full memories."""

from datetime import UTC, datetime, timedelta

from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.delivered import MOST_ROWS
from custom_components.se_aibox.aibox.models import PersonType, Recognition

# Scans read this far back, and nothing older is kept over a reload.
_SPAN = timedelta(minutes=9)


def fill(client: AiBoxClient) -> None:
    """Have a client remember as many recognitions as it can, of nobody it will meet."""
    now = datetime.now(UTC)
    for number in range(MOST_ROWS):
        client._delivered.deliver_live(  # noqa: SLF001 - nothing else needs to fill it
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
