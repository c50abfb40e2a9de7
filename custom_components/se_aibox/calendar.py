"""Calendars of the attendance at a site, and of visits."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import override

from homeassistant.components.calendar import (
    CalendarEntity,
    CalendarEntityDescription,
    CalendarEntityStateAttribute,
    CalendarEvent,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .box.registry import device_name
from .const import DOMAIN
from .entity import SiteEntity
from .people.following import is_people_entry
from .people.visit import Visit
from .people.visitors import SIGNAL_VISITS, async_visits
from .recognition.followed import SIGNAL_FOLLOWED
from .site.attendance import Attendance, Day, date_of, local_day
from .site.attendance_reading import (
    AttendanceReader,
    Reason,
    Scope,
    TooManyRecordsError,
    async_turn,
)
from .site.pieces import async_listed
from .site.presence import SiteConfigEntry, is_site_entry
from .text import async_words_cached, listed, one_line

PARALLEL_UPDATES = 0

ATTENDANCE = CalendarEntityDescription(
    key="attendance",
    translation_key="attendance",
    # Home Assistant shows every calendar to all users.
    entity_registry_enabled_default=False,
)
VISITORS = CalendarEntityDescription(
    key="visitors",
    translation_key="visitors",
    # Likewise. The current event is even in the state.
    entity_registry_enabled_default=False,
)

# The frontend shows six weeks for a month.
_MOST_DAYS = 42
# Per request, over all days that are not kept.
_MOST_RECORDS = 20_000
_MOST_KEPT_DAYS = 62
# Records may enter the history late.
_SETTLED = timedelta(hours=1)
_DAY = timedelta(days=1)

type Rows = tuple[Attendance, ...]


async def async_setup_entry(
    hass: HomeAssistant,
    entry: SiteConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the calendar of a site, or of the visitors."""
    if is_people_entry(entry):
        async_add_entities([VisitorsCalendar(entry, VISITORS)])
        return
    assert is_site_entry(entry)
    async_add_entities([AttendanceCalendar(entry.runtime_data, ATTENDANCE)])


class VisitorsCalendar(CalendarEntity):
    """Shows each visit until it has ended on all boxes."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    # Home Assistant itself keeps the description from the recorder.
    _unrecorded_attributes = frozenset(
        {CalendarEntityStateAttribute.MESSAGE, CalendarEntityStateAttribute.LOCATION}
    )

    def __init__(
        self, entry: ConfigEntry, description: CalendarEntityDescription
    ) -> None:
        """Create the calendar of the people entry, without a device."""
        self.entity_description = description
        self._attr_unique_id = f"{entry.entry_id}_{description.key}"

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the visits."""
        await super().async_added_to_hass()
        self.async_on_remove(
            async_dispatcher_connect(
                self.hass, SIGNAL_VISITS, self.async_write_ha_state
            )
        )

    @property
    @override
    def event(self) -> CalendarEvent | None:
        """Return the current visit, or the next one."""
        now = dt_util.utcnow()
        coming = (
            visit for visit in async_visits(self.hass) if not visit.visitor.is_due(now)
        )
        first = min(coming, key=lambda visit: visit.visitor.valid_from, default=None)
        return None if first is None else self._event(first)

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        """Return the visits in a time span."""
        visits = sorted(
            (
                visit
                for visit in async_visits(hass)
                if visit.visitor.valid_from < end_date
                and visit.visitor.valid_until > start_date
            ),
            key=lambda visit: visit.visitor.valid_from,
        )
        return list(map(self._event, visits))

    @callback
    def _event(self, visit: Visit) -> CalendarEvent:
        visitor, words = visit.visitor, async_words_cached(self.hass)
        boxes = map(self.hass.config_entries.async_get_entry, sorted(visit.enrolled_on))
        described = (
            (visitor.host, "visit_host"),
            (visitor.company, "visit_company"),
            (visitor.purpose, "visit_purpose"),
        )
        return CalendarEvent(
            start=dt_util.as_local(visitor.valid_from),
            end=dt_util.as_local(visitor.valid_until),
            summary=one_line(visitor.name),
            # One detail per line.
            description="\n".join(
                words[key].format(text=one_line(text))
                for text, key in described
                if text
            ),
            location=listed(words, [box.title for box in boxes if box is not None]),
            uid=visit.visit_id,
        )


class AttendanceCalendar(SiteEntity, CalendarEntity):
    """Shows each person's day, from the first to the last sighting.

    Finished days are kept in memory, so that each is read from the boxes only once.
    """

    # Each change would make every open calendar reload.
    _follows_books = False
    _kept: dict[date, Rows]
    # The settings on which the kept days depend.
    _kept_for: object = None

    @property
    @override
    def event(self) -> CalendarEvent | None:
        """Return None: all events are in the past."""
        return None

    @override
    async def async_added_to_hass(self) -> None:
        """Forget the kept days when the followed people change."""
        await super().async_added_to_hass()
        self._forget()
        self.async_on_remove(
            async_dispatcher_connect(self.hass, SIGNAL_FOLLOWED, self._forget)
        )

    @callback
    def _forget(self) -> None:
        self._kept = {}

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        """Return the events of the days in a time span.

        Raises `HomeAssistantError` rather than return an incomplete list.
        """
        async with async_turn(hass):
            days = self._days(start_date, end_date)
            reader = AttendanceReader(
                hass, Scope.of_site(self._site.options.rules), _MOST_RECORDS
            )
            rows = [row for day in days for row in await self._async_rows(reader, day)]
        return await async_listed(
            event
            for event in map(self._event, rows)
            # The first and the last day may be cut off.
            if event.start_datetime_local < end_date
            and event.end_datetime_local >= start_date
        )

    def _days(self, start: datetime, end: datetime) -> list[Day]:
        """Return the days that may have records."""
        zone = dt_util.get_default_time_zone()
        begins_at = self._site.options.day_begins_at
        depends_on = (self._site.options.rules, begins_at, zone)
        if self._kept_for != depends_on:
            self._forget()
            self._kept_for = depends_on
        first = date_of(start, begins_at, zone)
        last = date_of(min(end, dt_util.utcnow()), begins_at, zone)
        count = (last - first).days + 1
        if count > _MOST_DAYS:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="attendance_too_many_days",
                translation_placeholders={"count": str(_MOST_DAYS)},
            )
        return [
            local_day(first + number * _DAY, begins_at, zone) for number in range(count)
        ]

    async def _async_rows(self, reader: AttendanceReader, day: Day) -> Rows:
        """Return the rows of a day, from memory if it is finished."""
        if (kept := self._kept.pop(day.date, None)) is None:
            kept = tuple(await self._async_read(reader, day))
        if day.end + _SETTLED <= dt_util.utcnow():
            # The least recently used day is dropped first.
            self._kept[day.date] = kept
            if len(self._kept) > _MOST_KEPT_DAYS:
                del self._kept[next(iter(self._kept))]
        return kept

    async def _async_read(
        self, reader: AttendanceReader, day: Day
    ) -> Sequence[Attendance]:
        try:
            found = await reader.async_read(day)
        except TooManyRecordsError as error:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="attendance_too_many_records",
                translation_placeholders={"count": str(_MOST_RECORDS)},
            ) from error
        # A box without a history would cause an error every time.
        missing = [
            each.name
            for each in reader.unread.values()
            if each.reason is not Reason.NO_HISTORY
        ]
        if missing:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="attendance_unread",
                translation_placeholders={"boxes": ", ".join(missing)},
            )
        return found

    @callback
    def _event(self, row: Attendance) -> CalendarEvent:
        """Return the event of a person's day."""
        registry = dr.async_get(self.hass)
        first, last = (
            device_name(registry.async_get(moment.device_id)) or ""
            for moment in (row.first, row.last)
        )
        return CalendarEvent(
            start=dt_util.as_local(row.first.at),
            end=dt_util.as_local(row.last.at),
            summary=self._site.async_label(row.who),
            description=first if first == last else f"{first} – {last}",
        )
