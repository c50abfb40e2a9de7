"""Passages into and out of a site, and their signals."""

from dataclasses import dataclass

from homeassistant.util.signal_type import SignalType

from ..const import DOMAIN
from ..recognition.events import event_data
from ..recognition.sighting import Sighting
from .books import Kind


@dataclass(frozen=True, slots=True)
class Passage:
    """A person entered or left a site just now, or was forgotten."""

    site_entry_id: str
    site_device_id: str | None
    site_name: str
    kind: Kind
    count_inside: int
    # None for a person who was forgotten.
    sighting: Sighting | None
    # Whether the books are up to date. If not, more people may be inside.
    is_up_to_date: bool
    # Whether the first person entered, or the last one left, by the books.
    is_first: bool = False
    is_last: bool = False


# Once per passage, for receivers that write states.
SIGNAL_PASSAGE_STATES: SignalType[Passage] = SignalType(f"{DOMAIN}_passage_states")
# Then for receivers that act: an automation that runs finds all states written.
SIGNAL_PASSAGE: SignalType[Passage] = SignalType(f"{DOMAIN}_passage")


def passage_data(passage: Passage) -> dict[str, object]:
    """Return plain JSON with every key; unknown values are null."""
    return {
        "site_entry_id": passage.site_entry_id,
        "site_device_id": passage.site_device_id,
        "site_name": passage.site_name,
        "kind": passage.kind.value,
        "count_inside": passage.count_inside,
        **event_data(passage.sighting),
    }
