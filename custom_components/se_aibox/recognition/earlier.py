"""Remembers where each person was seen before. Pure."""

from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from .sighting import Key, Sighting

_PEOPLE = 2_000
_SIGHTINGS = 10


@dataclass(frozen=True, slots=True)
class EarlierSighting:
    """Where and when a person was seen before."""

    recognition_id: str
    device_id: str | None
    capture_device_name: str | None
    occurred_at: datetime

    @classmethod
    def of(cls, sighting: Sighting) -> Self:
        """Return what is worth remembering of a sighting."""
        return cls(
            sighting.recognition.recognition_id,
            sighting.device_id,
            sighting.capture_device_name,
            sighting.recognition.occurred_at,
        )

    def as_dict(self) -> dict[str, object]:
        """Return plain JSON with the keys of an event."""
        return {
            "recognition_id": self.recognition_id,
            "device_id": self.device_id,
            "capture_device_name": self.capture_device_name,
            "occurred_at": self.occurred_at.isoformat(),
        }


class EarlierSightings:
    """The last live sightings of each person."""

    def __init__(self) -> None:
        """Initialize without anybody."""
        self._people: OrderedDict[Key, deque[EarlierSighting]] = OrderedDict()

    def remember(self, sighting: Sighting) -> None:
        """Remember a sighting; forget who was not seen for longest."""
        earlier = EarlierSighting.of(sighting)
        for key in sighting.person_keys:
            # One more: the newest is not an earlier one.
            self._people.setdefault(key, deque(maxlen=_SIGHTINGS + 1)).append(earlier)
            self._people.move_to_end(key)
        while len(self._people) > _PEOPLE:
            self._people.popitem(last=False)

    def forget(self, keys: Iterable[Key]) -> None:
        """Forget where some people were seen."""
        for key in keys:
            self._people.pop(key, None)

    def before(self, sighting: Sighting) -> tuple[EarlierSighting, ...]:
        """Return the person's sightings before their newest, newest first."""
        # Someone who is followed twice has two keys with the same sightings.
        key = min(sighting.person_keys, default=None)
        known = () if key is None else tuple(self._people.get(key, ()))
        return known[-2::-1]
