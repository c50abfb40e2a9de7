"""Our own words beside what the platform translates: titles, labels and notifications."""

from collections.abc import Mapping

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from .const import DOMAIN

_CATEGORY = "common"


async def async_words(hass: HomeAssistant) -> Mapping[str, str]:
    """Return the words by key, in the language of Home Assistant: that of whoever reads them is not known here."""
    words = await async_get_translations(
        hass, hass.config.language, _CATEGORY, {DOMAIN}
    )
    prefix = f"component.{DOMAIN}.{_CATEGORY}."
    return {key.removeprefix(prefix): word for key, word in words.items()}
