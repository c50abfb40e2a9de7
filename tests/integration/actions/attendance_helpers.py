"""Helpers of the tests of attendance: what both boxes of a site recorded."""

from datetime import datetime, timedelta
from typing import Any

from emulator import Identity
from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.integration.helpers import record
from tests.integration.site.site_helpers import Office

from .action_helpers import act

BERLIN = "Europe/Berlin"


def days_ago(days: int, hour: int, minute: int = 0) -> datetime:
    """Return a local time of a past day."""
    day = dt_util.now().date() - timedelta(days=days)
    midnight = dt_util.start_of_local_day(day)
    return midnight.replace(hour=hour, minute=minute)


def date_ago(days: int) -> str:
    """Return the date of a past day."""
    return (dt_util.now().date() - timedelta(days=days)).isoformat()


async def past(
    office: Office, place: str, at: datetime, who: Identity | None, **how: Any
) -> None:
    """Let a box have recorded somebody at a place."""
    box, number = office.place(place)
    await record(box, at, who, number, **how)


async def attendance(
    hass: HomeAssistant, office: Office, *, user: User | None = None, **data: object
) -> dict[str, Any]:
    """Return the response about the site, without the dates."""
    target = {"device_id": office.site.device_id}
    return await act(hass, "get_attendance", data, target=target, user=user)


def brief(response: dict[str, Any]) -> list[tuple[object, ...]]:
    """Return what differs from row to row."""
    return [
        (
            row["date"],
            row["identity_name"],
            row["first"][11:16],
            row["last"][11:16],
            row["recognitions"],
            row["minutes_inside"],
        )
        for row in response["attendance"]
    ]
