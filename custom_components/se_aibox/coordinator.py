"""Keeps the data of a box up to date.

More than 400 lines: the device list, the socket and the listeners of entities change
one piece of data, and must do so in one place.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Container, Coroutine, Mapping
from dataclasses import replace
from typing import override

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import CONF_HOST, EVENT_HOMEASSISTANT_STOP
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers.dispatcher import (
    async_dispatcher_connect,
    async_dispatcher_send,
)
from homeassistant.helpers.start import async_at_started
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util.signal_type import SignalType

from .aibox.client import BoxClient
from .aibox.exceptions import (
    AiBoxAnotherBoxError,
    AiBoxError,
    AiBoxNotFoundError,
    AiBoxUnidentifiedError,
)
from .aibox.models import BoxInfo, Dialect, Recognition
from .aibox.updates import (
    Connected,
    Disconnected,
    PicturesTooLarge,
    Recovered,
    ScanCompleted,
    ScanFailed,
    Skipped,
    Update,
)
from .box.away import async_away_watch
from .box.data import BoxData
from .box.device_list import (
    DEVICE_LIST_INTERVAL,
    DOUBTFUL_INTERVAL,
    TOO_MANY,
    async_check_answers,
    async_read_devices,
    next_reading,
    take_devices,
    with_list,
    without_device,
)
from .box.device_memory import DeviceMemory
from .box.dialect import async_find_dialect_again
from .box.doors import Doors
from .box.history import BoxHistory
from .box.identity import (
    UnidentifiedBoxError,
    check_same_box,
    has_identity,
    identity_data,
)
from .box.issues import Fault, Symptom, async_box_issues
from .box.log import BoxLog, guarded
from .box.naming import CaptureDeviceNames
from .box.options import BoxOptions
from .box.picture_consent import SIGNAL_PICTURES, PictureConsent
from .box.polls import BoxPolls
from .box.registry import (
    async_device,
    async_register_box,
    async_registered_capture_devices,
    box_identifier,
    box_key,
    entry_id_of,
)
from .box.reload import DelayedReload
from .box.replacement import added_anew
from .box.storage import BookmarkStore
from .box.supervisor import async_supervise
from .const import CONF_DIALECT, CONF_UPLOAD_WEBHOOK_ID, DOMAIN, LOGGER
from .pictures.cache import PictureCache
from .recognition.delivery import Delivery

type SeAiBoxConfigEntry = ConfigEntry[SeAiBoxCoordinator]
type RecognitionListener = Callable[[Recognition], None]


class SeAiBoxCoordinator(DataUpdateCoordinator[BoxData]):
    """One box: its device list, recognitions and polls."""

    config_entry: SeAiBoxConfigEntry

    def __init__(
        self, hass: HomeAssistant, entry: SeAiBoxConfigEntry, client: BoxClient
    ) -> None:
        """Initialize from the device registry, without connecting."""
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
            client.rest,
            client.history,
            self.options.picture_kinds,
            self.options.wants,
        )
        self.history = BoxHistory(client.history, self.pictures)
        self.picture_consent = PictureConsent(
            hass, entry, self.options, self.pictures.allow
        )
        self.polls = BoxPolls(hass, entry, client, self.picture_consent)
        self.doors = Doors(
            hass, entry, client.rest, self.polls.pass_mode, self.options.door_code
        )
        self.issues = async_box_issues(hass, entry)
        self.away = async_away_watch(hass, entry)
        self.log = BoxLog(entry.title)
        self._names = CaptureDeviceNames(hass, entry, self.options.names)
        self._listening: asyncio.Task[None] | None = None
        self._reload = DelayedReload(hass, entry.entry_id)
        self.data = BoxData(
            BoxInfo(Dialect(entry.data[CONF_DIALECT])),
            {},
            {},
            missing_since=dict.fromkeys(async_registered_capture_devices(hass, entry)),
            # Otherwise nothing is recovered.
            caught_up=client.history is None or not self.options.recover_history,
        )
        self.bookmarks = BookmarkStore(hass, entry.entry_id, client)
        self.memory = DeviceMemory(hass, entry.entry_id)
        # The new id of each capture device that was added anew.
        self.added_anew: Mapping[str, str] = {}
        self.delivery = Delivery(hass, entry, self)
        # The listeners of single capture devices, by id.
        self._listeners_of: defaultdict[object, list[CALLBACK_TYPE]] = defaultdict(list)

    @override
    async def _async_setup(self) -> None:
        """Check the identity of the box, and load the consent."""
        entry = self.config_entry
        box = async_device(self.hass, entry, box_identifier(entry))
        await self.picture_consent.async_load(is_new=box is None)
        await self.memory.async_load()
        info = await self.client.rest.box_info()
        await self._async_check_identity(info)
        self.issues.async_measure_mode(info.mode)
        self.data = replace(self.data, info=info)

    async def _async_check_identity(self, info: BoxInfo) -> None:
        try:
            check_same_box(info, self.config_entry.data)
        except UnidentifiedBoxError:
            # A box that is off does not identify itself, either.
            host = self.config_entry.data[CONF_HOST]
            await async_check_answers(self.client.rest, host)
            self.issues.async_measure(Fault.UNIDENTIFIED, Symptom(Fault.UNIDENTIFIED))
            raise
        self.issues.async_clear(Fault.UNIDENTIFIED)

    @override
    async def _async_update_data(self) -> BoxData:
        """Read the device list and update the subscription."""
        is_lost = self._listening is not None and not self.data.connected
        if is_lost and CONF_UPLOAD_WEBHOOK_ID not in self.config_entry.options:
            # The lost connection is logged already.
            return self.data
        host = self.config_entry.data[CONF_HOST]
        requested_at = self.hass.loop.time()
        try:
            devices = await async_read_devices(self.client.capture_devices, host)
        except UpdateFailed as error:
            self.update_interval = DOUBTFUL_INTERVAL
            if isinstance(error.__cause__, AiBoxNotFoundError):
                # Every firmware has this call.
                self._search_dialect()
            raise
        if self.client.kind.lists_devices:
            self.issues.async_measure_capture_devices(some=bool(devices))
        else:
            devices = await self._names.async_name(devices)
        taken = take_devices(self.data, devices, self.hass.loop.time())
        if any(device.capture_device_id not in taken.listed for device in devices):
            self.log.async_skipped(TOO_MANY)
        if self.client.kind.lists_devices:
            await self.memory.async_remember(taken.listed.values())
        self.update_interval = next_reading(taken)
        selected = self.options.selected(taken.listed.values())
        await self.client.subscribe(
            self.picture_consent.allowed_options.subscription(selected)
        )
        # What waits for this continues in a later loop step, with the new data.
        self.delivery.unlisted.async_list_was_read()
        data = with_list(self.data, taken, selected, requested_at)
        self.added_anew = added_anew(data, self.memory.known, self.options)
        return data

    @callback
    def async_follow_entry(self) -> None:
        """Use the title of the entry, and the strangers to ignore."""
        entry = self.config_entry
        self.options = BoxOptions.from_mapping(entry.options)
        self.name = self.log.name = entry.title
        async_register_box(self.hass, entry, self.data.info)

    async def async_list_devices(self) -> Container[str] | None:
        """Request the device list; return its ids, or None."""
        before = self.hass.loop.time()
        await self.async_refresh()
        # A list requested earlier may predate the recognition that waits for it.
        return self.data.listed if self.data.listed_at >= before else None

    async def async_forget(self, capture_device_id: str) -> None:
        """Forget a capture device that the user deleted."""
        await self.memory.async_forget([capture_device_id])
        self.client.forget(capture_device_id)
        data = without_device(self.data, capture_device_id)
        self.added_anew = added_anew(data, self.memory.known, self.options)
        self.async_publish(data)

    async def async_allow_pictures(self, allowed: bool) -> None:
        """Allow or forbid pictures, and store the choice."""
        self.picture_consent.allow(allowed)
        if not allowed:
            self.delivery.unlisted.async_drop_pictures()
        self.async_publish(self.data)
        # The faces of followed people may be of this box.
        async_dispatcher_send(self.hass, SIGNAL_PICTURES)
        options = self.picture_consent.allowed_options
        await self.client.subscribe(options.subscription(self.data.selected))
        await self.picture_consent.async_save()

    @callback
    def async_publish(
        self, data: BoxData, capture_device_id: str | None = None
    ) -> None:
        """Replace the data; update all entities, or those of a device."""
        self.data = data
        if capture_device_id is None:
            self.async_update_listeners()
            return
        for update_callback in tuple(self._listeners_of[capture_device_id]):
            update_callback()

    @callback
    @override
    def async_add_listener(
        self, update_callback: CALLBACK_TYPE, context: object = None
    ) -> Callable[[], None]:
        """Listen for new data; `context` may be a capture device id."""
        # One failing listener must not stop the others.
        update = guarded(update_callback, f"Error updating {self.name}")
        stop = super().async_add_listener(update, context)
        if context is None:
            return stop
        listeners = self._listeners_of[context]
        listeners.append(update)

        @callback
        def _stop() -> None:
            stop()
            listeners.remove(update)

        return _stop

    @callback
    def async_add_recognition_listener(
        self, listener: RecognitionListener, capture_device_id: str
    ) -> CALLBACK_TYPE:
        """Listen for live recognitions, after their states."""
        return async_dispatcher_connect(
            self.hass, self._recognition_signal(capture_device_id), listener
        )

    @callback
    def async_publish_recognition(self, recognition: Recognition) -> None:
        """Call the recognition listeners of the capture device."""
        signal = self._recognition_signal(recognition.capture_device_id)
        async_dispatcher_send(self.hass, signal, recognition)

    def _recognition_signal(self, capture_device_id: str) -> SignalType[Recognition]:
        return SignalType(
            f"{DOMAIN}_{self.config_entry.entry_id}_{capture_device_id}_recognition"
        )

    @callback
    def async_listen(self) -> None:
        """Start to listen, once entities exist: states precede events."""
        if not self.options.picture_kinds:
            self.issues.async_clear(Fault.PICTURES_TOO_BIG)
        # Home Assistant does not unload entries when it stops.
        stop = self.hass.bus.async_listen(EVENT_HOMEASSISTANT_STOP, self._async_stop)
        self.config_entry.async_on_unload(stop)
        # Before that, no automation runs. What arrives meanwhile is recovered.
        cancel = async_at_started(self.hass, self._async_start_listening)
        self.config_entry.async_on_unload(cancel)

    @callback
    def _async_start_listening(self, _: HomeAssistant) -> None:
        self.async_resume_listening()
        self._start(
            async_supervise(self._async_follow_list, f"{self.name} broadcasts"),
            "broadcasts",
        )

    @callback
    def async_resume_listening(self) -> None:
        """Open the socket, also after `async_stop_listening`."""
        self._listening = self.config_entry.async_create_background_task(
            self.hass,
            async_supervise(
                self._async_listen, self.name, on_failure=self._handle_failure
            ),
            f"{DOMAIN} {self.name}",
        )

    async def _async_stop(self, _: Event) -> None:
        await self.async_shutdown()

    @override
    async def async_shutdown(self) -> None:
        """Stop listening and close the socket."""
        await super().async_shutdown()
        await self.async_stop_listening()
        self.pictures.clear()
        self.history.clear()

    async def async_stop_listening(self) -> None:
        """Close the socket before the entities are gone."""
        self._reload.async_cancel()
        if self._listening is not None:
            self._listening.cancel()
            # The bookmark is saved however the task ended.
            await asyncio.wait([self._listening])
            self._listening = None
            self.delivery.unlisted.async_return_waiting()
            await self.bookmarks.async_save()

    async def _async_listen(self) -> None:
        await self.client.run(
            guarded(self._handle, f"Error handling an update of {self.name}")
        )

    @callback
    def _handle_failure(self) -> None:
        """Show the box as disconnected until it runs again."""
        self.async_publish(replace(self.data, connected=False))

    async def _async_follow_list(self) -> None:
        # However many broadcasts arrive, one request is under way at a time.
        changed = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            reading = tasks.create_task(self._async_read_list_after(changed))
            await self.client.follow_device_list(changed.set)
            reading.cancel()

    async def _async_read_list_after(self, changed: asyncio.Event) -> None:
        while True:
            await changed.wait()
            changed.clear()
            await self.async_request_refresh()

    @callback
    def _handle(self, update: Update) -> None:
        match update:
            case Connected():
                self._handle_connected(update)
            case Disconnected(error):
                self._handle_disconnected(error)
            case Skipped(kind):
                self.log.async_skipped(kind)
            case PicturesTooLarge():
                self.issues.async_raise(Fault.PICTURES_TOO_BIG)
            case ScanFailed(error):
                self.log.async_catch_up_failed(error)
                if isinstance(error, AiBoxNotFoundError):
                    # The box keeps no history: there is nothing to recover.
                    self._handle_caught_up()
            case ScanCompleted():
                self.log.async_caught_up(update)
                self.bookmarks.async_changed()
                self._handle_caught_up()
            case Recovered():
                self.delivery.deliver(update)
            case live:
                if live.is_upload:
                    # It is late by nature, and proves that the box is there.
                    self.away.async_returned(for_sure=True)
                else:
                    self.issues.async_measure_time(live.recognition)
                self.issues.async_measure_type(live.recognition)
                # An upload has pictures, whatever the event socket sends.
                if live.embedded_pictures and not live.is_upload:
                    self.issues.async_clear(Fault.PICTURES_TOO_BIG)
                self.delivery.deliver(live)

    @callback
    def _handle_caught_up(self) -> None:
        if not self.data.caught_up:
            self.async_publish(replace(self.data, caught_up=True))

    @callback
    def _handle_connected(self, connected: Connected) -> None:
        self.log.async_connected()
        self.issues.async_clear(Fault.UNIDENTIFIED)
        # A push is proof enough, and the next one may take hours.
        self.away.async_returned(for_sure=self.client.kind.pushes)
        self._reload.async_cancel()
        if connected.clock is not None:
            self.polls.clock.async_take(connected.clock)
        data = replace(self.data, connected=True)
        if connected.info is not None:
            data = replace(data, info=data.info.updated_by(connected.info))
            async_register_box(self.hass, self.config_entry, data.info)
            self._learn_identity(connected.info)
        self.async_publish(data)
        # The list may have changed while the box was disconnected.
        self._start(self.async_refresh(), "device list")

    @callback
    def _learn_identity(self, info: BoxInfo) -> None:
        """Store who the box is if it did not say so before."""
        entry = self.config_entry
        if not has_identity(entry.data) and has_identity(identity_data(info)):
            self.hass.config_entries.async_update_entry(
                entry, data={**entry.data, **identity_data(info)}
            )

    @callback
    def _handle_disconnected(self, error: AiBoxError) -> None:
        self.log.async_disconnected(error)
        self.away.async_lost()
        if self.data.connected:
            self.async_publish(replace(self.data, connected=False))
        if isinstance(error, AiBoxUnidentifiedError):
            self.issues.async_measure(Fault.UNIDENTIFIED, Symptom(Fault.UNIDENTIFIED))
            # The other dialect has other calls for it.
            self._search_dialect()
        elif isinstance(error, AiBoxAnotherBoxError):
            # Setup reports which box was found, and finds this one's new address.
            self._reload.async_schedule()

    def _search_dialect(self) -> None:
        """Search in the background: an update may have changed the dialect."""
        self._start(async_find_dialect_again(self.hass, self.config_entry), "dialect")

    def _start(self, work: Coroutine[None, None, None], name: str) -> None:
        self.config_entry.async_create_background_task(
            self.hass, work, f"{DOMAIN} {self.name} {name}"
        )


@callback
def async_loaded_boxes(hass: HomeAssistant) -> dict[str, SeAiBoxCoordinator]:
    """Return the loaded boxes by config entry id."""
    return {
        entry.entry_id: entry.runtime_data
        for entry in hass.config_entries.async_loaded_entries(DOMAIN)
        if isinstance(entry.runtime_data, SeAiBoxCoordinator)
    }


@callback
def async_loaded_box(hass: HomeAssistant, entry_id: str) -> SeAiBoxCoordinator | None:
    """Return the box of an entry, or None if not loaded."""
    entry = hass.config_entries.async_get_entry(entry_id)
    if (
        entry is None
        or entry.domain != DOMAIN
        or entry.state is not ConfigEntryState.LOADED
        or not isinstance(entry.runtime_data, SeAiBoxCoordinator)
    ):
        return None
    return entry.runtime_data


@callback
def async_box_by_key(hass: HomeAssistant, key: str) -> SeAiBoxCoordinator | None:
    """Return the box of a path, None if it was replaced or is not loaded."""
    box = async_loaded_box(hass, entry_id_of(key))
    return box if box is not None and box_key(box.config_entry) == key else None
