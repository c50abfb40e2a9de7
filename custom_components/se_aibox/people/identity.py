"""A followed person: which identities on the boxes are theirs, and what makes one doubtful. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

CONF_IDENTITIES = "identities"
CONF_PERSON = "person"

# What boxes call who was enrolled without a name (PROTOCOL §1).
_NAMELESS = "佚名"


def known_name(name: str | None) -> str:
    """Return a name as an identity keeps it: empty where a box has none."""
    return "" if name is None or name == _NAMELESS else name


@dataclass(frozen=True, slots=True)
class Renaming:
    """A name under a followed id that is in doubt, until the user says whether it is the person."""

    renaming_id: str
    # The config entry of the box that said it.
    entry_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Identity:
    """An identity id with the name that each box has for it.

    Boxes may number people alike: the id alone tells a person from the others on one box only. A typed id that
    no box knew has no names, and is nobody's until the user says whose it is: whoever is recognised first with
    that number may be anybody.
    """

    identity_id: str
    # By the box's config entry; a nameless identity has an empty name.
    names: Mapping[str, str] = field(default_factory=dict)
    # While there is one, the id is nobody's.
    renaming: Renaming | None = None

    def is_known_as(self, entry_id: str, name: str) -> bool:
        """Return whether a recognition on a box, with the id and that name, is of the person.

        A name that one box has counts on every box; without a name, the id counts on a box that has it like that.
        """
        return self.renaming is None and self._has(entry_id, name)

    def _has(self, entry_id: str, name: str) -> bool:
        return self.names.get(entry_id) == name or (
            bool(name) and name in self.names.values()
        )

    def is_doubtful(self, entry_id: str, name: str) -> bool:
        """Return whether the user has to say who a recognition is of.

        A box that knew the id has another name for it now, or an id that no box knew is recognised at last. Another
        name on a box that never knew the id is somebody else with the same number.
        """
        return (
            self.renaming is None
            and (not self.names or entry_id in self.names)
            and not self._has(entry_id, name)
        )

    def named(self, entry_id: str, name: str) -> Identity:
        """Return the identity with what a box calls it, as beyond doubt."""
        if self.renaming is None and self.names.get(entry_id) == name:
            return self
        return Identity(self.identity_id, {**self.names, entry_id: name})

    def overlaps(self, other: Identity) -> bool:
        """Return whether a recognition could be of both."""
        return self.identity_id == other.identity_id and (
            not self.names
            or not other.names
            or any(self._has(*named) for named in other.names.items())
        )

    def as_dict(self) -> dict[str, Any]:
        """Return what is stored."""
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
        """Read what was stored."""
        renaming = data["renaming"]
        return cls(
            data["identity_id"],
            data["names"],
            None if renaming is None else Renaming(**renaming),
        )


@dataclass(frozen=True, slots=True)
class FollowedPerson:
    """A person whom the user follows, as the config subentry says."""

    identities: Mapping[str, Identity]
    # A person of Home Assistant: an id of the entity registry, which survives another entity id.
    person: str | None = None

    @classmethod
    def of(cls, identities: Iterable[Identity], person: str | None = None) -> Self:
        """Return a person with these identities; the same id on several boxes becomes one."""
        merged: dict[str, Identity] = {}
        for identity in identities:
            known = merged.get(identity.identity_id, identity)
            merged[identity.identity_id] = Identity(
                identity.identity_id,
                {**known.names, **identity.names},
                # To choose an id by its name answers whose it is.
                identity.renaming if identity.names else known.renaming,
            )
        return cls(merged, person)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read a subentry's data."""
        identities = map(Identity.from_dict, data[CONF_IDENTITIES])
        return cls(
            {identity.identity_id: identity for identity in identities},
            data[CONF_PERSON],
        )

    def as_data(self) -> dict[str, Any]:
        """Return what a subentry stores."""
        return {
            CONF_IDENTITIES: [
                identity.as_dict() for identity in self.identities.values()
            ],
            CONF_PERSON: self.person,
        }

    def with_identity(self, identity: Identity) -> FollowedPerson:
        """Return the person with an identity put in place of the one with its id."""
        return replace(
            self, identities={**self.identities, identity.identity_id: identity}
        )

    def without_identity(self, identity_id: str) -> FollowedPerson:
        """Return the person without an id."""
        return replace(
            self,
            identities={
                key: identity
                for key, identity in self.identities.items()
                if key != identity_id
            },
        )
