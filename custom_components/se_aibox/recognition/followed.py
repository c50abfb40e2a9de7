"""The port by which boxes ask for followed people, who are set up elsewhere."""

from collections.abc import Callable, Iterable

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util.hass_dict import HassKey

from ..aibox.models import Recognition
from ..box.registry import device_name
from ..const import DOMAIN

# Set by the people entry while it is loaded. Returns the devices of the followed
# people in a recognition of a box, which is given by its config entry.
FOLLOWED: HassKey[Callable[[str, Recognition], frozenset[str]]] = HassKey(
    f"{DOMAIN}_followed"
)
# Likewise: returns the identity ids of the people whom an automation calls a name.
FOLLOWED_IDENTITIES: HassKey[Callable[[str], frozenset[str]]] = HassKey(
    f"{DOMAIN}_followed_identities"
)


@callback
def async_followed_device_ids(
    hass: HomeAssistant, entry_id: str, recognition: Recognition
) -> frozenset[str]:
    """Return the device ids of the followed people in a recognition of a box."""
    followed = hass.data.get(FOLLOWED)
    return frozenset() if followed is None else followed(entry_id, recognition)


@callback
def async_followed_identity_ids(hass: HomeAssistant, called: str) -> frozenset[str]:
    """Return the identity ids of the followed people whom an automation names."""
    identities = hass.data.get(FOLLOWED_IDENTITIES)
    return frozenset() if identities is None else identities(called)


@callback
def async_followed_names(
    hass: HomeAssistant, followed_device_ids: Iterable[str]
) -> frozenset[str]:
    """Return the ids and names by which an automation may name followed people."""
    names = set(followed_device_ids)
    registry = dr.async_get(hass)
    for device in map(registry.async_get, tuple(names)):
        if name := device_name(device):
            names.add(name)
    return frozenset(names)
