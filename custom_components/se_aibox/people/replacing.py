"""Forgets what is followed of a box that was replaced."""

from homeassistant.core import HomeAssistant, callback

from ..const import DOMAIN
from .following import is_people_entry
from .identity import FollowedPerson


@callback
def async_forget_unnamed(hass: HomeAssistant, entry_id: str) -> None:
    """Take identities without a name on a box from followed people.

    An id with its name is somebody's on any box. An id alone may be anybody's on
    another one, so it belongs to nobody until the user has confirmed it.
    """
    # Loaded or not: they are stored in the entry.
    for entry in filter(is_people_entry, hass.config_entries.async_entries(DOMAIN)):
        for subentry in [*entry.subentries.values()]:
            person = FollowedPerson.from_data(subentry.data)
            for identity in [*person.identities.values()]:
                person = person.with_identity(identity.without_unnamed(entry_id))
            hass.config_entries.async_update_subentry(
                entry, subentry, data=person.as_data()
            )
