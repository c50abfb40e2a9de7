"""Action that ignores strangers for good."""

import voluptuous as vol

from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import ServiceCall
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv

from ..box.ignored import MOST_IGNORED, TooManyIgnoredError, async_ignore_strangers
from ..const import DOMAIN
from ..recognition.filters import CONF_STRANGER_ID
from .box import async_loaded_box_of
from .fields import BOX_SCHEMA, name

SCHEMA = vol.Schema(
    {**BOX_SCHEMA, vol.Required(CONF_STRANGER_ID): vol.All(cv.ensure_list, [name])}
)


async def async_handle(call: ServiceCall) -> None:
    """Ignore strangers of a box."""
    entry = async_loaded_box_of(call.hass, call.data[ATTR_CONFIG_ENTRY_ID]).config_entry
    try:
        async_ignore_strangers(call.hass, entry, call.data[CONF_STRANGER_ID])
    except TooManyIgnoredError as error:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="too_many_ignored",
            translation_placeholders={"box": entry.title, "count": str(MOST_IGNORED)},
        ) from error
