"""Gives the registry rows of capture devices to those that replace them."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

from homeassistant.config_entries import ConfigEntry, OperationNotAllowed
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..const import DOMAIN
from .registry import async_capture_device, capture_device_identifier
from .replacement import moved_options


@asynccontextmanager
async def async_unloaded(
    hass: HomeAssistant, entry: ConfigEntry
) -> AsyncGenerator[None]:
    """Unload a box while it is changed, then set it up again.

    Raises `OperationNotAllowed` if it cannot be unloaded.
    """
    # Also waits for a set-up that is under way.
    async with entry.setup_lock:
        if not await entry.async_unload(hass):
            raise OperationNotAllowed("the box cannot be unloaded")
        try:
            yield
        finally:
            # It waits for the lock.
            hass.config_entries.async_schedule_reload(entry.entry_id)


@callback
def async_move_capture_devices(
    hass: HomeAssistant, entry: ConfigEntry, moves: Mapping[str, str]
) -> None:
    """Move the registry rows and options of capture devices to new ids.

    Their entity ids, names, areas and whatever refers to them stay.
    """
    for old, new in moves.items():
        if old != new:
            _remove_rows(hass, entry, new)
            _move_rows(hass, entry, old, new)
    options = moved_options(entry.options, moves)
    hass.config_entries.async_update_entry(entry, options=options)


def _remove_rows(
    hass: HomeAssistant, entry: ConfigEntry, capture_device_id: str
) -> None:
    """Remove the freshly made rows of a capture device."""
    if (device := async_capture_device(hass, entry, capture_device_id)) is not None:
        for entity in _entities_of(hass, device):
            er.async_get(hass).async_remove(entity.entity_id)
        dr.async_get(hass).async_remove_device(device.id)


def _move_rows(hass: HomeAssistant, entry: ConfigEntry, old: str, new: str) -> None:
    old_id = capture_device_identifier(entry, old)
    new_id = capture_device_identifier(entry, new)
    devices, entities = dr.async_get(hass), er.async_get(hass)
    # Also finds rows that were deleted, with the names and areas that they had.
    device = devices.async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={old_id}
    )
    for domain, platform, unique_id in [*entities.deleted_entities]:
        if platform == DOMAIN and unique_id.startswith(f"{old_id[1]}_"):
            entities.async_get_or_create(
                domain, platform, unique_id, config_entry=entry, device_id=device.id
            )
    for entity in _entities_of(hass, device):
        suffix = entity.unique_id.removeprefix(old_id[1])
        entities.async_update_entity(
            entity.entity_id, new_unique_id=f"{new_id[1]}{suffix}"
        )
    devices.async_update_device(device.id, new_identifiers={new_id})


def _entities_of(hass: HomeAssistant, device: dr.DeviceEntry) -> list[er.RegistryEntry]:
    return [
        entity
        for entity in er.async_entries_for_device(
            er.async_get(hass), device.id, include_disabled_entities=True
        )
        # Other integrations may add entities to the device.
        if entity.platform == DOMAIN
    ]
