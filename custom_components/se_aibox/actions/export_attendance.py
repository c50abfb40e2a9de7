"""Action that writes who came when, by day, to a file for spreadsheets."""

from collections.abc import Iterator
from datetime import datetime

from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util

from ..aibox.names import person_label
from ..box.registry import device_name
from ..site.attendance_files import async_export
from ..site.pieces import async_listed
from ..text import async_text
from .attendance import Row, async_report
from .get_attendance import minutes

_PERSON_TYPE = "entity.event.recognition.state_attributes.event_type.state"
_COLUMNS = (
    "common.attendance_date",
    "common.attendance_site",
    "common.attendance_name",
    "common.attendance_identity_id",
    "common.attendance_person_type",
    "common.attendance_department",
    "common.attendance_job_number",
    "common.attendance_first",
    "common.attendance_first_at",
    "common.attendance_last",
    "common.attendance_last_at",
    "common.attendance_recognitions",
    "common.attendance_minutes_inside",
)


async def async_handle(call: ServiceCall) -> ServiceResponse:
    """Return where the file is."""
    hass = call.hass
    report = await async_report(call)
    table = await async_listed(_table(hass, report.rows))
    file = await async_export(hass, report.start, report.end, table)
    return {
        **report.as_response(),
        **file._asdict(),
        "rows": len(report.rows),
    }


@callback
def _table(hass: HomeAssistant, rows: tuple[Row, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the heading and a line per row, in Home Assistant's language."""
    yield tuple(async_text(hass, key) for key in _COLUMNS)
    words = {"unnamed": async_text(hass, "common.unnamed")}
    registry = dr.async_get(hass)
    for row in rows:
        found = row.attendance
        who = found.who
        inside = minutes(found.inside)
        yield (
            row.date.isoformat(),
            row.site.entry.title if row.site else "",
            person_label(words, who.identity_name, who.identity_id),
            who.identity_id,
            async_text(hass, f"{_PERSON_TYPE}.{who.person_type.value}"),
            found.work.department,
            found.work.job_number,
            _local(found.first.at),
            device_name(registry.async_get(found.first.device_id)) or "",
            _local(found.last.at),
            device_name(registry.async_get(found.last.device_id)) or "",
            str(found.recognitions),
            "" if inside is None else str(inside),
        )


def _local(at: datetime) -> str:
    """Return a local time as every spreadsheet reads it."""
    return f"{dt_util.as_local(at):%Y-%m-%d %H:%M:%S}"
