"""Diagnostics without personal data.

They have no names, ids, faces, addresses or secrets. Only what is listed here is shown,
so that data which an entry or a box may hold in the future stays out.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import AnyDeviceEntry
from homeassistant.util import dt as dt_util

from .aibox.models import BoxHealth, CaptureDevice, Ports, Recognition
from .aibox.operation import Operation
from .box.address import port_data
from .box.registry import async_registered_capture_devices
from .const import (
    CONF_ACCEPTS_SILENCE,
    CONF_ADD_NEW_CAPTURE_DEVICES,
    CONF_CAPTURE_DEVICES,
    CONF_DEVICE_STATUS,
    CONF_DIALECT,
    CONF_ENTRY_TYPE,
    CONF_FRESHNESS_LIMIT,
    CONF_HOLD_TIME,
    CONF_IDENTITY_INFO_IN_EVENTS,
    CONF_IGNORED_CAPTURE_DEVICES,
    CONF_IGNORED_STRANGERS,
    CONF_NAMES,
    CONF_PICTURES,
    CONF_RECOVER_HISTORY,
)
from .coordinator import SeAiBoxConfigEntry, SeAiBoxCoordinator, async_loaded_box
from .people.following import People, is_people_entry, person_identifier
from .people.identity import FollowedPerson
from .site.options import (
    CONF_ASSEMBLY_POINTS,
    CONF_DAY_BEGINS_AT,
    CONF_EMPTIED_WHEN_FORGOTTEN,
    CONF_FORGET_AFTER,
    CONF_PERSON_TYPES,
    LISTS,
)
from .site.presence import Site, is_site_entry

_SHOWN_DATA = frozenset(
    {CONF_ACCEPTS_SILENCE, CONF_DIALECT, CONF_ENTRY_TYPE, *port_data(Ports())}
)
_SHOWN_OPTIONS = frozenset(
    {
        CONF_ADD_NEW_CAPTURE_DEVICES,
        CONF_DEVICE_STATUS,
        CONF_FRESHNESS_LIMIT,
        CONF_HOLD_TIME,
        CONF_IDENTITY_INFO_IN_EVENTS,
        CONF_PICTURES,
        CONF_RECOVER_HISTORY,
        # Of a site.
        CONF_DAY_BEGINS_AT,
        CONF_EMPTIED_WHEN_FORGOTTEN,
        CONF_FORGET_AFTER,
        CONF_PERSON_TYPES,
    }
)
_COUNTED_OPTIONS = frozenset(
    {
        CONF_CAPTURE_DEVICES,
        CONF_IGNORED_CAPTURE_DEVICES,
        CONF_IGNORED_STRANGERS,
        CONF_NAMES,
        # Of a site.
        CONF_ASSEMBLY_POINTS,
        *LISTS,
    }
)


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: SeAiBoxConfigEntry
) -> dict[str, Any]:
    """Return the diagnostics of a config entry."""
    diagnostics = {"entry": _entry(entry), "entities": _entities(hass, entry)}
    if (coordinator := async_loaded_box(hass, entry.entry_id)) is not None:
        return diagnostics | _box(coordinator)
    if (people := _loaded_people(entry)) is not None:
        followed = people.followed.values()
        return diagnostics | {"people": [_person(person) for person in followed]}
    if is_site_entry(entry) and entry.state is ConfigEntryState.LOADED:
        return diagnostics | {"site": _site(entry.runtime_data)}
    return diagnostics


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: SeAiBoxConfigEntry, device: AnyDeviceEntry
) -> dict[str, Any]:
    """Return the diagnostics of a device; a box has its entry's."""
    if (people := _loaded_people(entry)) is not None:
        persons = [
            _person(person)
            for subentry_id, person in people.followed.items()
            if person_identifier(entry, subentry_id) in device.identifiers
        ]
        return {"entry": _entry(entry), "people": persons}
    if (coordinator := async_loaded_box(hass, entry.entry_id)) is not None:
        for key, registered in async_registered_capture_devices(hass, entry).items():
            if registered.id == device.id:
                return {
                    "entry": _entry(entry),
                    "connected": coordinator.data.connected,
                    "capture_device": _capture_device(coordinator, key),
                }
    return await async_get_config_entry_diagnostics(hass, entry)


def _loaded_people(entry: ConfigEntry) -> People | None:
    if is_people_entry(entry) and entry.state is ConfigEntryState.LOADED:
        return entry.runtime_data
    return None


def _entry(entry: ConfigEntry) -> dict[str, Any]:
    return {
        "version": f"{entry.version}.{entry.minor_version}",
        "state": entry.state.value,
        "source": entry.source,
        "data": _only(entry.data, _SHOWN_DATA),
        "options": _only(entry.options, _SHOWN_OPTIONS)
        | {
            key: len(entry.options[key])
            for key in _COUNTED_OPTIONS & entry.options.keys()
        },
    }


def _only(data: Mapping[str, Any], shown: Collection[str]) -> dict[str, Any]:
    return async_redact_data(dict(data), data.keys() - shown)


def _entities(hass: HomeAssistant, entry: ConfigEntry) -> dict[str, dict[str, int]]:
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return {
        "registered": Counter(entity.domain for entity in entities),
        "disabled": Counter(entity.domain for entity in entities if entity.disabled),
    }


def _box(coordinator: SeAiBoxCoordinator) -> dict[str, Any]:
    data, pictures = coordinator.data, coordinator.pictures
    last = max(data.last.values(), key=lambda seen: seen.received_at, default=None)
    mode = coordinator.polls.pass_mode
    return {
        "box": {
            "dialect": data.info.dialect.value,
            "model": data.info.model,
            "hardware_version": data.info.hardware_version,
            "software_version": data.info.software_version,
            "threshold": data.info.threshold,
            "mode": data.info.mode,
            "reports_serial_number": data.info.serial_number is not None,
            "mac_addresses": len(data.info.mac_addresses),
        },
        "connection": {
            "connected": data.connected,
            "disconnections": dict(coordinator.log.disconnections),
            "checked_by_history": coordinator.client.detects_deafness,
        },
        "capture_devices": {
            "listed": _types(data.listed.values()),
            "selected": _types(data.selected.values()),
            "absent": len(data.missing_since),
            "online": sum(data.online.values()),
            "offline": len(data.online) - sum(data.online.values()),
            "unreadable": Counter(coordinator.client.rest.unreadable_devices),
        },
        "recognitions": sum(data.counted.values()),
        "last_recognition": _recognition(last),
        "skipped": dict(coordinator.log.skipped),
        "duplicates": coordinator.client.duplicates,
        "pictures": {
            "allowed": coordinator.picture_consent.pictures_allowed,
            "held": pictures.held,
            "held_bytes": pictures.held_bytes,
        },
        "health": _health(coordinator.polls.health.data),
        "pass_mode": mode.data.value if mode.answered and mode.data else None,
        "operation": _operation(coordinator.polls.operation.data),
        "clock": _clock(coordinator),
    }


def _health(health: BoxHealth | None) -> dict[str, Any] | None:
    return None if health is None else asdict(health)


def _operation(operation: Operation | None) -> dict[str, Any] | None:
    if operation is None:
        return None
    times = operation.armed_times
    return asdict(operation) | {
        # By the box's own clock.
        "armed_times": times and [f"{armed.start}–{armed.end}" for armed in times],
    }


def _clock(coordinator: SeAiBoxCoordinator) -> dict[str, float] | None:
    reading = coordinator.client.clock.reading
    if reading is None:
        return None
    return {
        "seconds_ahead": round(reading.offset.total_seconds(), 3),
        "uncertainty": round(reading.uncertainty.total_seconds(), 3),
    }


def _types(devices: Collection[CaptureDevice]) -> dict[str, int]:
    return Counter(device.device_type.value for device in devices)


def _capture_device(coordinator: SeAiBoxCoordinator, key: str) -> dict[str, Any]:
    data = coordinator.data
    device = data.listed.get(key)
    return {
        "on_the_box": key in data.in_last_list,
        "selected": key in data.selected,
        "online": data.online.get(key),
        "type": device and device.device_type.value,
        "has_stream": device is not None and device.stream_url is not None,
        "has_relay": device is not None and device.relay is not None,
        "recognitions": data.counted.get(key, 0),
        "last_recognition": _recognition(data.last.get(key)),
    }


def _recognition(recognition: Recognition | None) -> dict[str, Any] | None:
    if recognition is None:
        return None
    age = dt_util.utcnow() - recognition.received_at
    return {
        "seconds_ago": round(age.total_seconds()),
        "person_type": recognition.person_type.value,
    }


def _site(site: Site) -> dict[str, Any]:
    return {"inside": site.count, "up_to_date": site.is_up_to_date}


def _person(person: FollowedPerson) -> dict[str, Any]:
    identities = person.identities.values()
    return {
        "identities": len(identities),
        "named_by_boxes": [len(identity.names) for identity in identities],
        "renamed": sum(identity.renaming is not None for identity in identities),
        "tied_to_a_person": person.person is not None,
    }
