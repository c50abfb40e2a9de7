"""Holds a box's subscription: takes its updates, owns its data, tells Home Assistant."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import aclosing, suppress
from dataclasses import replace
from datetime import timedelta
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from .aibox.client import AiBoxClient, Connected, Disconnected, Skipped, Update
from .aibox.exceptions import AiBoxBusyError, AiBoxError
from .aibox.models import BoxInfo, Dialect, LiveRecognition, Recognition
from .const import CONF_DIALECT, DOMAIN, EVENT_RECOGNITION, LOGGER
from .data import BoxData
from .devices import async_device_id, capture_device_identifier
from .events import recognition_event_data
from .options import BoxOptions
from .pictures import PictureCache

# Additions and renames are also noticed by other ways; this one always works.
DEVICE_LIST_INTERVAL = timedelta(minutes=5)

_UNLISTED = "capture device not on the box"

type SeAiBoxConfigEntry = ConfigEntry[SeAiBoxCoordinator]
type RecognitionListener = Callable[[Recognition], None]


class SeAiBoxCoordinator(DataUpdateCoordinator[BoxData]):
    """One box; polls its device list slowly and listens to its recognitions."""

    config_entry: SeAiBoxConfigEntry

    def __init__(
        self, hass: HomeAssistant, entry: SeAiBoxConfigEntry, client: AiBoxClient
    ) -> None:
        """Take a client for the box of a config entry."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=entry.title,
            update_interval=DEVICE_LIST_INTERVAL,
        )
        self.client = client
        self.options = BoxOptions.from_mapping(entry.options)
        self.pictures = PictureCache(client.rest, self.options.picture_kinds)
        # Frames that were passed over, by kind: for diagnostics, and to log each kind once.
        self.skipped: Counter[str] = Counter()
        self._recognition_listeners: dict[RecognitionListener, str] = {}
        self._listening: asyncio.Task[None] | None = None
        self.data = BoxData(BoxInfo(Dialect(entry.data[CONF_DIALECT])), {}, {})
        self._log_disconnection = True
        self._unlisted: dict[str, list[LiveRecognition]] = {}
        self._unknown_ids: set[str] = set()

    @override
    async def _async_setup(self) -> None:
        """Read who the box is."""
        self.data = replace(self.data, info=await self.client.rest.box_info())

    @override
    async def _async_update_data(self) -> BoxData:
        """Read the device list and make the subscription follow it."""
        if self._listening is not None and not self.data.connected:
            # The socket already said so; a second complaint would tell nobody anything.
            return self.data
        try:
            devices = await self.client.rest.capture_devices()
        except AiBoxError as error:
            raise UpdateFailed(
                translation_domain=DOMAIN,
                translation_key="still_starting"
                if isinstance(error, AiBoxBusyError)
                else "cannot_connect",
                translation_placeholders={
                    "host": self.config_entry.data[CONF_HOST],
                    "reason": str(error),
                },
            ) from error
        if not self._unlisted:
            # A look for one capture device makes no other worth asking for again.
            self._unknown_ids.clear()
        chosen = self.options.chosen(devices)
        await self.client.subscribe(self.options.subscription(chosen))
        return replace(
            self.data,
            listed={device.capture_device_id: device for device in devices},
            chosen=chosen,
        )

    @callback
    def async_listen(self) -> None:
        """Start to listen; entities must be there already, for their first state comes before a first event."""
        self._listening = self.config_entry.async_create_background_task(
            self.hass, self._async_listen(), f"{DOMAIN} {self.name}"
        )

    @override
    async def async_shutdown(self) -> None:
        """Stop listening and close the socket."""
        await super().async_shutdown()
        if self._listening is not None:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening
            self._listening = None

    async def _async_listen(self) -> None:
        async with aclosing(self.client.updates()) as updates:
            async for update in updates:
                self._handle(update)

    @callback
    def _handle(self, update: Update) -> None:
        match update:
            case Connected():
                self._handle_connected()
            case Disconnected(error):
                self._handle_disconnected(error)
            case Skipped(kind):
                self._skip(kind)
            case live:
                self._handle_live(live)

    @callback
    def _handle_connected(self) -> None:
        if not self._log_disconnection:
            LOGGER.info("%s is connected again", self.name)
        self._log_disconnection = True
        self._publish(replace(self.data, connected=True))
        # What changed on the box while nobody listened.
        self.config_entry.async_create_background_task(
            self.hass, self.async_refresh(), f"{DOMAIN} {self.name} device list"
        )

    @callback
    def _handle_disconnected(self, error: AiBoxError) -> None:
        if self._log_disconnection:
            LOGGER.warning(
                "%s is disconnected, no recognitions arrive until it is back: %s",
                self.name,
                error,
            )
        self._log_disconnection = False
        if self.data.connected:
            self._publish(replace(self.data, connected=False))

    @callback
    def _skip(self, kind: str) -> None:
        self.skipped[kind] += 1
        if self.skipped[kind] == 1:
            LOGGER.warning(
                "%s sent something that cannot be used (%s); the like of it is passed over from now on",
                self.name,
                kind,
            )

    @callback
    def _handle_live(self, live: LiveRecognition) -> None:
        capture_device_id = live.recognition.capture_device_id
        if capture_device_id in self._unlisted:
            # Not before those that wait, even if the device is listed by now.
            self._unlisted[capture_device_id].append(live)
        elif capture_device_id in self.data.chosen:
            self._dispatch(live)
        elif (
            capture_device_id in self.data.listed
            or capture_device_id in self._unknown_ids
        ):
            self._skip(_UNLISTED)
        else:
            self._unlisted[capture_device_id] = [live]
            self.config_entry.async_create_background_task(
                self.hass,
                self._async_look_for(capture_device_id),
                f"{DOMAIN} {self.name} unlisted capture device",
            )

    async def _async_look_for(self, capture_device_id: str) -> None:
        """Read the device list once for a device that is not on it, then dispatch what it saw."""
        await self.async_refresh()
        waiting = self._unlisted.pop(capture_device_id)
        if capture_device_id not in self.data.chosen:
            self._unknown_ids.add(capture_device_id)
        for live in waiting:
            if capture_device_id in self.data.chosen:
                self._dispatch(live)
            else:
                self._skip(_UNLISTED)

    @callback
    def _dispatch(self, live: LiveRecognition) -> None:
        """Tell of a recognition: states first, then who waits for events, then the bus."""
        recognition = replace(
            live.recognition,
            picture_kinds=live.recognition.picture_kinds & self.options.picture_kinds,
        )
        self.pictures.put(live)
        capture_device_id = recognition.capture_device_id
        last = {**self.data.last, capture_device_id: recognition}
        self._publish(replace(self.data, last=last), capture_device_id)
        for listener, wanted in list(self._recognition_listeners.items()):
            if wanted == capture_device_id:
                listener(recognition)
        self.hass.bus.async_fire(EVENT_RECOGNITION, self._event_data(recognition))

    @callback
    def _event_data(self, recognition: Recognition) -> dict[str, object]:
        capture_device_id = recognition.capture_device_id
        entry = self.config_entry
        return recognition_event_data(
            recognition,
            entry_id=entry.entry_id,
            device_id=async_device_id(
                self.hass, entry, capture_device_identifier(entry, capture_device_id)
            ),
            capture_device_name=self.data.chosen[capture_device_id].name,
            threshold=self.data.info.threshold,
        )

    @callback
    def _publish(self, data: BoxData, capture_device_id: str | None = None) -> None:
        """Take new data and tell the entities: all, or those of the one capture device that changed."""
        self.data = data
        for update_callback, context in list(self._listeners.values()):
            if capture_device_id is None or context == capture_device_id:
                update_callback()

    @callback
    def async_add_recognition_listener(
        self, listener: RecognitionListener, capture_device_id: str
    ) -> CALLBACK_TYPE:
        """Call back with every live recognition of a capture device, once each, after its states are written."""
        self._recognition_listeners[listener] = capture_device_id

        @callback
        def _remove() -> None:
            del self._recognition_listeners[listener]

        return _remove
