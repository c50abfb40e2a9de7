"""Identities of followed people, and doubts about them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from ..aibox.names import given_name, id_key, name_key

CONF_IDENTITIES = "identities"
CONF_PERSON = "person"


def stored_name(name: str | None) -> str:
    """Return a name as stored, empty without one."""
    return given_name(name) or ""


@dataclass(frozen=True, slots=True)
class Renaming:
    """A new name of a followed id, not confirmed yet."""

    renaming_id: str
    # The config entry of the box that reported it.
    entry_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Identity:
    """An identity id with the name that each box has for it.

    Boxes may give one id to different people, so an id alone identifies a person on one
    box only. A typed id that no box knew has no names. It belongs to no one until the
    user confirms it, because anyone may be the first person recognized with it.
    """

    identity_id: str
    # By the config entry of the box; empty for an identity without a name.
    names: Mapping[str, str] = field(default_factory=dict)
    # While it is set, the id belongs to no one.
    renaming: Renaming | None = None

    def is_known_as(self, entry_id: str, name: str) -> bool:
        """Return whether a recognition with this name on a box is of the person.

        A name that one box has counts on every box. Without a name, the id counts only
        on a box for which an empty name is stored.
        """
        return self.renaming is None and self._has(entry_id, name)

    def _has(self, entry_id: str, name: str) -> bool:
        key = name_key(name)
        return self._has_on(entry_id, name) or (
            bool(key) and key in map(name_key, self.names.values())
        )

    def _has_on(self, entry_id: str, name: str) -> bool:
        known = self.names.get(entry_id)
        return known is not None and name_key(known) == name_key(name)

    def is_doubtful(self, entry_id: str, name: str) -> bool:
        """Return whether the user has to confirm the person.

        This is so if a box that knew the id has another name for it now, or if an id
        that no box knew is recognized. Another name on a box that never knew the id is
        another person with the same id.
        """
        return (
            self.renaming is None
            and (not self.names or entry_id in self.names)
            and not self._has(entry_id, name)
        )

    def named(self, entry_id: str, name: str) -> Identity:
        """Return the identity with a box's confirmed name."""
        if self.renaming is None and self._has_on(entry_id, name):
            return self
        return Identity(self.identity_id, {**self.names, entry_id: name})

    def without_unnamed(self, entry_id: str) -> Identity:
        """Return the identity without a box on which it has no name."""
        if self.names.get(entry_id) != "":
            return self
        names = {key: name for key, name in self.names.items() if key != entry_id}
        return replace(self, names=names)

    def overlaps(self, other: Identity) -> bool:
        """Return whether one recognition could be of both identities."""
        return id_key(self.identity_id) == id_key(other.identity_id) and (
            not self.names
            or not other.names
            or any(self._has(*named) for named in other.names.items())
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the data to store."""
        renaming = self.renaming
        return {
            "identity_id": self.identity_id,
            "names": dict(self.names),
            "renaming": None
            if renaming is None
            else {
                "renaming_id": renaming.renaming_id,
                "entry_id": renaming.entry_id,
                "name": renaming.name,
            },
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return the identity in stored data."""
        renaming = data["renaming"]
        return cls(
            data["identity_id"],
            data["names"],
            None if renaming is None else Renaming(**renaming),
        )


@dataclass(frozen=True, slots=True)
class FollowedPerson:
    """A followed person, as stored in a config subentry."""

    # By the key of the id.
    identities: Mapping[str, Identity]
    # A Home Assistant person, by registry id, which survives a change of the entity id.
    person: str | None = None

    @classmethod
    def of(cls, identities: Iterable[Identity], person: str | None = None) -> Self:
        """Return a person, with identities of the same id merged."""
        merged: dict[str, Identity] = {}
        for identity in identities:
            key = id_key(identity.identity_id)
            known = merged.get(key, identity)
            merged[key] = Identity(
                identity.identity_id,
                {**known.names, **identity.names},
                # Choosing an id by its name confirms that it is the person's.
                identity.renaming if identity.names else known.renaming,
            )
        return cls(merged, person)

    @property
    def names(self) -> frozenset[str]:
        """Return the names that boxes have for the person."""
        return frozenset(
            name
            for identity in self.identities.values()
            for name in identity.names.values()
            if name
        )

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Return the person in a subentry's data."""
        identities = map(Identity.from_dict, data[CONF_IDENTITIES])
        return cls(
            {id_key(identity.identity_id): identity for identity in identities},
            data[CONF_PERSON],
        )

    def as_data(self) -> dict[str, Any]:
        """Return the data to store in a subentry."""
        return {
            CONF_IDENTITIES: [
                identity.as_dict() for identity in self.identities.values()
            ],
            CONF_PERSON: self.person,
        }

    def with_identity(self, identity: Identity) -> FollowedPerson:
        """Return the person with an identity added or replaced."""
        return replace(
            self,
            identities={**self.identities, id_key(identity.identity_id): identity},
        )

    def without_identity(self, identity_id: str) -> FollowedPerson:
        """Return the person without an id."""
        return replace(
            self,
            identities={
                key: identity
                for key, identity in self.identities.items()
                if key != id_key(identity_id)
            },
        )
