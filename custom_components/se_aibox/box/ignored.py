"""The strangers of a box whom the user ignores."""

from collections.abc import Iterable

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..aibox.names import id_key
from ..const import CONF_IGNORED_STRANGERS

# The user reads through them to undo one.
MOST_IGNORED = 500


class TooManyIgnoredError(Exception):
    """No further stranger fits into the options."""


@callback
def async_ignore_strangers(
    hass: HomeAssistant, entry: ConfigEntry, stranger_ids: Iterable[str]
) -> None:
    """Ignore strangers from now on; the options of the box undo it."""
    # Once each.
    ignored = list(
        dict.fromkeys(map(id_key, [*stranger_ids, *ignored_strangers(entry)]))
    )
    if len(ignored) > MOST_IGNORED:
        raise TooManyIgnoredError
    options = {**entry.options, CONF_IGNORED_STRANGERS: ignored}
    hass.config_entries.async_update_entry(entry, options=options)


def ignored_strangers(entry: ConfigEntry) -> list[str]:
    """Return the ids of the ignored strangers, the newest first."""
    return list(entry.options.get(CONF_IGNORED_STRANGERS, ()))
