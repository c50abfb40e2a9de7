"""Device trackers of followed people, by the sites that they are in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, override

from homeassistant.components.device_tracker import (
    TrackerEntity,
    TrackerEntityDescription,
)
from homeassistant.components.zone import ENTITY_ID_HOME
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import ExtraStoredData, RestoreEntity
from homeassistant.util import dt as dt_util

from .box.registry import async_device_id
from .coordinator import SeAiBoxConfigEntry
from .entity import PersonEntity, async_add_per_person
from .people.following import is_people_entry, person_identifier
from .recognition.sighting import Sighting
from .site.books import Kind, Place
from .site.options import CONF_ZONE
from .site.passages import SIGNAL_PASSAGE_STATES, Passage
from .site.presence import SIGNAL_BOOKS, Site

PARALLEL_UPDATES = 0

# Disabled by default: a face is weaker evidence than a phone.
PRESENCE = TrackerEntityDescription(
    key="presence",
    translation_key="presence",
    entity_registry_enabled_default=False,
)
_NOTHING = (STATE_UNAVAILABLE, STATE_UNKNOWN)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: SeAiBoxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up a device tracker for each followed person."""
    assert is_people_entry(entry)
    async_add_per_person(entry, async_add_entities, PersonTracker)


@dataclass(frozen=True, slots=True)
class _Presence(ExtraStoredData):
    """The location of a person, according to sightings."""

    # The config entries of the sites that the person is in.
    sites: frozenset[str] = frozenset()
    # Whether the person was seen to leave the last of them.
    is_away: bool = False
    # When this last changed or was confirmed.
    at: datetime | None = None

    @override
    def as_dict(self) -> dict[str, Any]:
        """Return the data to store."""
        return {
            "sites": sorted(self.sites),
            "is_away": self.is_away,
            "at": self.at and self.at.isoformat(),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> _Presence:
        """Return stored data, unknown if damaged."""
        at = dt_util.parse_datetime(str(stored.get("at")))
        sites = stored.get("sites")
        if at is None or not isinstance(sites, list):
            return cls()
        return cls(frozenset(map(str, sites)), stored.get("is_away") is True, at)


class PersonTracker(PersonEntity, TrackerEntity, RestoreEntity):
    """A followed person as a tracker of GPS source.

    A person in Home Assistant uses the tracker with the newest state. So the state is
    written only when something happens: a later write would let an old face beat the
    phone.
    """

    entity_description = PRESENCE
    _presence = _Presence()
    _is_fresh = False

    @property
    @override
    def device_info(self) -> DeviceInfo:
        """Return the device of the person."""
        return self._people.device_info(self._subentry_id)

    @property
    @override
    def force_update(self) -> bool:
        """Return True while a new passage confirms the state."""
        return self._is_fresh

    @property
    @override
    def extra_restore_state_data(self) -> ExtraStoredData:
        """Return the location to store, unknown if another tracker is newer."""
        # Restoring writes the state, which would then beat the newer tracker.
        return _Presence() if self._is_outdated else self._presence

    @override
    async def async_added_to_hass(self) -> None:
        """Restore where the person was, then follow the sites."""
        if (stored := await self.async_get_last_extra_data()) is not None:
            self._presence = _Presence.from_dict(stored.as_dict())
        self._follow_books()
        await super().async_added_to_hass()
        self._listen(SIGNAL_BOOKS, self._handle_books)
        self._listen(SIGNAL_PASSAGE_STATES, self._handle_passage)

    @property
    def _is_outdated(self) -> bool:
        """Return whether another tracker of the person is newer."""
        at = self._presence.at
        if at is None or not self._presence.sites:
            return False
        return any(
            state.last_updated > at
            for person in self.hass.states.async_all("person")
            if self.entity_id in (trackers := person.attributes["device_trackers"])
            for state in map(self.hass.states.get, trackers)
            if state is not None
            and state.entity_id != self.entity_id
            and state.state not in _NOTHING
        )

    @callback
    @override
    def _handle_sighting(self, sighting: Sighting) -> None:
        """Do nothing: only passages change the location."""

    @callback
    def _handle_passage(self, passage: Passage) -> None:
        """Set the person to home, as only a live passage may."""
        sighting = passage.sighting
        if (
            passage.kind in (Kind.ENTERED, Kind.ENTERED_AGAIN)
            and sighting is not None
            and self._device_id in sighting.followed_device_ids
        ):
            sites = self._presence.sites | {passage.site_entry_id}
            self._presence = _Presence(sites, at=dt_util.utcnow())
            self._attr_in_zones = self._zones()
            self._is_fresh = True
            self.async_write_ha_state()
            self._is_fresh = False

    @callback
    def _handle_books(self) -> None:
        if self._follow_books():
            self.async_write_ha_state()

    def _follow_books(self) -> bool:
        """Drop the sites that the person left; return whether zones changed.

        A recovered sighting may set the person to away or unknown, but never to home.
        """
        zones_before = self._attr_in_zones
        if left := {
            entry_id: place
            for entry_id in self._presence.sites
            if (place := self._place(entry_id)) is not Place.INSIDE
        }:
            sites = self._presence.sites - left.keys()
            is_away = not sites and Place.OUTSIDE in left.values()
            self._presence = _Presence(sites, is_away, dt_util.utcnow())
        self._attr_in_zones = self._zones()
        return self._attr_in_zones != zones_before

    def _place(self, entry_id: str) -> Place:
        """Return where the person is, according to a site."""
        entry = self.hass.config_entries.async_get_entry(entry_id)
        if entry is None or entry.disabled_by or self._device_id is None:
            return Place.UNKNOWN
        if entry.state is not ConfigEntryState.LOADED:
            # Nothing changes until the site is loaded.
            return Place.INSIDE
        site: Site = entry.runtime_data
        return site.async_place_of(self._device_id)

    @property
    def _device_id(self) -> str | None:
        identifier = person_identifier(self._people.entry, self._subentry_id)
        return async_device_id(self.hass, self._people.entry, identifier)

    def _zones(self) -> list[str] | None:
        """Return the zones that the person is in, or None if unknown."""
        if not self._presence.sites:
            return [] if self._presence.is_away else None
        entries = map(self.hass.config_entries.async_get_entry, self._presence.sites)
        return sorted(
            {
                entry.options.get(CONF_ZONE) or ENTITY_ID_HOME
                for entry in entries
                if entry
            }
        )
