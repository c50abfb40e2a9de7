"""Holds a box's subscription: takes its updates, owns its data, tells Home Assistant."""

import asyncio
from collections.abc import Callable, Container, Coroutine
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import cast, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST, EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util import dt as dt_util
from homeassistant.util.logging import catch_log_exception

from .aibox.client import BoxClient
from .aibox.exceptions import AiBoxAnotherBoxError, AiBoxError
from .aibox.models import BoxInfo, Dialect
from .aibox.recovery import CaughtUp, Recovered
from .aibox.updates import (
    Connected,
    Disconnected,
    PicturesTooLarge,
    RecognitionUpdate,
    Skipped,
    Update,
)
from .aibox.watch import CatchUpFailed
from .box.data import BoxData
from .box.device_list import (
    DEVICE_LIST_INTERVAL,
    async_read_devices,
    next_reading,
    take_devices,
    with_list,
    without_device,
)
from .box.history import BoxHistory
from .box.identity import check_same_box
from .box.issues import Fault, async_box_issues
from .box.log import BoxLog
from .box.options import BoxOptions
from .box.picture_consent import Privacy
from .box.polls import BoxPolls
from .box.registry import async_register_box, async_registered_capture_devices
from .box.storage import BookmarkStore
from .box.unlisted import UnlistedDevices
from .const import CONF_DIALECT, DOMAIN, EVENT_RECOGNITION, EVENT_RECOVERED, LOGGER
from .pictures.cache import PictureCache
from .publisher import BoxDataPublisher
from .recognition.events import event_data
from .recognition.freshness import clock_error, is_fresh
from .recognition.memory import async_get_recent
from .recognition.sighting import (
    SIGNAL_LATE,
    SIGNAL_LIVE,
    SIGNAL_LIVE_STATES,
    Sighting,
    async_sighting,
)

_UNLISTED = "capture device not on the box, or not chosen"

type SeAiBoxConfigEntry = ConfigEntry[SeAiBoxCoordinator]


class SeAiBoxCoordinator(BoxDataPublisher):
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
        self.history = BoxHistory(
            None if client.learns_capture_devices else client.history, self.pictures
        )
        self.privacy = Privacy(hass, entry.entry_id, self.options, self.pictures.allow)
        self.polls = BoxPolls(hass, entry, client.rest)
        self.issues = async_box_issues(hass, entry)
        self.log = BoxLog(entry.title)
        self._listening: asyncio.Task[None] | None = None
        self.data = BoxData(
            BoxInfo(Dialect(entry.data[CONF_DIALECT])),
            {},
            {},
            absent=dict.fromkeys(async_registered_capture_devices(hass, entry)),
        )
        self._bookmarks = BookmarkStore(hass, entry.entry_id, client)
        self._unlisted = UnlistedDevices(
            client, self._async_look, self._guarded(self._tell_or_skip), self.log
        )
        # The readings of the list are numbered: which began last, and which was answered last.
        self._asked = self._answered = 0

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
        self._asked = number = self._asked + 1
        devices = await async_read_devices(self.client.rest.capture_devices, host)
        if not self.client.learns_capture_devices:
            self.issues.async_measure_capture_devices(some=bool(devices))
        taken = take_devices(self.data, devices, self.hass.loop.time())
        self.update_interval = next_reading(taken)
        chosen = self.options.chosen(taken.listed.values())
        await self.client.subscribe(self.privacy.allowed_options.subscription(chosen))
        # Not before: whoever waits for it finds it in the data.
        self._answered = number
        self._unlisted.async_list_was_read()
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
        if not self.options.picture_kinds:
            self.issues.async_clear(Fault.PICTURES_TOO_BIG)
        self._listening = self.config_entry.async_create_background_task(
            self.hass, self._async_listen(), f"{DOMAIN} {self.name}"
        )
        self._start(self._async_follow_list(), "broadcasts")
        # Home Assistant does not unload entries when it stops.
        stop = self.hass.bus.async_listen(EVENT_HOMEASSISTANT_STOP, self._async_stop)
        self.config_entry.async_on_unload(stop)

    async def _async_stop(self, _: Event) -> None:
        await self.async_shutdown()

    @override
    async def async_shutdown(self) -> None:
        """Stop listening and close the socket."""
        await super().async_shutdown()
        if self._listening is not None:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening
            self._listening = None
            self._unlisted.async_give_up()
            await self._bookmarks.async_save()
        self.pictures.clear()
        self.history.clear()

    async def _async_listen(self) -> None:
        handle = self._guarded(self._handle)
        async with aclosing(self.client.updates()) as updates:
            async for update in updates:
                handle(update)

    def _guarded[UpdateT](
        self, handle: Callable[[UpdateT], None]
    ) -> Callable[[UpdateT], None]:
        """Return what logs whatever goes wrong with one update, so that the next one is sighting."""
        guarded = catch_log_exception(
            handle, lambda _: f"Error handling what {self.name} sent"
        )
        return cast("Callable[[UpdateT], None]", guarded)

    async def _async_follow_list(self) -> None:
        async with aclosing(self.client.list_changes()) as changes:
            async for _ in changes:
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
            case CatchUpFailed(error):
                self.log.async_catch_up_failed(error)
            case CaughtUp():
                self.log.async_caught_up(update)
                self._bookmarks.async_changed()
            case Recovered():
                self._handle_recognition(update)
            case live:
                self.issues.async_measure_time(live.recognition)
                if live.embedded_pictures:
                    self.issues.async_clear(Fault.PICTURES_TOO_BIG)
                self._handle_recognition(live)

    @callback
    def _handle_connected(self, connected: Connected) -> None:
        self.log.async_connected()
        if connected.clock is not None:
            self.polls.clock.async_take(connected.clock)
        data = replace(self.data, connected=True)
        if connected.info is not None:
            data = replace(data, info=data.info.updated_by(connected.info))
            async_register_box(self.hass, self.config_entry, data.info)
        self._publish(data)
        # What changed on the box while nobody listened.
        self._start(self.async_refresh(), "device list")

    @callback
    def _handle_disconnected(self, error: AiBoxError) -> None:
        self.log.async_disconnected(error)
        if self.data.connected:
            self._publish(replace(self.data, connected=False))
        if isinstance(error, AiBoxAnotherBoxError):
            # Set up anew, it says which box was found, and follows its own to another address.
            self.hass.config_entries.async_schedule_reload(self.config_entry.entry_id)

    @callback
    def _handle_recognition(self, update: RecognitionUpdate) -> None:
        capture_device_id = update.recognition.capture_device_id
        is_known = capture_device_id in self.data.listed
        if self._unlisted.async_must_wait(capture_device_id, is_known=is_known):
            self._unlisted.async_wait(update)
            self._start(self._unlisted.async_look(), "unlisted capture device")
        else:
            self._tell_or_skip(update)

    @callback
    def _tell_or_skip(self, update: RecognitionUpdate) -> None:
        capture_device_id = update.recognition.capture_device_id
        if capture_device_id in self.data.chosen:
            self._tell(update)
            return
        self.log.async_skipped(_UNLISTED)
        if capture_device_id not in self.data.listed:
            # Listed after all, it is looked for in the history; however late, if it was listed before: a box that
            # starts may list nobody at first.
            is_owed = capture_device_id in self.data.absent
            self.client.give_back(update.recognition, is_owed=is_owed)

    async def _async_look(self) -> Container[str] | None:
        """Read the device list; return what is on it, None where it cannot be read now."""
        # An answer that somebody asked for before may be older than who waits.
        before = self._asked
        await self.async_refresh()
        return self.data.listed if self._answered > before else None

    def _start(self, work: Coroutine[None, None, None], name: str) -> None:
        self.config_entry.async_create_background_task(
            self.hass, work, f"{DOMAIN} {self.name} {name}"
        )

    @callback
    def _tell(self, update: RecognitionUpdate) -> None:
        """Tell of a recognition on a chosen capture device: states first, then who waits for events, then the bus."""
        recognition = update.recognition.with_pictures(self.privacy.picture_kinds)
        box_ahead = clock_error(self.polls.clock.data)
        sighting = async_sighting(
            self.hass,
            self.config_entry,
            self.data,
            self.options,
            recognition,
            box_ahead=box_ahead,
        )
        self._bookmarks.async_changed()
        if isinstance(update, Recovered):
            self._note(sighting)
        elif is_fresh(
            recognition,
            now=dt_util.utcnow(),
            box_ahead=box_ahead,
            limit=self.options.freshness_limit,
        ):
            self.pictures.put(sighting.recognition, update.embedded_pictures)
            self.history.remember(sighting.recognition)
            self._act_upon(sighting)
        else:
            # Perhaps it is the clock that jumped: then the next one is fresh.
            self.polls.clock.async_ask_soon()
            self._note(sighting)

    @callback
    def _note(self, sighting: Sighting) -> None:
        """Tell of a recognition that nobody acts upon: an old face must not open a door."""
        recognition = sighting.recognition
        data = self.data.with_recovered(recognition, sighting.seen_at)
        self._publish(data, recognition.capture_device_id)
        async_dispatcher_send(self.hass, SIGNAL_LATE, sighting)
        self.hass.bus.async_fire(EVENT_RECOVERED, event_data(sighting))

    @callback
    def _act_upon(self, sighting: Sighting) -> None:
        # Before anything that could run an automation whose condition asks for it.
        async_get_recent(self.hass).async_remember(sighting)
        recognition = sighting.recognition
        data = self.data.with_live(recognition, sighting.seen_at)
        self._publish(data, recognition.capture_device_id)
        async_dispatcher_send(self.hass, SIGNAL_LIVE_STATES, sighting)
        self._publish_recognition(recognition)
        async_dispatcher_send(self.hass, SIGNAL_LIVE, sighting)
        self.hass.bus.async_fire(EVENT_RECOGNITION, event_data(sighting))
