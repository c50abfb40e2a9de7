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


async def async_name(
    hass: HomeAssistant,
    entry: ConfigEntry,
    devices: Iterable[CaptureDevice],
    names: Mapping[str, str],
) -> tuple[CaptureDevice, ...]:
    """Return the capture devices with names instead of addresses.

    Entity ids follow the names, so `names`, the user's, count from the start.
    """
    registered = async_registered_capture_devices(hass, entry)
    known = {**{key: device.name for key, device in registered.items()}, **names}
    taken = set(known.values())
    suggestion = (await async_words(hass))["pushed_capture_device"]
    numbered = (suggestion.format(number=n, box=entry.title) for n in count(1))
    free = (name for name in numbered if name not in taken)
    named: list[CaptureDevice] = []
    for device in devices:
        key = device.capture_device_id
        name = names.get(key) or device.name or known.get(key) or next(free)
        named.append(replace(device, name=name))
    return tuple(named)
