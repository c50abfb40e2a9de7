"""System health information about the boxes."""

from typing import Any

from homeassistant.components import system_health
from homeassistant.core import HomeAssistant, callback

from .box.registry import is_box_entry
from .const import DOMAIN
from .coordinator import async_loaded_boxes
from .people.following import is_people_entry


@callback
def async_register(
    hass: HomeAssistant, register: system_health.SystemHealthRegistration
) -> None:
    """Register the information to show."""
    register.async_register_info(_async_info)


async def _async_info(hass: HomeAssistant) -> dict[str, Any]:
    entries = hass.config_entries.async_entries(
        DOMAIN, include_ignore=False, include_disabled=False
    )
    boxes = async_loaded_boxes(hass).values()
    return {
        "boxes": sum(map(is_box_entry, entries)),
        "connected_boxes": sum(box.data.connected for box in boxes),
        "capture_devices": sum(len(box.data.selected) for box in boxes),
        "followed_people": sum(
            len(entry.subentries) for entry in entries if is_people_entry(entry)
        ),
        "recognitions": sum(sum(box.data.counted.values()) for box in boxes),
        "skipped_frames": sum(box.log.skipped.total() for box in boxes),
    }
