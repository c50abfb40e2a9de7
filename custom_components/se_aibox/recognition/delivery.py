"""Delivers the recognitions of a box to Home Assistant."""

from collections.abc import Container
from typing import Protocol

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util import dt as dt_util

from ..aibox.client import BoxClient
from ..aibox.models import CaptureDeviceKind, Recognition
from ..aibox.updates import RecognitionUpdate, Recovered
from ..box.data import BoxData
from ..box.history import BoxHistory
from ..box.log import BoxLog, guarded
from ..box.options import BoxOptions
from ..box.picture_consent import PictureConsent
from ..box.polls import BoxPolls
from ..box.registry import async_is_disabled, async_set_kind
from ..box.storage import BookmarkStore
from ..box.unlisted import UnlistedDevices
from ..const import DOMAIN, EVENT_RECOGNITION, EVENT_RECOVERED
from ..pictures.cache import PictureCache
from .events import event_data
from .freshness import clock_error, is_fresh
from .memory import async_get_memory
from .sighting import (
    SIGNAL_LIVE,
    SIGNAL_LIVE_STATES,
    SIGNAL_RECOVERED,
    Sighting,
    async_sighting,
)

_UNLISTED = "capture device not listed, or not selected"


class DeliveringBox(Protocol):
    """The parts of a box that its delivery uses."""

    data: BoxData
    client: BoxClient
    options: BoxOptions
    picture_consent: PictureConsent
    pictures: PictureCache
    history: BoxHistory
    bookmarks: BookmarkStore
    polls: BoxPolls
    log: BoxLog

    async def async_list_devices(self) -> Container[str] | None:
        """Request the device list; return its ids, or None."""

    @callback
    def async_publish(self, data: BoxData, capture_device_id: str | None) -> None:
        """Replace the data and write the states."""

    @callback
    def async_publish_recognition(self, recognition: Recognition) -> None:
        """Fire the event entity of the capture device."""


class Delivery:
    """Delivers the recognitions of one box."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, box: DeliveringBox
    ) -> None:
        """Initialize without held recognitions."""
        self._hass = hass
        self._entry = entry
        self._box = box
        # The kind that each capture device reported, by id.
        self._kinds: dict[str, CaptureDeviceKind] = {}
        # One failing recognition must not stop the others that were held with it.
        deliver = guarded(
            self._deliver_if_selected, f"Error handling a recognition of {entry.title}"
        )
        self.unlisted = UnlistedDevices(
            box.client, box.async_list_devices, deliver, box.log
        )

    @callback
    def deliver(self, update: RecognitionUpdate) -> None:
        """Deliver a recognition, or hold it for the device list."""
        capture_device_id = update.recognition.capture_device_id
        is_listed = capture_device_id in self._box.data.listed
        if not self.unlisted.async_must_wait(capture_device_id, is_listed=is_listed):
            self._deliver_if_selected(update)
            return
        self.unlisted.async_wait(update)
        self._entry.async_create_background_task(
            self._hass,
            self.unlisted.async_read_list(),
            f"{DOMAIN} {self._entry.title} unlisted capture device",
        )

    @callback
    def _deliver_if_selected(self, update: RecognitionUpdate) -> None:
        """Deliver a recognition of a selected device; count others."""
        capture_device_id = update.recognition.capture_device_id
        data = self._box.data
        if capture_device_id in data.selected:
            # A device that is disabled in Home Assistant delivers nothing.
            if not async_is_disabled(self._hass, self._entry, capture_device_id):
                self._deliver_selected(update)
            return
        self._box.log.async_skipped(_UNLISTED)
        if capture_device_id not in data.listed:
            # It is recovered once the device is listed. That may take any time if the
            # device was listed before: a box that starts may list none at first.
            must_recover = capture_device_id in data.missing_since
            self._box.client.return_for_recovery(
                update.recognition, must_recover=must_recover
            )

    def _deliver_selected(self, update: RecognitionUpdate) -> None:
        box = self._box
        box_ahead = clock_error(box.client.clock.reading)
        self._note_kind(update.recognition)
        sighting = async_sighting(
            self._hass,
            self._entry,
            box.data,
            box.options,
            update.recognition.with_pictures(box.picture_consent.picture_kinds),
            box_ahead=box_ahead,
        )
        box.bookmarks.async_changed()
        if isinstance(update, Recovered):
            self.deliver_recovered(sighting)
        elif is_fresh(
            sighting.recognition,
            now=dt_util.utcnow(),
            box_ahead=box_ahead,
            limit=box.options.freshness_limit,
        ):
            box.pictures.put(sighting.recognition, update.embedded_pictures)
            if box.client.kind.pushes:
                box.history.remember(sighting.recognition)
            self.deliver_live(sighting)
        else:
            # Perhaps the clock jumped. Once measured, the next recognition is fresh.
            box.polls.clock.async_poll_soon()
            self.deliver_recovered(sighting)

    def _note_kind(self, recognition: Recognition) -> None:
        """Store the kind of a capture device from its first message."""
        kind, key = recognition.device_kind, recognition.capture_device_id
        if kind is not None and key not in self._kinds:
            # Only the first message counts, so that the model does not change all the
            # time.
            self._kinds[key] = kind
            async_set_kind(self._hass, self._entry, key, kind)

    @callback
    def deliver_live(self, sighting: Sighting) -> None:
        """Deliver a sighting that automations may act on."""
        recognition = sighting.recognition
        # The memory comes first: any step below may run an automation whose condition
        # looks for this sighting.
        async_get_memory(self._hass).async_remember(sighting)
        # Then all states, so that every automation can read them.
        self._box.async_publish(
            self._box.data.with_live(recognition, sighting.seen_at),
            recognition.capture_device_id,
        )
        async_dispatcher_send(self._hass, SIGNAL_LIVE_STATES, sighting)
        # Then the event entities, whose states run automations.
        self._box.async_publish_recognition(recognition)
        # Then triggers, and the event entities of followed people.
        async_dispatcher_send(self._hass, SIGNAL_LIVE, sighting)
        # The bus is last: its listeners may read everything above.
        self._hass.bus.async_fire(EVENT_RECOGNITION, event_data(sighting))

    @callback
    def deliver_recovered(self, sighting: Sighting) -> None:
        """Deliver a sighting that nothing may act on."""
        # It runs no trigger and no event entity: an old face must not open a door.
        recognition = sighting.recognition
        self._box.async_publish(
            self._box.data.with_recovered(recognition, sighting.seen_at),
            recognition.capture_device_id,
        )
        async_dispatcher_send(self._hass, SIGNAL_RECOVERED, sighting)
        self._hass.bus.async_fire(EVENT_RECOVERED, event_data(sighting))
