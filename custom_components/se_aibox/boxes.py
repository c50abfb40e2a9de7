"""The boxes that are set up, for whoever is not bound to one of them."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN
from .coordinator import SeAiBoxCoordinator


@callback
def async_loaded_boxes(hass: HomeAssistant) -> dict[str, SeAiBoxCoordinator]:
    """Return the boxes that are loaded, by config entry id."""
    return {
        entry.entry_id: entry.runtime_data
        for entry in hass.config_entries.async_loaded_entries(DOMAIN)
        if isinstance(entry.runtime_data, SeAiBoxCoordinator)
    }


@callback
def async_loaded_box(hass: HomeAssistant, entry_id: str) -> SeAiBoxCoordinator | None:
    """Return a box by its config entry id, None where it is not loaded."""
    entry = hass.config_entries.async_get_entry(entry_id)
    if (
        entry is None
        or entry.domain != DOMAIN
        or entry.state is not ConfigEntryState.LOADED
        or not isinstance(entry.runtime_data, SeAiBoxCoordinator)
    ):
        return None
    return entry.runtime_data
