"""Looks up the followed people of the people entry."""

from collections.abc import Callable, Iterable
from typing import Protocol

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util.hass_dict import HassKey
from homeassistant.util.signal_type import SignalType

from ..box.registry import device_name
from ..const import DOMAIN


class Identified(Protocol):
    """The id and name of a recognized person."""

    @property
    def identity_id(self) -> str | None:
        """The identity id, or None for a stranger."""

    @property
    def identity_name(self) -> str | None:
        """The name on the box, if any."""


# Set by the people entry while it is loaded. Returns the device ids of the followed
# people in a recognition; the first argument is the config entry id of its box.
FOLLOWED: HassKey[Callable[[str, Identified], frozenset[str]]] = HassKey(
    f"{DOMAIN}_followed"
)
# Likewise: returns the identity ids of the people with a device id or name.
FOLLOWED_IDENTITIES: HassKey[Callable[[str], frozenset[str]]] = HassKey(
    f"{DOMAIN}_followed_identities"
)
# Sent after the followed people change, or their entry is loaded or unloaded.
SIGNAL_FOLLOWED: SignalType[()] = SignalType(f"{DOMAIN}_followed_changed")


@callback
def async_followed_device_ids(
    hass: HomeAssistant, entry_id: str, recognition: Identified
) -> frozenset[str]:
    """Return the device ids of followed people in a recognition."""
    followed = hass.data.get(FOLLOWED)
    if followed is None or not (device_ids := followed(entry_id, recognition)):
        return frozenset()
    registry = dr.async_get(hass)
    # Leave out people whose device is disabled in Home Assistant.
    return frozenset(
        device_id
        for device_id in device_ids
        if (device := registry.async_get(device_id)) is None or not device.disabled
    )


@callback
def async_followed_identity_ids(hass: HomeAssistant, called: str) -> frozenset[str]:
    """Return the identity ids behind a device id or name."""
    identities = hass.data.get(FOLLOWED_IDENTITIES)
    return frozenset() if identities is None else identities(called)


@callback
def async_followed_names(
    hass: HomeAssistant, followed_device_ids: Iterable[str]
) -> frozenset[str]:
    """Return the device ids and names of followed people."""
    names = set(followed_device_ids)
    registry = dr.async_get(hass)
    for device in map(registry.async_get, tuple(names)):
        if name := device_name(device):
            names.add(name)
    return frozenset(names)
