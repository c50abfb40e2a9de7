"""Holds a box's subscription: takes its updates, owns its data, tells Home Assistant."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import aclosing, suppress
from dataclasses import replace
from datetime import timedelta
from typing import cast, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import (
    async_dispatcher_connect,
    async_dispatcher_send,
)
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util
from homeassistant.util.logging import catch_log_exception
from homeassistant.util.signal_type import SignalType

from .aibox.client import BoxClient, Connected, Disconnected, Skipped, Update
from .aibox.exceptions import AiBoxError
from .aibox.models import BoxInfo, Dialect, LiveRecognition, Recognition
from .const import CONF_DIALECT, DOMAIN, EVENT_RECOGNITION, EVENT_RECOVERED, LOGGER
from .data import BoxData
from .device_list import (
    DEVICE_LIST_INTERVAL,
    async_read_devices,
    next_reading,
    take_devices,
    with_list,
    without_device,
)
from .devices import async_registered_capture_devices
from .found_box import check_same_box
from .freshness import is_fresh
from .health import BoxPolls
from .heard import SIGNAL_HEARD, async_heard
from .issues import async_box_issues
from .options import BoxOptions
from .pictures import PictureCache
from .privacy import Privacy
from .recent import async_get_recent

_UNLISTED = "capture device not on the box, or not chosen"

type SeAiBoxConfigEntry = ConfigEntry[SeAiBoxCoordinator]
type RecognitionListener = Callable[[Recognition], None]


class SeAiBoxCoordinator(DataUpdateCoordinator[BoxData]):
    """One box; polls its device list slowly and listens to its recognitions."""

    config_entry: SeAiBoxConfigEntry

    def __init__(
        self, hass: HomeAssistant, entry: SeAiBoxConfigEntry, client: BoxClient
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
        self.pictures = PictureCache(
            client.rest, client.history, self.options.picture_kinds
        )
        self.privacy = Privacy(hass, entry.entry_id, self.options, self.pictures)
        self.polls = BoxPolls(hass, entry, client.rest)
        self.issues = async_box_issues(hass, entry)
        # By kind: frames that were passed over, of which each kind is logged once, and why connections failed.
        self.skipped: Counter[str] = Counter()
        self.disconnections: Counter[str] = Counter()
        self._listening: asyncio.Task[None] | None = None
        self.data = BoxData(
            BoxInfo(Dialect(entry.data[CONF_DIALECT])),
            {},
            {},
            absent=dict.fromkeys(async_registered_capture_devices(hass, entry)),
        )
        self._log_disconnection = True
        self._unlisted: dict[str, list[LiveRecognition]] = {}
        self._unknown_ids: set[str] = set()

    @override
    async def _async_setup(self) -> None:
        """Read who the box is, and whether its pictures may leave it, before any is asked for."""
        await self.privacy.async_load()
        info = await self.client.rest.box_info()
        check_same_box(info, self.config_entry.data)
        self.issues.async_measure_mode(info.recognizes)
        self.data = replace(self.data, info=info)

    @override
    async def _async_update_data(self) -> BoxData:
        """Read the device list and make the subscription follow it."""
        if self._listening is not None and not self.data.connected:
            # The socket already said so; a second complaint would tell nobody anything.
            return self.data
        host = self.config_entry.data[CONF_HOST]
        devices = await async_read_devices(self.client.rest.capture_devices, host)
        if not self.client.learns_capture_devices:
            self.issues.async_measure_capture_devices(some=bool(devices))
        if not self._unlisted:
            # A look for one capture device makes no other worth asking for again.
            self._unknown_ids.clear()
        taken = take_devices(self.data, devices, self.hass.loop.time())
        self.update_interval = next_reading(taken)
        chosen = self.options.chosen(taken.listed.values())
        await self.client.subscribe(self.privacy.allowed_options.subscription(chosen))
        return with_list(self.data, taken, chosen)

    @callback
    def async_forget(self, capture_device_id: str) -> None:
        """Let a capture device go that the user deleted; it is new if it ever comes back."""
        self.client.forget(capture_device_id)
        self._publish(without_device(self.data, capture_device_id))

    async def async_allow_pictures(self, allowed: bool) -> None:
        """Let pictures leave the box, or none: at once, and after a restart too."""
        self.privacy.allow(allowed)
        self._publish(self.data)
        options = self.privacy.allowed_options
        await self.client.subscribe(options.subscription(self.data.chosen))
        await self.privacy.async_save()

    @callback
    def async_listen(self) -> None:
        """Start to listen; entities must be there already, for their first state comes before a first event."""
        self._listening = self.config_entry.async_create_background_task(
            self.hass, self._async_listen(), f"{DOMAIN} {self.name}"
        )
        self.config_entry.async_create_background_task(
            self.hass, self._async_follow_list(), f"{DOMAIN} {self.name} broadcasts"
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
        # Whatever one update does wrong, the next one is heard.
        handle = catch_log_exception(
            self._handle, lambda _: f"Error handling what {self.name} sent"
        )
        async with aclosing(self.client.updates()) as updates:
            async for update in updates:
                handle(update)

    async def _async_follow_list(self) -> None:
        async with aclosing(self.client.list_changes()) as changes:
            async for _ in changes:
                await self.async_request_refresh()

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
                self.issues.async_measure_time(live.recognition)
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
        self.disconnections[type(error).__name__] += 1
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
        if self.last_update_success and capture_device_id not in self.data.chosen:
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
            picture_kinds=live.recognition.picture_kinds
            & self.privacy.allowed_options.picture_kinds,
        )
        heard = async_heard(
            self.hass, self.config_entry, self.data, self.options, recognition
        )
        if not self._is_fresh(recognition):
            # Told, but acted upon by nobody: an old face must not open a door.
            self.hass.bus.async_fire(EVENT_RECOVERED, heard.event_data)
            return
        # Before anything that could run an automation whose condition asks for it.
        async_get_recent(self.hass).async_remember(heard)
        self.pictures.put(live)
        capture_device_id = recognition.capture_device_id
        last = {**self.data.last, capture_device_id: recognition}
        count = self.data.counted.get(capture_device_id, 0) + 1
        counted = {**self.data.counted, capture_device_id: count}
        self._publish(replace(self.data, last=last, counted=counted), capture_device_id)
        async_dispatcher_send(
            self.hass, self._recognition_signal(capture_device_id), recognition
        )
        async_dispatcher_send(self.hass, SIGNAL_HEARD, heard)
        self.hass.bus.async_fire(EVENT_RECOGNITION, heard.event_data)

    def _is_fresh(self, recognition: Recognition) -> bool:
        clock = self.polls.clock.data
        return is_fresh(
            recognition,
            now=dt_util.utcnow(),
            box_ahead=clock.offset if clock else timedelta(),
            limit=self.options.freshness_limit,
        )

    @callback
    def _publish(self, data: BoxData, capture_device_id: str | None = None) -> None:
        """Take new data and tell the entities: all, or those of the one capture device that changed."""
        self.data = data
        for update_callback, context in list(self._listeners.values()):
            if capture_device_id is None or context == capture_device_id:
                update_callback()

    @callback
    @override
    def async_add_listener(
        self, update_callback: CALLBACK_TYPE, context: object = None
    ) -> Callable[[], None]:
        """Listen for new data; what goes wrong in one listener is logged and stops nobody else."""
        guarded = catch_log_exception(
            update_callback, lambda: f"Error updating {self.name}"
        )
        return super().async_add_listener(cast("CALLBACK_TYPE", guarded), context)

    @callback
    def async_add_recognition_listener(
        self, listener: RecognitionListener, capture_device_id: str
    ) -> CALLBACK_TYPE:
        """Call back with every live recognition of a capture device, once each, after its states are written."""
        return async_dispatcher_connect(
            self.hass, self._recognition_signal(capture_device_id), listener
        )

    def _recognition_signal(self, capture_device_id: str) -> SignalType[Recognition]:
        return SignalType(
            f"{DOMAIN}_{self.config_entry.entry_id}_{capture_device_id}_recognition"
        )
