"""The boxes, doors, followed people and sites that a user may see."""

from collections.abc import Callable, Iterable, Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Self

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.components.binary_sensor import DOMAIN as BINARY_SENSOR_DOMAIN
from homeassistant.components.sensor import DOMAIN as SENSOR_DOMAIN
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..box.registry import (
    async_device_id,
    async_event_entity_id,
    async_registered_capture_devices,
    box_identifier,
    device_name,
)
from ..const import CONF_ENTRY_TYPE, DOMAIN, SITE_LISTS
from ..coordinator import async_loaded_box
from ..people.following import async_followed_people
from ..site.presence import is_site_entry, site_identifier


@dataclass(frozen=True, slots=True)
class Box:
    """A box, loaded or not."""

    entry_id: str
    title: str
    device_id: str | None
    connected: bool
    # Whether pictures may leave the box.
    pictures: bool
    # Who may read this entity may see the box; empty if there is none.
    entity_id: str

    def as_dict(self) -> dict[str, object]:
        """Return plain JSON."""
        return {
            "entry_id": self.entry_id,
            "title": self.title,
            "device_id": self.device_id,
            "connected": self.connected,
            "pictures": self.pictures,
        }


@dataclass(frozen=True, slots=True)
class Door:
    """A capture device."""

    device_id: str
    name: str
    entry_id: str
    area_id: str | None
    # The id on the box.
    capture_device_id: str
    # As above, for the recognitions.
    entity_id: str

    def as_dict(self) -> dict[str, object]:
        """Return plain JSON."""
        return {
            "device_id": self.device_id,
            "name": self.name,
            "entry_id": self.entry_id,
            "area_id": self.area_id,
        }


@dataclass(frozen=True, slots=True)
class Person:
    """A followed person."""

    device_id: str
    name: str
    # As above.
    entity_id: str

    def as_dict(self) -> dict[str, object]:
        """Return plain JSON."""
        return {"device_id": self.device_id, "name": self.name}


@dataclass(frozen=True, slots=True)
class Site:
    """A site, loaded or not."""

    device_id: str
    name: str
    # Its capture devices.
    door_ids: frozenset[str]
    # As above, for who is inside.
    entity_id: str

    def limited(self, door_ids: AbstractSet[str]) -> Self:
        """Return the site with visible capture devices only."""
        return replace(self, door_ids=self.door_ids & door_ids)

    def as_dict(self) -> dict[str, object]:
        """Return plain JSON."""
        return {
            "device_id": self.device_id,
            "name": self.name,
            "door_ids": sorted(self.door_ids),
        }


@dataclass(frozen=True, slots=True)
class View:
    """What somebody may see, by name."""

    boxes: tuple[Box, ...] = ()
    doors: tuple[Door, ...] = ()
    people: tuple[Person, ...] = ()
    sites: tuple[Site, ...] = ()

    def has_door(self, device_id: str | None) -> bool:
        """Return whether a capture device is there."""
        return any(door.device_id == device_id for door in self.doors)

    def limited(self, may_read: Callable[[str], bool]) -> Self:
        """Return what remains for who may read some entities only."""
        doors = tuple(door for door in self.doors if may_read(door.entity_id))
        with_a_door = {door.entry_id for door in doors}
        door_ids = {door.device_id for door in doors}
        return type(self)(
            tuple(
                box
                for box in self.boxes
                if box.entry_id in with_a_door or may_read(box.entity_id)
            ),
            doors,
            tuple(person for person in self.people if may_read(person.entity_id)),
            tuple(
                site.limited(door_ids)
                for site in self.sites
                if may_read(site.entity_id)
            ),
        )

    def as_dict(self) -> dict[str, object]:
        """Return plain JSON."""
        return {
            "boxes": [box.as_dict() for box in self.boxes],
            "doors": [door.as_dict() for door in self.doors],
            "people": [person.as_dict() for person in self.people],
            "sites": [site.as_dict() for site in self.sites],
        }


@callback
def async_view(hass: HomeAssistant) -> View:
    """Return everything that there is."""
    # What the user disabled is not there.
    all_entries = hass.config_entries.async_entries(DOMAIN, False, False)
    entries = [entry for entry in all_entries if CONF_ENTRY_TYPE not in entry.data]
    return View(
        _by_name(_box(hass, entry) for entry in entries),
        _by_name(door for entry in entries for door in _doors(hass, entry)),
        _by_name(
            Person(device.id, _name(device), _event_entity_id(hass, device.id))
            for device, _ in async_followed_people(hass)
            # A person that the user disabled in Home Assistant is silent.
            if not device.disabled
        ),
        _by_name(
            site
            for entry in all_entries
            if is_site_entry(entry)
            for site in _sites(hass, entry)
        ),
    )


@callback
def async_view_of(hass: HomeAssistant, user: User) -> View:
    """Return what a user may see."""
    return view_of(async_view(hass), user)


def view_of(everything: View, user: User) -> View:
    """Limit a view to what a user may see."""
    # Without the entity, only users who may read everything pass.
    return everything.limited(
        lambda entity_id: user.permissions.check_entity(entity_id, POLICY_READ)
    )


def _box(hass: HomeAssistant, entry: ConfigEntry) -> Box:
    box = async_loaded_box(hass, entry.entry_id)
    connection = er.async_get(hass).async_get_entity_id(
        BINARY_SENSOR_DOMAIN, DOMAIN, f"{entry.entry_id}_connection"
    )
    return Box(
        entry.entry_id,
        entry.title,
        async_device_id(hass, entry, box_identifier(entry)),
        connected=box is not None and box.data.connected,
        pictures=box is not None and bool(box.picture_consent.picture_kinds),
        entity_id=connection or "",
    )


def _doors(hass: HomeAssistant, entry: ConfigEntry) -> list[Door]:
    box = async_loaded_box(hass, entry.entry_id)
    return [
        Door(
            device.id,
            _name(device),
            entry.entry_id,
            device.area_id,
            key,
            _event_entity_id(hass, device.id),
        )
        for key, device in async_registered_capture_devices(hass, entry).items()
        # One that the user disabled in Home Assistant is silent.
        if not device.disabled and (box is None or key in box.data.selected)
    ]


def _sites(hass: HomeAssistant, entry: ConfigEntry) -> list[Site]:
    """Return the site of an entry, unless its device is missing or disabled."""
    device_id = async_device_id(hass, entry, site_identifier(entry))
    device = device_id and dr.async_get(hass).async_get(
        device_id, include_child_devices=False
    )
    if not device or device.disabled:
        return []
    people_inside = er.async_get(hass).async_get_entity_id(
        SENSOR_DOMAIN, DOMAIN, f"{entry.entry_id}_people_inside"
    )
    return [
        Site(
            device.id,
            _name(device),
            frozenset(door_id for key in SITE_LISTS for door_id in entry.options[key]),
            people_inside or "",
        )
    ]


def _name(device: dr.DeviceEntry) -> str:
    return device_name(device) or device.id


def _event_entity_id(hass: HomeAssistant, device_id: str) -> str:
    # A disabled entity still has permissions.
    return async_event_entity_id(hass, device_id, include_disabled=True) or ""


def _by_name[T: (Box, Door, Person, Site)](found: Iterable[T]) -> tuple[T, ...]:
    return tuple(sorted(found, key=_sort_key))


def _sort_key(one: Box | Door | Person | Site) -> tuple[str, str]:
    if isinstance(one, Box):
        return one.title.casefold(), one.entry_id
    return one.name.casefold(), one.device_id
