"""Stops following a person to forget."""

from dataclasses import dataclass

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ..const import DOMAIN
from ..recognition.forgetting import Forgotten
from .following import PeopleConfigEntry, is_people_entry
from .identity import FollowedPerson, Identity


@dataclass(frozen=True, slots=True)
class Unfollowed:
    """The people who are no longer followed."""

    # The numbers of people who were removed, and of people who keep other ids.
    removed: int
    reduced: int
    # The entities of those who were removed.
    entity_ids: tuple[str, ...]


@callback
def async_unfollow(hass: HomeAssistant, forgotten: Forgotten) -> Unfollowed:
    """Remove an identity from followed people, and people without others."""
    entity_ids: list[str] = []
    removed = reduced = 0
    # Also of an entry that is not loaded: it stores the people.
    for entry in filter(is_people_entry, hass.config_entries.async_entries(DOMAIN)):
        for subentry_id, subentry in [*entry.subentries.items()]:
            person = FollowedPerson.from_data(subentry.data)
            left = _without(person, forgotten)
            if left == person:
                continue
            if left.identities:
                reduced += 1
                hass.config_entries.async_update_subentry(
                    entry, subentry, data=left.as_data()
                )
                continue
            removed += 1
            entity_ids += _entity_ids(hass, entry, subentry_id)
            hass.config_entries.async_remove_subentry(entry, subentry_id)
    return Unfollowed(removed, reduced, tuple(entity_ids))


def _without(person: FollowedPerson, forgotten: Forgotten) -> FollowedPerson:
    for identity in person.identities.values():
        if _is_forgotten(identity, forgotten):
            person = person.without_identity(identity.identity_id)
    return person


def _is_forgotten(identity: Identity, forgotten: Forgotten) -> bool:
    return any(
        forgotten.includes(entry_id, identity.identity_id, name)
        for entry_id, name in identity.names.items()
    )


def _entity_ids(
    hass: HomeAssistant, entry: PeopleConfigEntry, subentry_id: str
) -> list[str]:
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return [
        each.entity_id for each in entities if each.config_subentry_id == subentry_id
    ]
