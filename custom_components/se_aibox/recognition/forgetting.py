"""Matches the data of a person to forget. Pure."""

from dataclasses import dataclass, field

from ..aibox.names import given_name, id_key, name_key
from .sighting import Key, Sighting


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The identity to forget."""

    identity_id: str = field(repr=False)
    # Empty for an identity without a name.
    name: str = field(repr=False)
    # The config entries of the boxes that had the identity under this name. There, the
    # id alone is enough, even for records with an earlier name.
    entry_ids: frozenset[str]

    def includes(
        self, entry_id: str, identity_id: str | None, name: str | None
    ) -> bool:
        """Return whether an identity of a box is this one."""
        # On other boxes, the id alone may belong to another person.
        wanted = name_key(self.name)
        return id_key(identity_id) == id_key(self.identity_id) and (
            entry_id in self.entry_ids
            or (bool(wanted) and name_key(given_name(name)) == wanted)
        )

    def is_in(self, sighting: Sighting) -> bool:
        """Return whether a sighting shows the identity."""
        who = sighting.recognition
        return self.includes(sighting.entry_id, who.identity_id, who.identity_name)

    @property
    def person_keys(self) -> frozenset[Key]:
        """The keys of sightings on the boxes that had the identity."""
        return frozenset(
            ("identity", entry_id, id_key(self.identity_id))
            for entry_id in self.entry_ids
        )
