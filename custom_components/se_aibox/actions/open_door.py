"""Action that opens the door at a capture device."""

import voluptuous as vol

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import ServiceCall
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv

from ..box.doors import DoorRequest, Way
from ..const import DOMAIN
from .box import async_capture_device_of

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
    box, capture_device_id = async_capture_device_of(
        call.hass, call.data[ATTR_DEVICE_ID]
    )
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
