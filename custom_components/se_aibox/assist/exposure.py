"""The places, people and sites that an assistant may report."""

from collections.abc import Iterable, Iterator, Set as AbstractSet
from dataclasses import dataclass

from homeassistant.components.homeassistant import async_should_expose
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
)

from ..aibox.names import name_key
from ..box.registry import (
    async_device,
    async_registered_capture_devices,
    device_name,
    is_box_entry,
)
from ..const import DOMAIN
from ..people.following import async_followed_people
from ..site.presence import Site, async_loaded_sites, site_identifier

# Entities that show who was seen, by translation key. A user who exposes one allows
# questions about its device.
_DEVICE_KEYS = frozenset({"recognition", "last_person"})
_PERSON_KEYS = frozenset({"recognition", "last_seen", "last_location"})
_SITE_KEYS = frozenset({"people_inside", "passage"})


@dataclass(frozen=True, slots=True)
class Place:
    """A capture device that an assistant may report."""

    entry: ConfigEntry
    capture_device_id: str
    # Its own name first, as the user sees it; then aliases, area and floor.
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        """Return the user's name for it."""
        return self.names[0]


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A followed person that is exposed to the assistant."""

    device_id: str
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        """Return the user's name for the person."""
        return self.names[0]


@dataclass(frozen=True, slots=True)
class KnownSite:
    """A site that an assistant may report."""

    site: Site
    names: tuple[str, ...]


def is_called(name: str, names: Iterable[str]) -> bool:
    """Return whether a name is among names."""
    return name_key(name) in map(name_key, names)


@callback
def async_places(
    hass: HomeAssistant, device_ids: AbstractSet[str]
) -> tuple[Place, ...]:
    """Return the capture devices among some devices."""
    return tuple(
        Place(
            entry,
            capture_device_id,
            (device_name(device) or "", *_area_names(hass, device)),
        )
        for entry in hass.config_entries.async_entries(DOMAIN, False, False)
        if is_box_entry(entry)
        for capture_device_id, device in async_registered_capture_devices(
            hass, entry
        ).items()
        if device.id in device_ids
    )


@callback
def async_known_people(hass: HomeAssistant) -> tuple[KnownPerson, ...]:
    """Return all followed people."""
    return tuple(
        KnownPerson(device.id, (device_name(device) or "", *person.names))
        for device, person in async_followed_people(hass)
    )


@callback
def async_exposed_places(hass: HomeAssistant, assistant: str) -> tuple[Place, ...]:
    """Return the exposed capture devices."""
    # Also of boxes that are not loaded.
    return tuple(
        Place(entry, capture_device_id, (*names, *_area_names(hass, device)))
        for entry in hass.config_entries.async_entries(DOMAIN, False, False)
        if is_box_entry(entry)
        for capture_device_id, device in async_registered_capture_devices(
            hass, entry
        ).items()
        if (names := _exposed_names(hass, assistant, device, _DEVICE_KEYS))
    )


@callback
def async_exposed_people(
    hass: HomeAssistant, assistant: str
) -> tuple[KnownPerson, ...]:
    """Return the exposed followed people."""
    return tuple(
        KnownPerson(device.id, (*names, *person.names))
        for device, person in async_followed_people(hass)
        if (names := _exposed_names(hass, assistant, device, _PERSON_KEYS))
    )


@callback
def async_exposed_sites(hass: HomeAssistant, assistant: str) -> tuple[KnownSite, ...]:
    """Return the exposed sites."""
    return tuple(
        KnownSite(site, names)
        for site in async_loaded_sites(hass)
        if (device := async_device(hass, site.entry, site_identifier(site.entry)))
        and (names := _exposed_names(hass, assistant, device, _SITE_KEYS))
    )


def _exposed_names(
    hass: HomeAssistant, assistant: str, device: dr.DeviceEntry, keys: frozenset[str]
) -> tuple[str, ...]:
    """Return a device's name and the aliases of its exposed entities.

    Empty if none of them is exposed.
    """
    exposed = [
        entity
        for entity in er.async_entries_for_device(er.async_get(hass), device.id)
        if entity.translation_key in keys
        and async_should_expose(hass, assistant, entity.entity_id)
    ]
    if not exposed:
        return ()
    aliases = (
        alias
        for entity in exposed
        for alias in entity.aliases
        if isinstance(alias, str)
    )
    return (device_name(device) or "", *aliases)


def _area_names(hass: HomeAssistant, device: dr.DeviceEntry) -> Iterator[str]:
    areas, floors = ar.async_get(hass), fr.async_get(hass)
    if device.area_id and (area := areas.async_get_area(device.area_id)):
        yield area.name
        yield from sorted(area.aliases)
        if area.floor_id and (floor := floors.async_get_floor(area.floor_id)):
            yield floor.name
            yield from sorted(floor.aliases)
