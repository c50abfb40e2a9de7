"""Forgets the followed identities of a replaced box."""

from homeassistant.core import HomeAssistant, callback

from ..const import DOMAIN
from .following import is_people_entry
from .identity import FollowedPerson


@callback
def async_forget_unnamed(hass: HomeAssistant, entry_id: str) -> None:
    """Remove identities without a name on a box from followed people.

    An id with its name is the same person on any box. An id alone may be another person
    on another box, so it belongs to no one until the user confirms it.
    """
    # Also of an entry that is not loaded: it stores the people.
    for entry in filter(is_people_entry, hass.config_entries.async_entries(DOMAIN)):
        for subentry in [*entry.subentries.values()]:
            person = FollowedPerson.from_data(subentry.data)
            for identity in [*person.identities.values()]:
                person = person.with_identity(identity.without_unnamed(entry_id))
            hass.config_entries.async_update_subentry(
                entry, subentry, data=person.as_data()
            )
