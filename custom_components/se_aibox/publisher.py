"""Owns what is known of a box and tells whoever it concerns."""

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
import logging
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import (
    async_dispatcher_connect,
    async_dispatcher_send,
)
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util.signal_type import SignalType

from .aibox.models import Recognition
from .box.data import BoxData
from .box.log import guarded
from .const import DOMAIN

type RecognitionListener = Callable[[Recognition], None]


class BoxDataPublisher(DataUpdateCoordinator[BoxData]):
    """A coordinator that wakes only the entities of the capture device that changed."""

    config_entry: ConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        logger: logging.Logger,
        *,
        config_entry: ConfigEntry,
        name: str,
        update_interval: timedelta,
    ) -> None:
        """Have nobody to tell yet."""
        super().__init__(
            hass,
            logger,
            config_entry=config_entry,
            name=name,
            update_interval=update_interval,
        )
        # Whom to tell of one capture device, by its id.
        self._of_one: defaultdict[object, list[CALLBACK_TYPE]] = defaultdict(list)

    @callback
    def async_publish(
        self, data: BoxData, capture_device_id: str | None = None
    ) -> None:
        """Take new data and tell the entities: all, or those of the one capture device that changed."""
        self.data = data
        if capture_device_id is None:
            self.async_update_listeners()
            return
        for update_callback in tuple(self._of_one[capture_device_id]):
            update_callback()

    @callback
    @override
    def async_add_listener(
        self, update_callback: CALLBACK_TYPE, context: object = None
    ) -> Callable[[], None]:
        """Listen for new data; what goes wrong in one listener is logged and stops nobody else."""
        update = guarded(update_callback, f"Error updating {self.name}")
        stop = super().async_add_listener(update, context)
        if context is None:
            return stop
        of_one = self._of_one[context]
        of_one.append(update)

        @callback
        def _stop() -> None:
            stop()
            of_one.remove(update)

        return _stop

    @callback
    def async_add_recognition_listener(
        self, listener: RecognitionListener, capture_device_id: str
    ) -> CALLBACK_TYPE:
        """Call back with every live recognition of a capture device, once each, after its states are written."""
        return async_dispatcher_connect(
            self.hass, self._recognition_signal(capture_device_id), listener
        )

    @callback
    def async_publish_recognition(self, recognition: Recognition) -> None:
        """Tell who listens to a capture device."""
        signal = self._recognition_signal(recognition.capture_device_id)
        async_dispatcher_send(self.hass, signal, recognition)

    def _recognition_signal(self, capture_device_id: str) -> SignalType[Recognition]:
        return SignalType(
            f"{DOMAIN}_{self.config_entry.entry_id}_{capture_device_id}_recognition"
        )
