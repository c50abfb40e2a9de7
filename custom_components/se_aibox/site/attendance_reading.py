"""Reads attendance from the histories of the boxes; nothing is stored."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..aibox.details import NO_WORK, work_in
from ..aibox.exceptions import AiBoxError
from ..aibox.models import HistoryQuery, PersonType, Recognition
from ..box.registry import async_registered_capture_devices
from ..const import DOMAIN
from ..coordinator import SeAiBoxCoordinator, async_loaded_box
from ..recognition.followed import async_followed_device_ids
from ..recognition.freshness import clock_error, seen_at
from .attendance import Attendance, Day, DayFold
from .books import Rules, Seen
from .pieces import async_listed

_PER_PAGE = 100
_TURN: HassKey[asyncio.Lock] = HassKey(f"{DOMAIN}_attendance")


class Reason(StrEnum):
    """Why a box could not be read."""

    NOT_LOADED = "not_loaded"
    NO_ANSWER = "no_answer"
    NO_HISTORY = "no_history"


@dataclass(frozen=True, slots=True)
class Unread:
    """A box whose records are missing."""

    entry_id: str
    name: str
    reason: Reason
    # The first day without its records; all later days lack them, too.
    since: date


@dataclass(frozen=True, slots=True)
class Scope:
    """The people and capture devices that count."""

    # Capture devices in the device registry.
    device_ids: frozenset[str]
    person_types: frozenset[PersonType]
    # None without a site.
    rules: Rules | None = None

    @classmethod
    def of_site(cls, rules: Rules) -> Self:
        """Return the scope of a site."""
        return cls(frozenset(rules.ways), rules.person_types, rules)


class TooManyRecordsError(Exception):
    """The histories have more records than one request may read."""


@asynccontextmanager
async def async_turn(hass: HomeAssistant) -> AsyncGenerator[None]:
    """Wait for other readings to end, to spare the boxes."""
    if (lock := hass.data.get(_TURN)) is None:
        lock = hass.data[_TURN] = asyncio.Lock()
    async with lock:
        yield


class AttendanceReader:
    """Reads days in their order, each into rows by person."""

    def __init__(self, hass: HomeAssistant, scope: Scope, most_records: int) -> None:
        """Initialize; `most_records` may be read on all days together."""
        self._hass = hass
        self._scope = scope
        self._most_records = most_records
        self.read_records = 0
        self._entries = _entries(hass, scope)
        # By config entry. A box that fails once is not asked again.
        self.unread: dict[str, Unread] = {}

    async def async_read(self, day: Day) -> list[Attendance]:
        """Return the rows of a day, by the first sighting.

        Raises `TooManyRecordsError`.
        """
        fold = DayFold(self._scope.rules)
        for entry in self._entries:
            if entry.entry_id not in self.unread:
                reason = await self._async_read_box(entry, day, fold)
                if reason is not None:
                    self.unread[entry.entry_id] = Unread(
                        entry.entry_id, entry.title, reason, day.date
                    )
        rows = await async_listed(fold.attendances(self._followed))
        return sorted(rows, key=lambda row: (row.first, row.who.order))

    async def _async_read_box(
        self, entry: ConfigEntry, day: Day, fold: DayFold
    ) -> Reason | None:
        """Fold the records of one box; return the reason if that fails."""
        if (box := async_loaded_box(self._hass, entry.entry_id)) is None:
            return Reason.NOT_LOADED
        if not box.client.kind.has_history:
            return Reason.NO_HISTORY
        known = async_registered_capture_devices(self._hass, entry)
        places = {
            key: device.id
            for key, device in known.items()
            if device.id in self._scope.device_ids
            and key in box.data.selected
            and not device.disabled
        }
        reading = _BoxDay(box, day, places)
        if (query := reading.query()) is None:
            return None
        try:
            async with aclosing(box.history.async_pages(query)) as pages:
                async for page in pages:
                    self.read_records += page.rows
                    if self.read_records > self._most_records:
                        raise TooManyRecordsError
                    for record in page.records:
                        self._fold(reading, record.recognition, fold)
        except AiBoxError:
            return Reason.NO_ANSWER
        return None

    def _fold(self, reading: _BoxDay, who: Recognition, fold: DayFold) -> None:
        if who.person_type not in self._scope.person_types:
            return
        if (seen := reading.seen(who)) is not None:
            fold.add(seen, work_in(who.identity_info) if reading.details else NO_WORK)

    def _followed(self, seen: Seen) -> frozenset[str]:
        return async_followed_device_ids(self._hass, seen.entry_id, seen)


class _BoxDay:
    """One day of one box, by the box's clock."""

    def __init__(
        self, box: SeAiBoxCoordinator, day: Day, places: Mapping[str, str]
    ) -> None:
        """Initialize; `places` maps the box's ids to device ids."""
        self._entry_id = box.config_entry.entry_id
        self._day = day
        self._places = places
        self._ahead = clock_error(box.client.clock.reading)
        clock = box.client.clock.for_history
        self._now = dt_util.utcnow() + (clock.offset if clock else timedelta())
        # Whether the user allowed enrollment details.
        self.details = box.options.identity_info_in_events

    def query(self) -> HistoryQuery | None:
        """Return the query, None if it could find nothing."""
        start = self._day.start + self._ahead
        # New records must not push others from page to page.
        end = min(self._day.end + self._ahead, self._now)
        # A box treats an empty list of capture devices as all of them.
        if not self._places or start >= end:
            return None
        return HistoryQuery(start, end, frozenset(self._places), per_page=_PER_PAGE)

    def seen(self, who: Recognition) -> Seen | None:
        """Return the sighting of a known person on this day."""
        device_id = self._places.get(who.capture_device_id)
        at: datetime = seen_at(who, box_ahead=self._ahead)
        if (
            device_id is None
            or who.identity_id is None
            or not self._day.start <= at < self._day.end
        ):
            return None
        return Seen(
            self._entry_id,
            who.identity_id,
            who.identity_name,
            who.person_type,
            device_id,
            at,
        )


@callback
def _entries(hass: HomeAssistant, scope: Scope) -> list[ConfigEntry]:
    """Return the boxes of the capture devices, by name."""
    registry = dr.async_get(hass)
    devices = filter(None, map(registry.async_get, scope.device_ids))
    entry_ids = {device.config_entry_id for device in devices}
    entries = filter(None, map(hass.config_entries.async_get_entry, entry_ids))
    return sorted(entries, key=lambda entry: (entry.title, entry.entry_id))
