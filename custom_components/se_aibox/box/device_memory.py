"""Stores which capture devices a box had, also those that are gone."""

from collections.abc import Iterable, Mapping
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from ..aibox.models import CaptureDevice
from ..const import DOMAIN
from .replacement import KnownDevice, known_devices
from .stored import UNREADABLE, text_of

_VERSION = 1
# A box lists at most half as many at once.
_MOST = 512


class DeviceMemory:
    """The capture devices of one box by id, in the order in which they appeared."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Initialize empty."""
        self._store = _store(hass, entry_id)
        self.known: Mapping[str, KnownDevice] = {}

    async def async_load(self) -> None:
        """Load the stored devices; damaged data is learned again."""
        try:
            self.known = _from_stored(await self._store.async_load() or {})
        except UNREADABLE:
            self.known = {}

    async def async_remember(self, devices: Iterable[CaptureDevice]) -> None:
        """Remember listed capture devices; forget gone ones if too many."""
        listed = known_devices(devices)
        known = {**self.known, **listed}
        gone = [key for key in known if key not in listed]
        for key in gone[: max(len(known) - _MOST, 0)]:
            del known[key]
        await self._async_keep(known)

    async def async_forget(self, capture_device_ids: Iterable[str]) -> None:
        """Forget capture devices."""
        left_out = frozenset(capture_device_ids)
        await self._async_keep(
            {key: known for key, known in self.known.items() if key not in left_out}
        )

    async def _async_keep(self, known: Mapping[str, KnownDevice]) -> None:
        if known == self.known:
            return
        self.known = known
        # At once: the next set-up of the box reads it.
        await self._store.async_save(
            {
                key: {"name": device.name, "address": device.address}
                for key, device in known.items()
            }
        )


async def async_forget_devices(hass: HomeAssistant, entry_id: str) -> None:
    """Delete the stored data of a removed box."""
    await _store(hass, entry_id).async_remove()


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    return Store(hass, _VERSION, f"{DOMAIN}.capture_devices.{entry_id}")


def _from_stored(stored: Mapping[str, Any]) -> dict[str, KnownDevice]:
    return {
        key: KnownDevice(_optional(device["name"]), _optional(device["address"]))
        for key, device in stored.items()
    }


def _optional(value: object) -> str | None:
    return None if value is None else text_of(value)
