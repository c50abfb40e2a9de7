"""Who was seen where, and when last: the memory behind the condition."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..aibox.models import PersonType
from ..const import DOMAIN
from .sighting import HeardRecognition

_REMEMBERED = 10_000

type _Sighting = tuple[frozenset[str], str | None, PersonType]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A recognition and when it came, by two clocks: an old face must not become young.

    One may be set back, the other stands still while the machine sleeps.
    """

    heard: HeardRecognition
    at: float
    time: datetime


class RecentRecognitions:
    """The newest live recognition of each person on each device; empty after a restart."""

    def __init__(self, now: Callable[[], float]) -> None:
        """Remember nobody; `now` is in seconds and never set."""
        self._now = now
        self._seen: OrderedDict[_Sighting, _Seen] = OrderedDict()

    @callback
    def async_remember(self, heard: HeardRecognition) -> None:
        """Take a recognition; the one longest ago is forgotten when there are too many."""
        # The rest is not asked for, may be large, and there are ten thousand of them.
        who = heard.recognition
        if who.attributes:
            who = replace(who, attributes={})
        data = {key: heard.event_data[key] for key in ("entry_id", "device_id")}
        key = (heard.device_ids, who.identity_id, who.person_type)
        self._seen[key] = _Seen(
            HeardRecognition(who, heard.device_ids, data, heard.seen_at),
            self._now(),
            dt_util.utcnow(),
        )
        self._seen.move_to_end(key)
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)

    @callback
    def async_any(
        self,
        device_ids: frozenset[str],
        within: timedelta,
        accepts: Callable[[HeardRecognition], bool],
    ) -> bool:
        """Return whether an accepted recognition happened on one of the devices within the time."""
        earliest = self._now() - within.total_seconds()
        earliest_time = dt_util.utcnow() - within
        return any(
            seen.at >= earliest
            and seen.time >= earliest_time
            and not device_ids.isdisjoint(seen.heard.device_ids)
            and accepts(seen.heard)
            for seen in self._seen.values()
        )

    @callback
    def async_all(self) -> tuple[HeardRecognition, ...]:
        """Return what is remembered, the oldest first."""
        return tuple(seen.heard for seen in self._seen.values())


_RECENT: HassKey[RecentRecognitions] = HassKey(f"{DOMAIN}_recent")


@callback
def async_get_recent(hass: HomeAssistant) -> RecentRecognitions:
    """Return the memory, which no entry owns: a reload forgets nobody."""
    return hass.data.setdefault(_RECENT, RecentRecognitions(hass.loop.time))
