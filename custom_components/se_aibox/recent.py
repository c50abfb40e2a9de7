"""Who was seen where, and when last: the memory behind the condition."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from .aibox.models import PersonType
from .const import DOMAIN
from .heard import HeardRecognition

_REMEMBERED = 10_000

type _Sighting = tuple[frozenset[str], str | None, PersonType]


class RecentRecognitions:
    """The newest live recognition of each person on each device; empty after a restart."""

    def __init__(self, now: Callable[[], float]) -> None:
        """Remember nobody; `now` is in seconds and never set, or an old face would become young with the clock."""
        self._now = now
        self._seen: OrderedDict[_Sighting, tuple[float, HeardRecognition]] = (
            OrderedDict()
        )

    @callback
    def async_remember(self, heard: HeardRecognition) -> None:
        """Take a recognition; the one longest ago is forgotten when there are too many."""
        # The rest is not asked for, may be large, and there are ten thousand of them.
        who = heard.recognition
        if who.attributes:
            who = replace(who, attributes={})
        data = {key: heard.event_data[key] for key in ("entry_id", "device_id")}
        key = (heard.device_ids, who.identity_id, who.person_type)
        self._seen[key] = (
            self._now(),
            HeardRecognition(who, heard.device_ids, data, heard.seen_at),
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
        return any(
            when >= earliest
            and not device_ids.isdisjoint(heard.device_ids)
            and accepts(heard)
            for when, heard in self._seen.values()
        )

    @callback
    def async_all(self) -> tuple[HeardRecognition, ...]:
        """Return what is remembered, the oldest first."""
        return tuple(heard for _, heard in self._seen.values())


_RECENT: HassKey[RecentRecognitions] = HassKey(f"{DOMAIN}_recent")


@callback
def async_get_recent(hass: HomeAssistant) -> RecentRecognitions:
    """Return the memory, which no entry owns: a reload forgets nobody."""
    return hass.data.setdefault(_RECENT, RecentRecognitions(hass.loop.time))
