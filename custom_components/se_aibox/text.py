"""Composes the texts that are not plain translations.

Home Assistant renders notifications and the descriptions of issues and flow steps as
Markdown with HTML in it. Titles and errors are shown as they are.
"""

from collections.abc import Mapping
import re

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from .const import DOMAIN

_CATEGORY = "common"
# Line breaks, control characters, and marks that change the direction of text.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
# Markdown allows a backslash before any ASCII punctuation.
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


async def async_words(hass: HomeAssistant) -> Mapping[str, str]:
    """Return our common translations by key."""
    # In Home Assistant's language: the user's own is unknown here.
    words = await async_get_translations(
        hass, hass.config.language, _CATEGORY, {DOMAIN}
    )
    prefix = f"component.{DOMAIN}.{_CATEGORY}."
    return {key.removeprefix(prefix): word for key, word in words.items()}


def one_line(text: str) -> str:
    """Return a text on one line, without control characters."""
    return " ".join(_UNSEEN.sub(" ", text).split())


def as_markdown(text: str) -> str:
    """Return Markdown that shows a text literally, on one line."""
    return _PUNCTUATION.sub(r"\\\1", one_line(text))


def in_both(**texts: str) -> dict[str, str]:
    """Return placeholders for an issue.

    Its title uses `name`, its description `name_markdown`.
    """
    return {key: one_line(text) for key, text in texts.items()} | {
        f"{key}_markdown": as_markdown(text) for key, text in texts.items()
    }
