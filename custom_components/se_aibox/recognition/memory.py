"""The newest live sighting of each person: the memory behind the condition."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..aibox.models import PersonType
from ..const import DOMAIN
from .sighting import Sighting

_REMEMBERED = 10_000

# Where, of which followed people, and who.
type _Key = tuple[str | None, frozenset[str], str | None, PersonType]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A sighting and when it arrived, by two clocks.

    An old face must not become young: one clock may be set back, the other stands
    still while the machine sleeps.
    """

    sighting: Sighting
    at: float
    time: datetime


class SightingMemory:
    """The newest live sighting of each person on each device since the start."""

    def __init__(self, now: Callable[[], float]) -> None:
        """Start empty; `now` returns the seconds of a clock that is never set."""
        self._now = now
        self._seen: OrderedDict[_Key, _Seen] = OrderedDict()

    @callback
    def async_remember(self, sighting: Sighting) -> None:
        """Remember a sighting; the oldest is forgotten when there are too many."""
        # Nothing asks for these; they may be large, and there are ten thousand.
        who = sighting.recognition
        if who.attributes or sighting.identity_info:
            sighting = replace(
                sighting, recognition=replace(who, attributes={}), identity_info={}
            )
        key = (
            sighting.device_id,
            sighting.followed_device_ids,
            who.identity_id,
            who.person_type,
        )
        self._seen[key] = _Seen(sighting, self._now(), dt_util.utcnow())
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
        """Return whether an accepted sighting concerned the devices lately enough."""
        earliest = self._now() - within.total_seconds()
        earliest_time = dt_util.utcnow() - within
        return any(
            seen.at >= earliest
            and seen.time >= earliest_time
            and seen.sighting.concerns(device_ids)
            and accepts(seen.sighting)
            for seen in self._seen.values()
        )

    @callback
    def async_all(self) -> tuple[Sighting, ...]:
        """Return what is remembered, the oldest first."""
        return tuple(seen.sighting for seen in self._seen.values())


_MEMORY: HassKey[SightingMemory] = HassKey(f"{DOMAIN}_memory")


@callback
def async_get_memory(hass: HomeAssistant) -> SightingMemory:
    """Return the memory; no entry owns it, so that a reload keeps it."""
    return hass.data.setdefault(_MEMORY, SightingMemory(hass.loop.time))
