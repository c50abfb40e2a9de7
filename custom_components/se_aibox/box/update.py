"""Changes the data of a box's config entry."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback


@callback
def async_update_box(
    hass: HomeAssistant, entry: ConfigEntry, data: Mapping[str, Any]
) -> None:
    """Update a box's data and reload it."""
    # Only an entry that is set up listens for its updates, and reloads itself. Read
    # before the update, since the entry may be unloaded right after.
    listens = bool(entry.update_listeners)
    hass.config_entries.async_update_entry(entry, data={**entry.data, **data})
    if not listens:
        hass.config_entries.async_schedule_reload(entry.entry_id)
