"""Notices changes of what users may see."""

import asyncio
from collections.abc import Callable

from homeassistant.auth import EVENT_USER_UPDATED
from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.device_registry import EVENT_DEVICE_REGISTRY_UPDATED
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity_registry import EVENT_ENTITY_REGISTRY_UPDATED

from ..box.picture_consent import SIGNAL_PICTURES

# Changes come in crowds, such as the entities of a box that is set up.
_CROWD_SECONDS = 0.1


class Changes:
    """Calls `look` soon after changes of entries, devices, rights or pictures."""

    def __init__(self, hass: HomeAssistant, look: Callable[[], None]) -> None:
        """Listen from now on."""
        self._hass = hass
        self._look = look
        self._waiting: asyncio.TimerHandle | None = None
        self._stops: list[CALLBACK_TYPE] = [
            async_dispatcher_connect(hass, SIGNAL_PICTURES, self.async_changed),
            async_dispatcher_connect(
                hass, SIGNAL_CONFIG_ENTRY_CHANGED, self.async_changed
            ),
            hass.bus.async_listen(EVENT_DEVICE_REGISTRY_UPDATED, self.async_changed),
            hass.bus.async_listen(EVENT_ENTITY_REGISTRY_UPDATED, self.async_changed),
            # Perhaps with other rights.
            hass.bus.async_listen(EVENT_USER_UPDATED, self.async_changed),
        ]

    @property
    def is_waiting(self) -> bool:
        """Whether something changed since the last look."""
        return self._waiting is not None

    @callback
    def async_changed(self, *_: object) -> None:
        """Look soon, once for all that changes until then."""
        if self._waiting is None:
            self._waiting = self._hass.loop.call_later(_CROWD_SECONDS, self.async_look)

    @callback
    def async_look(self) -> None:
        """Look now."""
        self._async_wait_no_longer()
        self._look()

    @callback
    def async_stop(self) -> None:
        """Look no more."""
        for stop in self._stops:
            stop()
        self._async_wait_no_longer()

    @callback
    def _async_wait_no_longer(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
