"""Finds out whether the people in automations are known."""

from collections.abc import Iterable
from dataclasses import dataclass

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from ..aibox.names import id_key, name_key
from ..box.registry import device_name
from ..const import DOMAIN
from ..recognition.filters import is_name
from ..recognition.followed import async_followed_names
from .following import async_followed_people
from .search import async_look_up, async_search

# Each text is a request to each box, whose answer may contain photos.
_MOST_ASKED = 100


@dataclass(frozen=True, slots=True)
class Unknown:
    """The people that no box knows."""

    labels: tuple[str, ...] = ()
    # False if a box did not answer: there may be more.
    complete: bool = True


class KnownPeople:
    """The people that boxes know or the user follows."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Initialize without answers of boxes."""
        self._hass = hass
        # Texts that a box knows, and texts that no box could decide. Others are
        # looked up each time, because people may be enrolled at any time.
        self._known: set[str] = set()
        self._undecided: set[str] = set()
        self._asked = 0

    @callback
    def forget(self) -> None:
        """Forget all answers."""
        self._asked = 0
        self._known.clear()
        self._undecided.clear()

    async def async_unknown(
        self, people: Iterable[str], followed: Iterable[str]
    ) -> Unknown:
        """Return which texts and device ids of followed people are unknown."""
        if not self._is_everything_loaded():
            return Unknown(complete=False)
        device_ids = {device.id for device, _ in async_followed_people(self._hass)}
        names = set(map(name_key, async_followed_names(self._hass, device_ids)))
        asked = [text for text in people if name_key(text) not in names]
        unknown = [text for text in asked if await self._async_is_unknown(text)]
        unknown += [self._label(each) for each in followed if each not in device_ids]
        return Unknown(tuple(unknown), self._undecided.isdisjoint(asked))

    def _is_everything_loaded(self) -> bool:
        """Return whether all boxes and the followed people are loaded."""
        return all(
            entry.state is ConfigEntryState.LOADED
            for entry in self._hass.config_entries.async_entries(
                DOMAIN, include_ignore=False, include_disabled=False
            )
        )

    async def _async_is_unknown(self, text: str) -> bool:
        """Ask the boxes, unless they answered before."""
        if text in self._known or text in self._undecided:
            return False
        if self._asked >= _MOST_ASKED:
            self._undecided.add(text)
            return False
        self._asked += 1
        # A name may also be an id, but not the other way round.
        may_be_name = is_name(name_key(text))
        found = await (
            async_search(self._hass, text)
            if may_be_name
            else async_look_up(self._hass, [text])
        )
        if any(
            id_key(hit.identity_id) == id_key(text)
            or (may_be_name and name_key(hit.name) == name_key(text))
            for hit in found.hits
            if hit.entry_ids
        ):
            self._known.add(text)
        elif found.unsearched:
            self._undecided.add(text)
        else:
            return True
        return False

    def _label(self, device_id: str) -> str:
        device = dr.async_get(self._hass).async_get(device_id)
        return device_name(device) or device_id
