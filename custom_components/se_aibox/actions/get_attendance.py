"""Action that returns who came when, by day."""

from datetime import datetime, timedelta

from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util

from ..box.registry import device_name
from ..recognition.followed import async_followed_device_ids
from ..site.pieces import async_listed
from .attendance import Row, async_report

_MINUTE = timedelta(minutes=1)


async def async_handle(call: ServiceCall) -> ServiceResponse:
    """Return the attendance, in the order of time."""
    report = await async_report(call)
    return {
        **report.as_response(),
        "attendance": await async_listed(_row(call.hass, row) for row in report.rows),
    }


@callback
def _row(hass: HomeAssistant, row: Row) -> dict[str, object]:
    site, attendance = row.site, row.attendance
    who = attendance.who
    registry = dr.async_get(hass)
    return {
        "date": row.date.isoformat(),
        "site_entry_id": site.entry.entry_id if site else None,
        "site_name": site.entry.title if site else None,
        "entry_id": who.entry_id,
        "identity_id": who.identity_id,
        "identity_name": who.identity_name,
        "person_type": who.person_type.value,
        "followed_device_ids": sorted(
            async_followed_device_ids(hass, who.entry_id, who)
        ),
        "first": _local(attendance.first.at),
        "first_at": device_name(registry.async_get(attendance.first.device_id)),
        "last": _local(attendance.last.at),
        "last_at": device_name(registry.async_get(attendance.last.device_id)),
        "recognitions": attendance.recognitions,
        "minutes_inside": minutes(attendance.inside),
    }


def minutes(inside: timedelta | None) -> int | None:
    """Return the whole minutes, None where no site is meant."""
    return None if inside is None else inside // _MINUTE


def _local(at: datetime) -> str:
    return dt_util.as_local(at).isoformat()
