"""Resolves the targets of automations to devices."""

from collections.abc import Callable, Iterable

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import (
    ATTR_DEVICE_ID,
    ATTR_ENTITY_ID,
    ATTR_LABEL_ID,
    CONF_EXCLUDE,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.target import (
    TargetSelection,
    async_extract_referenced_entity_ids,
)
from homeassistant.helpers.typing import ConfigType

from ..box.registry import box_identifier
from ..const import CONF_ENTRY_TYPE, DOMAIN, SITE, SITE_LISTS


@callback
def async_target_device_ids(hass: HomeAssistant, target: ConfigType) -> frozenset[str]:
    """Return the device ids of capture devices and people in a target.

    A box or site that is targeted by its device, an entity or a label means all its
    capture devices. One in a targeted area does not: its doors may be elsewhere.
    """
    return _resolve(hass, target, _meant_device_ids)


@callback
def async_all_target_device_ids(
    hass: HomeAssistant, target: ConfigType
) -> frozenset[str]:
    """Return the ids of all devices in a target, whatever they are."""
    return _resolve(hass, target, _all_device_ids)


def _resolve(
    hass: HomeAssistant,
    target: ConfigType,
    device_ids: Callable[[HomeAssistant, ConfigType], set[str]],
) -> frozenset[str]:
    included = {key: ids for key, ids in target.items() if key != CONF_EXCLUDE}
    found = device_ids(hass, included)
    # New in Home Assistant 2026.11, which ignores it for the devices of a box.
    if excluded := target.get(CONF_EXCLUDE):
        found -= device_ids(hass, excluded)
    return frozenset(found)


def _all_device_ids(hass: HomeAssistant, target: ConfigType) -> set[str]:
    return _named_device_ids(hass, target) | _covered_device_ids(hass, target)


def _meant_device_ids(hass: HomeAssistant, target: ConfigType) -> set[str]:
    named = _named_device_ids(hass, target)
    meant: set[str] = set()
    for device_id in named | _covered_device_ids(hass, target):
        device = dr.async_get(hass).async_get(device_id, include_child_devices=False)
        if device is None:
            continue
        entry = hass.config_entries.async_get_entry(device.config_entry_id)
        if entry is None or entry.domain != DOMAIN:
            continue
        if entry.data.get(CONF_ENTRY_TYPE) == SITE:
            if device_id in named:
                meant.update(*(entry.options[key] for key in SITE_LISTS))
        elif box_identifier(entry) not in device.identifiers:
            meant.add(device_id)
        elif device_id in named:
            meant |= _device_ids_below(hass, entry, device)
    return meant


def _covered_device_ids(hass: HomeAssistant, target: ConfigType) -> set[str]:
    selected = async_extract_referenced_entity_ids(
        hass, TargetSelection(target), primary_entities_only=False
    )
    return selected.referenced_devices | _device_ids_of(
        hass, selected.referenced | selected.indirectly_referenced
    )


def _named_device_ids(hass: HomeAssistant, target: ConfigType) -> set[str]:
    """Return the devices targeted directly, not by their place."""
    named = set(target.get(ATTR_DEVICE_ID, ()))
    named |= _device_ids_of(hass, target.get(ATTR_ENTITY_ID, ()))
    for label_id in target.get(ATTR_LABEL_ID, ()):
        labeled = dr.async_entries_for_label(dr.async_get(hass), label_id)
        named.update(device.id for device in labeled)
        entities = er.async_entries_for_label(er.async_get(hass), label_id)
        named |= _device_ids_of(hass, (entity.entity_id for entity in entities))
    return named


def _device_ids_of(hass: HomeAssistant, entity_ids: Iterable[str]) -> set[str]:
    registry = er.async_get(hass)
    entries = map(registry.async_get, entity_ids)
    return {entry.device_id for entry in entries if entry and entry.device_id}


def _device_ids_below(
    hass: HomeAssistant, entry: ConfigEntry, box: dr.DeviceEntry
) -> set[str]:
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    return {device.id for device in devices if device.via_device_id == box.id}
