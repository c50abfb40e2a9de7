"""The placeholder for a missing picture."""

from functools import cache
from pathlib import Path

from homeassistant.core import HomeAssistant

from .picture import Picture


async def async_placeholder(hass: HomeAssistant) -> Picture:
    """Return the outline of a face."""
    return await hass.async_add_executor_job(_read_picture)


@cache
def _read_picture() -> Picture:
    content = Path(__file__).with_name("placeholder.png").read_bytes()
    return Picture(content, "image/png")
