"""Names the capture devices of a box that does not list them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from ipaddress import ip_address
from itertools import count

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from ..aibox.models import CaptureDevice
from ..text import async_words
from .registry import async_registered_capture_devices


def read_names(entered: Iterable[str]) -> dict[str, str]:
    """Return the names that a user entered, by address.

    Raises `ValueError` for a text that is not an address and a name.
    """
    names: dict[str, str] = {}
    for text in filter(str.strip, entered):
        address, name = text.replace("=", " ", 1).split(maxsplit=1)
        # In the spelling of the pushes.
        names[str(ip_address(address))] = name.strip()
    return names


class CaptureDeviceNames:
    """Gives names in place of addresses; a name once given stays."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, names: Mapping[str, str]
    ) -> None:
        """Initialize with the names that the user entered."""
        self._hass = hass
        self._entry = entry
        # Entity ids follow the names, so the user's count from the start.
        self._names = names
        # A device is registered only later, maybe after another list was read.
        self._given: Mapping[str, str] = {}

    async def async_name(
        self, devices: Iterable[CaptureDevice]
    ) -> tuple[CaptureDevice, ...]:
        """Return the capture devices with names."""
        suggestion = (await async_words(self._hass))["pushed_capture_device"]
        registered = async_registered_capture_devices(self._hass, self._entry)
        known = {
            **self._given,
            **{key: device.name for key, device in registered.items() if device.name},
            **self._names,
        }
        taken = set(known.values())
        box = self._entry.title
        numbered = (suggestion.format(number=n, box=box) for n in count(1))
        free = (name for name in numbered if name not in taken)
        given: dict[str, str] = {}
        named: list[CaptureDevice] = []
        for device in devices:
            key = device.capture_device_id
            name = self._names.get(key) or device.name or known.get(key) or next(free)
            named.append(replace(device, name=name))
            given[key] = name
        self._given = given
        return tuple(named)
