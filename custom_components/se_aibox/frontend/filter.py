"""Which recognitions a card asks for. Pure."""

from collections.abc import Mapping, Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Self

import voluptuous as vol

from ..aibox.models import PersonType, Recognition
from ..aibox.names import given_name, id_key, name_key
from .view import Door, View

_MOST_IDS = 1000
_LONGEST_TEXT = 255

_TEXT = vol.All(str, vol.Length(max=_LONGEST_TEXT))
_IDS = vol.All([_TEXT], vol.Length(max=_MOST_IDS))


@dataclass(frozen=True, slots=True)
class Filter:
    """What a card limits itself to; an empty part limits nothing."""

    entry_ids: frozenset[str] = frozenset()
    # Boxes, capture devices, sites and followed people, in the device registry.
    device_ids: frozenset[str] = frozenset()
    person_types: frozenset[PersonType] = frozenset()
    # An identity id, or part of a name.
    person: str = ""

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """Read a valid message."""
        return cls(
            frozenset(message.get("entry_ids", ())),
            frozenset(message.get("device_ids", ())),
            frozenset(message.get("person_types", ())),
            message.get("person", "").strip(),
        )


FILTER = vol.All(
    {
        vol.Optional("entry_ids"): _IDS,
        vol.Optional("device_ids"): _IDS,
        vol.Optional("person_types"): [vol.All(str, vol.Coerce(PersonType))],
        vol.Optional("person"): _TEXT,
    },
    Filter.from_message,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a filter leaves of what a user may see."""

    # By device id: where everybody counts, and where followed people do.
    places: Mapping[str, Door]
    doors: Mapping[str, Door]
    # The device ids of people who count at any door.
    followed: frozenset[str]
    # The names of all followed people by device id.
    names: Mapping[str, str]
    person_types: frozenset[PersonType]
    # As entered, and the followed people whose name contains it.
    person: str
    called: frozenset[str]

    @classmethod
    def of(cls, wanted: Filter, view: View) -> Self:
        """Apply a filter to a view."""
        doors = {
            door.device_id: door
            for door in view.doors
            if not wanted.entry_ids or door.entry_id in wanted.entry_ids
        }
        names = {person.device_id: person.name for person in view.people}
        # A box or a site means all its capture devices.
        boxes = {
            box.entry_id for box in view.boxes if box.device_id in wanted.device_ids
        }
        device_ids = wanted.device_ids.union(
            *(
                site.door_ids
                for site in view.sites
                if site.device_id in wanted.device_ids
            )
        )
        places = {
            device_id: door
            for device_id, door in doors.items()
            if not wanted.device_ids
            or device_id in device_ids
            or door.entry_id in boxes
        }
        return cls(
            places,
            doors,
            wanted.device_ids.intersection(names),
            names,
            wanted.person_types,
            wanted.person,
            frozenset(
                device_id
                for device_id, name in names.items()
                if _is_part(wanted.person, name)
            ),
        )

    @property
    def includes_everybody(self) -> bool:
        """Whether it is limited by place only."""
        return not (self.followed or self.person_types or self.person)

    @property
    def entry_ids(self) -> frozenset[str]:
        """The boxes that may have such recognitions."""
        doors = self.doors if self.followed else self.places
        return frozenset(door.entry_id for door in doors.values())

    def accepts(
        self,
        device_id: str | None,
        followed_device_ids: AbstractSet[str],
        seen: Recognition,
    ) -> bool:
        """Return whether a recognition at a capture device is wanted."""
        return (
            (
                device_id in self.places
                or (
                    device_id in self.doors
                    and not self.followed.isdisjoint(followed_device_ids)
                )
            )
            and (not self.person_types or seen.person_type in self.person_types)
            and (not self.person or self._is_called(followed_device_ids, seen))
        )

    def _is_called(
        self, followed_device_ids: AbstractSet[str], seen: Recognition
    ) -> bool:
        return (
            id_key(seen.identity_id) == id_key(self.person)
            or _is_part(self.person, given_name(seen.identity_name))
            or not self.called.isdisjoint(followed_device_ids)
        )


def _is_part(text: str, name: str | None) -> bool:
    return bool(text) and name_key(text) in name_key(name)
