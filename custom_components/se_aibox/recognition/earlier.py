"""Remembers where each person was seen before. Pure."""

from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
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
        """Return the facts to remember of a sighting."""
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


@dataclass(frozen=True, slots=True)
class Earlier:
    """The sightings of a person before the current one."""

    # The newest first, at most ten.
    sightings: tuple[EarlierSighting, ...] = ()
    # How many there were, or None for a stranger without an id.
    count: int | None = None

    def as_dict(self) -> dict[str, object]:
        """Return plain JSON for the payload of a trigger."""
        return {
            "earlier_count": self.count,
            "earlier_sightings": [each.as_dict() for each in self.sightings],
        }


NOTHING_EARLIER = Earlier()


@dataclass(slots=True)
class _Remembered:
    # One more than is returned: the newest is not an earlier one.
    sightings: deque[EarlierSighting] = field(
        default_factory=lambda: deque(maxlen=_SIGHTINGS + 1)
    )
    # Includes the sightings that were dropped.
    count: int = 0


class EarlierSightings:
    """The last live sightings of each person, and their number."""

    def __init__(self) -> None:
        """Initialize empty."""
        self._people: OrderedDict[Key, _Remembered] = OrderedDict()

    def remember(self, sighting: Sighting) -> None:
        """Remember a sighting; forget the person unseen for longest."""
        earlier = EarlierSighting.of(sighting)
        for key in sighting.person_keys:
            if (remembered := self._people.get(key)) is None:
                remembered = self._people[key] = _Remembered()
            remembered.sightings.append(earlier)
            remembered.count += 1
            self._people.move_to_end(key)
        while len(self._people) > _PEOPLE:
            self._people.popitem(last=False)

    def forget(self, keys: Iterable[Key]) -> None:
        """Forget where some people were seen."""
        for key in keys:
            self._people.pop(key, None)

    def forget_box(self, entry_id: str) -> None:
        """Forget the people that only a replaced box knew."""
        # Keep followed people: they were seen there.
        self.forget([key for key in self._people if entry_id in key])

    def before(self, sighting: Sighting) -> Earlier:
        """Return the person's sightings before their newest."""
        # Someone who is followed twice has two keys with the same sightings.
        if (key := min(sighting.person_keys, default=None)) is None:
            return NOTHING_EARLIER
        known = self._people.get(key, _Remembered())
        return Earlier(tuple(known.sightings)[-2::-1], max(known.count - 1, 0))
