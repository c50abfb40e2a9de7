"""A live recognition on its way to whoever is not bound to one box: triggers, conditions, people, logbook."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util.signal_type import SignalType

from ..aibox.models import Recognition
from ..box.data import BoxData
from ..box.options import BoxOptions
from ..box.registry import async_capture_device
from ..const import DOMAIN
from .events import recognition_event_data
from .followed import async_followed_device_ids


@dataclass(frozen=True, slots=True)
class HeardRecognition:
    """A recognition with what Home Assistant knows around it."""

    # Without what was stored at enrolment: that goes into the event, if the user wants it, and nowhere else.
    recognition: Recognition
    # The capture device and, where the seen person is followed, the person's device.
    device_ids: frozenset[str]
    # What the bus event says, key by key; kept out of whatever logs an object.
    event_data: Mapping[str, object] = field(repr=False)
    # When it happened by our clock.
    seen_at: datetime

    @property
    def followed_device_ids(self) -> frozenset[str]:
        """The devices of the followed people whom the recognition is of."""
        return self.device_ids - {self.event_data["device_id"]}


# Sent once per recognition that nobody acts upon: found in the history, or come too late.
SIGNAL_RECOVERED: SignalType[HeardRecognition] = SignalType(f"{DOMAIN}_recovered")
# Both are sent once per live recognition of any box; Home Assistant isolates the receivers. The first is for whoever
# writes states, the second for whoever acts: an automation that runs on a recognition finds all states written.
SIGNAL_STATES: SignalType[HeardRecognition] = SignalType(f"{DOMAIN}_states")
SIGNAL_HEARD: SignalType[HeardRecognition] = SignalType(f"{DOMAIN}_heard")


@callback
def async_heard(
    hass: HomeAssistant,
    entry: ConfigEntry,
    data: BoxData,
    options: BoxOptions,
    recognition: Recognition,
    seen_at: datetime,
) -> HeardRecognition:
    """Return a recognition of a chosen capture device with what Home Assistant knows around it."""
    event_data = async_event_data(hass, entry, data, options, recognition)
    device_ids = async_followed_device_ids(hass, entry.entry_id, recognition)
    if isinstance(device_id := event_data["device_id"], str):
        device_ids |= {device_id}
    return HeardRecognition(
        recognition.without_details(), device_ids, event_data, seen_at
    )


@callback
def async_event_data(
    hass: HomeAssistant,
    entry: ConfigEntry,
    data: BoxData,
    options: BoxOptions,
    recognition: Recognition,
) -> dict[str, object]:
    """Return what the bus says, or would have said, of a recognition."""
    capture_device_id = recognition.capture_device_id
    device = async_capture_device(hass, entry, capture_device_id)
    # What the user calls it: an SE3 knows its capture devices by their addresses only.
    given_name = device.name_by_user if device else None
    return recognition_event_data(
        recognition,
        entry_id=entry.entry_id,
        device_id=device.id if device else None,
        capture_device_name=given_name or data.chosen[capture_device_id].name,
        threshold=data.info.threshold,
        with_identity_info=options.identity_info_in_events,
    )
