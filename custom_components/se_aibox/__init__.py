"""The SE AI box integration."""

from homeassistant.const import CONF_HOST, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.typing import ConfigType

from .aibox.client import AiBoxClient
from .aibox.models import Dialect, Ports
from .const import (
    CONF_DIALECT,
    CONF_EVENTS_PORT,
    CONF_REST_PORT,
    CONF_SYSTEM_PORT,
    DOMAIN,
)
from .coordinator import SeAiBoxConfigEntry, SeAiBoxCoordinator
from .devices import box_device_info
from .session import async_get_session
from .views import PictureView

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)

PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.CAMERA,
    Platform.EVENT,
    Platform.SENSOR,
]


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up what all boxes share."""
    hass.http.register_view(PictureView)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: SeAiBoxConfigEntry) -> bool:
    """Set up a box."""
    client = AiBoxClient(
        async_get_session(hass),
        entry.data[CONF_HOST],
        Ports(
            rest=entry.data[CONF_REST_PORT],
            events=entry.data[CONF_EVENTS_PORT],
            system=entry.data[CONF_SYSTEM_PORT],
        ),
        Dialect(entry.data[CONF_DIALECT]),
    )
    coordinator = SeAiBoxCoordinator(hass, entry, client)
    await coordinator.async_config_entry_first_refresh()
    entry.runtime_data = coordinator

    # Before its capture devices, which stand below it.
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, **box_device_info(entry, coordinator.data.info)
    )
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    coordinator.async_listen()
    return True


async def async_unload_entry(hass: HomeAssistant, entry: SeAiBoxConfigEntry) -> bool:
    """Unload a box; the coordinator closes its socket by itself."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
