"""Sightings, and the signals that deliver them."""

from collections.abc import Iterable, Mapping, Set as AbstractSet
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime, timedelta

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util.signal_type import SignalType

from ..aibox.models import Recognition
from ..aibox.names import id_key
from ..box.data import BoxData
from ..box.options import BoxOptions
from ..box.registry import async_capture_device, async_event_entity_id, box_key
from ..const import DOMAIN
from .followed import async_followed_device_ids
from .freshness import seen_at

# The kind of key, and the ids that are unique within that kind.
type Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sighting:
    """A recognition with what Home Assistant knows around it."""

    # Without enrollment details, since it is kept in memory and shown in states.
    recognition: Recognition
    # The config entry of the box.
    entry_id: str
    # The capture device in the device registry.
    device_id: str | None
    # The event entity of a followed person in it, else of the capture device.
    entity_id: str | None
    # The user's name for the capture device, else the name on the box.
    capture_device_name: str | None
    # When it happened by our clock; never in the future.
    seen_at: datetime
    # The devices of the followed people in it.
    followed_device_ids: frozenset[str]
    # The score from which the box counts a face as recognized.
    threshold: float | None
    # Enrollment details are personal data: empty unless the user wants them in
    # events, and not in the repr, which may be logged.
    identity_info: Mapping[str, object] = field(repr=False)
    _: KW_ONLY
    # The key of the box in the paths of pictures.
    box_key: str
    # Whether it was only simulated to try an automation.
    simulated: bool = False
    # Whether the user ignores the stranger in it.
    is_ignored: bool = False

    @property
    def place(self) -> str:
        """The name of the capture device, else its id."""
        return self.capture_device_name or self.recognition.capture_device_id

    @property
    def place_key(self) -> Key:
        """The key of the capture device."""
        return ("place", self.entry_id, self.recognition.capture_device_id)

    @property
    def person_keys(self) -> frozenset[Key]:
        """The keys of the person, empty for an unknown person.

        The same id on another box may be another person. Some boxes give strangers ids.
        """
        who = self.recognition
        if self.followed_device_ids:
            return frozenset(("followed", each) for each in self.followed_device_ids)
        if who.matched:
            return frozenset({("identity", self.entry_id, id_key(who.identity_id))})
        if who.stranger_id:
            return frozenset({("stranger", self.entry_id, who.stranger_id)})
        return frozenset()

    def concerns(self, device_ids: AbstractSet[str]) -> bool:
        """Return whether its capture device or person is included."""
        return self.device_id in device_ids or not self.followed_device_ids.isdisjoint(
            device_ids
        )


# Home Assistant isolates the receivers of each signal from each other.
# Once per live sighting of any box, for receivers that write states.
SIGNAL_LIVE_STATES: SignalType[Sighting] = SignalType(f"{DOMAIN}_live_states")
# Then for receivers that act: an automation that runs finds all states written.
SIGNAL_LIVE: SignalType[Sighting] = SignalType(f"{DOMAIN}_live")
# Once per simulated sighting, for triggers whose options say so, and nothing else.
SIGNAL_SIMULATED: SignalType[Sighting] = SignalType(f"{DOMAIN}_simulated")
# Once per sighting that nothing acts on: recovered, or received too late.
SIGNAL_RECOVERED: SignalType[Sighting] = SignalType(f"{DOMAIN}_late")


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
    """Return the sighting for a recognition of a selected device."""
    capture_device_id = recognition.capture_device_id
    device = async_capture_device(hass, entry, capture_device_id)
    # Not `device_name`: the registry may have a made-up or older name.
    given_name = device.name_by_user if device else None
    device_id = device.id if device else None
    followed = async_followed_device_ids(hass, entry.entry_id, recognition)
    return Sighting(
        recognition.without_details(),
        entry.entry_id,
        device_id,
        _event_entity_id(hass, [*sorted(followed), device_id]),
        given_name or data.selected[capture_device_id].name,
        seen_at(recognition, box_ahead=box_ahead),
        followed,
        data.info.threshold,
        recognition.identity_info if options.identity_info_in_events else {},
        box_key=box_key(entry),
        is_ignored=options.ignores(recognition.stranger_id),
    )


@callback
def _event_entity_id(
    hass: HomeAssistant, device_ids: Iterable[str | None]
) -> str | None:
    """Return the event entity of the first device that has one."""
    found = (async_event_entity_id(hass, each) for each in device_ids if each)
    return next(filter(None, found), None)
