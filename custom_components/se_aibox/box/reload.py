"""Reloads a box after a while."""

from datetime import datetime

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

# The client tries again meanwhile. Two boxes may answer in turn at one address.
_SECONDS = 10.0


class DelayedReload:
    """The reload of a config entry, which may be canceled."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Initialize without a pending reload."""
        self._hass = hass
        self._entry_id = entry_id
        self._cancel: CALLBACK_TYPE | None = None

    @callback
    def async_schedule(self) -> None:
        """Reload after a while, unless a reload is pending."""
        if self._cancel is None:
            self._cancel = async_call_later(self._hass, _SECONDS, self._async_reload)

    @callback
    def async_cancel(self) -> None:
        """Cancel a pending reload."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    @callback
    def _async_reload(self, _: datetime) -> None:
        self._cancel = None
        self._hass.config_entries.async_schedule_reload(self._entry_id)
