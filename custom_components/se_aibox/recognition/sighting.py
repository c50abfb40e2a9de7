"""A recognition as triggers, conditions, people and the bus see it."""

from collections.abc import Mapping, Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util.signal_type import SignalType

from ..aibox.models import Recognition
from ..box.data import BoxData
from ..box.options import BoxOptions
from ..box.registry import async_capture_device
from ..const import DOMAIN
from .followed import async_followed_device_ids
from .freshness import seen_at


@dataclass(frozen=True, slots=True)
class Sighting:
    """A recognition with what Home Assistant knows around it."""

    # Without enrollment details, since it is kept in memory and shown in states.
    recognition: Recognition
    # The config entry of the box.
    entry_id: str
    # The capture device in the device registry.
    device_id: str | None
    # What the user calls the capture device, else what the box calls it.
    capture_device_name: str | None
    # When it happened by our clock; never in the future.
    seen_at: datetime
    # The devices of the followed people whom it shows.
    followed_device_ids: frozenset[str]
    # The score from which the box counts a face as recognized.
    threshold: float | None
    # Enrollment details are personal data: empty unless the user wants them in
    # events, and hidden from anything that logs an object.
    identity_info: Mapping[str, object] = field(repr=False)

    @property
    def place(self) -> str:
        """Where it was, in words if there are any."""
        return self.capture_device_name or self.recognition.capture_device_id

    def concerns(self, device_ids: AbstractSet[str]) -> bool:
        """Return whether one of the devices saw it, or belongs to a person in it."""
        return self.device_id in device_ids or not self.followed_device_ids.isdisjoint(
            device_ids
        )


# Home Assistant isolates the receivers of each signal from each other.
# Once per live sighting of any box, for receivers that write states.
SIGNAL_LIVE_STATES: SignalType[Sighting] = SignalType(f"{DOMAIN}_live_states")
# Then for receivers that act: an automation that runs finds all states written.
SIGNAL_LIVE: SignalType[Sighting] = SignalType(f"{DOMAIN}_live")
# Once per sighting that nobody acts upon: recovered, or received too late.
SIGNAL_LATE: SignalType[Sighting] = SignalType(f"{DOMAIN}_late")


@callback
def async_sighting(
    hass: HomeAssistant,
    entry: ConfigEntry,
    data: BoxData,
    options: BoxOptions,
    recognition: Recognition,
    *,
    box_ahead: timedelta,
) -> Sighting:
    """Return the sighting of a recognition on a selected capture device."""
    capture_device_id = recognition.capture_device_id
    device = async_capture_device(hass, entry, capture_device_id)
    # Not `device_name`: the registry makes a name up, or has the one of before.
    given_name = device.name_by_user if device else None
    return Sighting(
        recognition.without_details(),
        entry.entry_id,
        device.id if device else None,
        given_name or data.selected[capture_device_id].name,
        seen_at(recognition, box_ahead=box_ahead),
        async_followed_device_ids(hass, entry.entry_id, recognition),
        data.info.threshold,
        recognition.identity_info if options.identity_info_in_events else {},
    )
