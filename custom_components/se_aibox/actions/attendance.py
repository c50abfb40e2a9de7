"""Attendance as the actions return it: which days, whose, and from which boxes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import voluptuous as vol

from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.service import async_get_config_entry
from homeassistant.util import dt as dt_util

from ..aibox.models import PersonType
from ..box.registry import is_box_entry
from ..const import DOMAIN
from ..recognition.filters import CONF_PERSON_TYPES
from ..recognition.targets import async_all_target_device_ids, async_target_device_ids
from ..site.attendance import Attendance, date_of, local_day
from ..site.attendance_reading import (
    AttendanceReader,
    Scope,
    TooManyRecordsError,
    Unread,
    async_turn,
)
from ..site.options import CONF_DAY_BEGINS_AT, DEFAULT_PERSON_TYPES
from ..site.presence import Site, async_targeted_sites, is_site_entry
from .fields import TARGET

_START_DATE = "start_date"
_END_DATE = "end_date"
# Two months: every day is read anew.
_MOST_DAYS = 62
# Over all days and boxes of one call.
_MOST_RECORDS = 250_000
_MIDNIGHT = time()
# Strangers never count: two of them cannot be told apart.
_COUNTABLE = [each for each in PersonType if each is not PersonType.STRANGER]


def _valid_date(value: Any) -> date:
    """Return a date; a time is of its day."""
    day: date = cv.date(value)
    return day.date() if isinstance(day, datetime) else day


SCHEMA = vol.Schema(
    {
        **cv.TARGET_FIELDS,
        vol.Optional(_START_DATE): _valid_date,
        vol.Optional(_END_DATE): _valid_date,
        vol.Optional(CONF_DAY_BEGINS_AT): cv.time,
        vol.Optional(CONF_PERSON_TYPES, default=[]): vol.All(
            cv.ensure_list, [vol.All(vol.In(_COUNTABLE), vol.Coerce(PersonType))]
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Row:
    """A person on one day at one site, or at capture devices of none."""

    date: date
    site: Site | None
    attendance: Attendance


@dataclass(frozen=True, slots=True)
class Report:
    """What the boxes recorded on the days from start to end, both included."""

    start: date
    end: date
    rows: tuple[Row, ...]
    unread: tuple[Unread, ...]

    def as_response(self) -> dict[str, Any]:
        """Return what both actions return."""
        return {
            _START_DATE: self.start.isoformat(),
            _END_DATE: self.end.isoformat(),
            # Away, or without a history.
            "unread": [
                {
                    "entry_id": each.entry_id,
                    "box": each.name,
                    "reason": each.reason.value,
                    "since": each.since.isoformat(),
                }
                for each in self.unread
            ],
        }


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked of one site, or of capture devices."""

    site: Site | None
    scope: Scope
    day_begins_at: time


async def async_report(call: ServiceCall) -> Report:
    """Return the attendance that a call asks for.

    Raises `ServiceValidationError` if nothing could be asked.
    """
    questions = list(_questions(call))
    zone = dt_util.get_default_time_zone()
    now = dt_util.utcnow()
    latest = max(date_of(now, each.day_begins_at, zone) for each in questions)
    start, end = _days(call.data, latest)
    rows: list[Row] = []
    unread: dict[str, Unread] = {}
    read_records = 0
    async with async_turn(call.hass):
        for question in questions:
            reader = AttendanceReader(
                call.hass, question.scope, _MOST_RECORDS - read_records
            )
            for number in range((end - start).days + 1):
                day = local_day(
                    start + timedelta(days=number), question.day_begins_at, zone
                )
                try:
                    found = await reader.async_read(day)
                except TooManyRecordsError as error:
                    raise HomeAssistantError(
                        translation_domain=DOMAIN,
                        translation_key="attendance_too_many_records",
                        translation_placeholders={"count": str(_MOST_RECORDS)},
                    ) from error
                rows += [Row(day.date, question.site, each) for each in found]
            read_records += reader.read_records
            unread |= _earliest(unread, reader.unread.values())
    rows.sort(key=lambda row: row.date)
    return Report(start, end, tuple(rows), tuple(unread.values()))


def _earliest(known: dict[str, Unread], new: Iterable[Unread]) -> dict[str, Unread]:
    """Return the boxes that are missing, each from its first day."""
    return {
        each.entry_id: min(
            each, known.get(each.entry_id, each), key=lambda one: one.since
        )
        for each in new
    }


def _days(data: dict[str, Any], latest: date) -> tuple[date, date]:
    """Return the first and the last day."""
    end = min(data.get(_END_DATE, latest), latest)
    start = data.get(_START_DATE, end)
    if start > end:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="no_time_between"
        )
    if (end - start).days >= _MOST_DAYS:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="attendance_too_many_days",
            translation_placeholders={"count": str(_MOST_DAYS)},
        )
    return start, end


@callback
def _questions(call: ServiceCall) -> Iterator[_Question]:
    """Yield a question for each site, then for the other capture devices."""
    hass: HomeAssistant = call.hass
    target = {key: call.data[key] for key in TARGET if key in call.data}
    day_begins_at: time | None = call.data.get(CONF_DAY_BEGINS_AT)
    person_types = frozenset(call.data[CONF_PERSON_TYPES])
    _check_sites(hass, target)
    sites = async_targeted_sites(hass, target)
    others = _capture_devices(hass, async_target_device_ids(hass, target))
    for site in sites:
        options = site.options
        others -= options.rules.ways.keys()
        yield _Question(
            site,
            Scope(
                frozenset(options.rules.ways),
                person_types or options.rules.person_types,
                options.rules,
            ),
            options.day_begins_at if day_begins_at is None else day_begins_at,
        )
    if others:
        yield _Question(
            None,
            Scope(
                others, person_types or frozenset(map(PersonType, DEFAULT_PERSON_TYPES))
            ),
            day_begins_at or _MIDNIGHT,
        )
    if not (sites or others):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="nothing_to_attend"
        )


@callback
def _check_sites(hass: HomeAssistant, target: dict[str, Any]) -> None:
    """Raise `ServiceValidationError` if a targeted site is not loaded.

    Its capture devices would be answered for without it.
    """
    registry = dr.async_get(hass)
    device_ids = async_all_target_device_ids(hass, target)
    for device in filter(None, map(registry.async_get, device_ids)):
        entry = hass.config_entries.async_get_known_entry(device.config_entry_id)
        if is_site_entry(entry):
            async_get_config_entry(hass, DOMAIN, entry.entry_id)


@callback
def _capture_devices(hass: HomeAssistant, device_ids: frozenset[str]) -> frozenset[str]:
    """Return the devices without those of followed people."""
    registry = dr.async_get(hass)
    return frozenset(
        device.id
        for device in filter(None, map(registry.async_get, device_ids))
        if is_box_entry(
            hass.config_entries.async_get_known_entry(device.config_entry_id)
        )
    )
