"""Action that opens the door at a capture device."""

import voluptuous as vol

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, device_registry as dr

from ..box.doors import DoorRequest, Way
from ..box.registry import async_registered_capture_devices, is_box_entry
from ..const import DOMAIN
from ..coordinator import SeAiBoxCoordinator
from .box import async_loaded_box_of

_SECONDS = "seconds"
_OVERRIDE_LOCKDOWN = "override_lockdown"
# With 255, a box would hold the door open (docs/protocol.md §7).
_LONGEST_PULSE = 254

SCHEMA = vol.Schema(
    {
        vol.Required(ATTR_DEVICE_ID): cv.string,
        vol.Optional(_SECONDS): vol.All(
            vol.Coerce(int), vol.Range(min=1, max=_LONGEST_PULSE)
        ),
        vol.Optional(_OVERRIDE_LOCKDOWN, default=False): cv.boolean,
    }
)


async def async_handle(call: ServiceCall) -> None:
    """Open one door, in one attempt."""
    # After a failure, the user decides whether to try again.
    box, capture_device_id = _door(call.hass, call.data[ATTR_DEVICE_ID])
    if not box.client.kind.opens_doors:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="box_opens_no_doors",
            translation_placeholders={"box": box.config_entry.title},
        )
    await box.doors.async_open(
        box.data,
        DoorRequest(
            capture_device_id,
            Way.ACTION,
            call.context,
            seconds=call.data.get(_SECONDS),
            overrides_lockdown=call.data[_OVERRIDE_LOCKDOWN],
        ),
    )


@callback
def _door(hass: HomeAssistant, device_id: str) -> tuple[SeAiBoxCoordinator, str]:
    """Return a device's box and capture device id."""
    # The device of a box is not accepted: that would open all of its doors.
    device = dr.async_get(hass).async_get(device_id)
    entry = device and hass.config_entries.async_get_entry(device.config_entry_id)
    if entry and entry.domain == DOMAIN and is_box_entry(entry):
        for key, registered in async_registered_capture_devices(hass, entry).items():
            if registered.id == device_id:
                return async_loaded_box_of(hass, entry.entry_id), key
    raise ServiceValidationError(
        translation_domain=DOMAIN, translation_key="not_a_capture_device"
    )
