"""Remembers live sightings for conditions and triggers."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..aibox.models import PersonType
from ..const import DOMAIN
from .earlier import Earlier, EarlierSightings
from .forgetting import Forgotten
from .sighting import Sighting

_REMEMBERED = 10_000

# Device id, followed device ids, identity or stranger id, and person type.
type _Key = tuple[str | None, frozenset[str], str | None, PersonType]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A sighting and its arrival by two clocks."""

    sighting: Sighting
    # An old face must not become fresh: one clock may be set back, the other one stops
    # while the machine sleeps.
    at: float
    time: datetime


class SightingMemory:
    """The newest live sighting of each person per device."""

    def __init__(self, now: Callable[[], float]) -> None:
        """Initialize empty; `now` returns monotonic seconds."""
        self.now = now
        # In the order of arrival.
        self._seen: OrderedDict[_Key, _Seen] = OrderedDict()
        self._earlier = EarlierSightings()

    @callback
    def async_remember(self, sighting: Sighting) -> None:
        """Remember a sighting; drop the oldest if too many."""
        self._earlier.remember(sighting)
        # Drop the other attributes: nothing reads them, and they may be large.
        who = sighting.recognition
        if who.attributes or sighting.identity_info:
            own = who.stranger_id
            who = replace(who, attributes={} if own is None else {"stranger_id": own})
            sighting = replace(sighting, recognition=who, identity_info={})
        key = (
            sighting.device_id,
            sighting.followed_device_ids,
            who.identity_id or who.stranger_id,
            who.person_type,
        )
        self._seen[key] = _Seen(sighting, self.now(), dt_util.utcnow())
        self._seen.move_to_end(key)
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)

    @callback
    def async_any(
        self,
        device_ids: frozenset[str],
        within: timedelta,
        accepts: Callable[[Sighting], bool],
    ) -> bool:
        """Return whether an accepted sighting is recent enough."""
        earliest = self.now() - within.total_seconds()
        earliest_time = dt_util.utcnow() - within
        # Stop at the first older sighting, so that a crowd does not slow this down.
        recent = takewhile(
            lambda seen: seen.at >= earliest, reversed(self._seen.values())
        )
        return any(
            seen.time >= earliest_time
            and seen.sighting.concerns(device_ids)
            and accepts(seen.sighting)
            for seen in recent
        )

    @callback
    def async_earlier(self, sighting: Sighting) -> Earlier:
        """Return where, and how often, its person was seen before."""
        return self._earlier.before(sighting)

    @callback
    def async_forget(self, forgotten: Forgotten) -> int:
        """Forget an identity; return the number of its sightings."""
        seen = {
            key: each.sighting
            for key, each in self._seen.items()
            if forgotten.is_in(each.sighting)
        }
        for key in seen:
            del self._seen[key]
        self._earlier.forget(
            forgotten.person_keys.union(*(each.person_keys for each in seen.values()))
        )
        return len(seen)

    @callback
    def async_forget_box(self, entry_id: str) -> None:
        """Forget the sightings of a replaced box."""
        for key in [
            key
            for key, each in self._seen.items()
            if each.sighting.entry_id == entry_id
        ]:
            del self._seen[key]
        self._earlier.forget_box(entry_id)

    @callback
    def async_all(self) -> tuple[Sighting, ...]:
        """Return all remembered sightings, oldest first."""
        return tuple(seen.sighting for seen in self._seen.values())


_MEMORY: HassKey[SightingMemory] = HassKey(f"{DOMAIN}_memory")


@callback
def async_get_memory(hass: HomeAssistant) -> SightingMemory:
    """Return the memory, which outlives reloads."""
    if (memory := hass.data.get(_MEMORY)) is None:
        memory = hass.data[_MEMORY] = SightingMemory(hass.loop.time)
    return memory
