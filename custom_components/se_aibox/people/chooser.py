"""Asks which of the found people to follow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, override

import voluptuous as vol

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ..aibox.names import id_key, person_label
from ..const import DOMAIN, PERSON
from ..text import async_words
from .finder import Finder
from .following import is_people_entry
from .form import (
    CONF_NAME,
    CONF_ONE_PERSON,
    DETAILS_SCHEMA,
    SEARCH_SCHEMA,
    Form,
    choice_schema,
)
from .identity import CONF_IDENTITIES, CONF_PERSON, FollowedPerson, Identity
from .search import Hit


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to follow from now on."""

    name: str
    followed: FollowedPerson

    def as_subentry(self) -> ConfigSubentry:
        """Return the config subentry of the person."""
        return ConfigSubentry(
            data=MappingProxyType(self.followed.as_data()),
            subentry_type=PERSON,
            title=self.name,
            unique_id=None,
        )


class Chooser(Finder):
    """The search, and the found people to follow."""

    def __init__(self, hass: HomeAssistant, *, adds_to: str | None = None) -> None:
        """Start without a result.

        `adds_to` is the subentry of a followed person who gets the selected ids.
        """
        super().__init__(hass, SEARCH_SCHEMA)
        # The selected hits, grouped by the person to follow.
        self.chosen: Sequence[Sequence[Hit]] = ()
        self._adds_to = adds_to

    @override
    def _schema(self, labels: Mapping[str, str]) -> vol.Schema:
        return choice_schema(labels, may_be_several=self._adds_to is None)

    @callback
    @override
    def _followed(self, hits: Sequence[Hit]) -> Sequence[str | None]:
        return [self._followed_by(hit.identity) for hit in hits]

    @override
    def _take(
        self, user_input: Mapping[str, Any]
    ) -> tuple[dict[str, str], dict[str, str]]:
        if not self._result.selectable:
            return {"base": "everybody_followed"}, {}
        found = self._result.found.hits
        hits = [found[int(number)] for number in user_input[CONF_IDENTITIES]]
        if not hits:
            return {CONF_IDENTITIES: "nobody_chosen"}, {}
        for hit in hits:
            # Perhaps only since the form was shown.
            if (person := self._followed_by(hit.identity)) is not None:
                return {"base": "already_followed"}, {
                    "person": person,
                    "identity_id": hit.identity_id,
                }
        is_one = self._adds_to is not None or user_input.get(CONF_ONE_PERSON, False)
        self.chosen = [hits] if is_one else [[hit] for hit in hits]
        return {}, {}

    @callback
    def _followed_by(self, identity: Identity) -> str | None:
        """Return the other person who is followed by an identity."""
        for entry in self._hass.config_entries.async_entries(DOMAIN):
            for subentry in entry.subentries.values() if is_people_entry(entry) else ():
                known = FollowedPerson.from_data(subentry.data).identities
                other = known.get(id_key(identity.identity_id))
                if (
                    subentry.subentry_id != self._adds_to
                    and other
                    and other.overlaps(identity)
                ):
                    return subentry.title
        return None

    async def async_name(self, user_input: Mapping[str, Any] | None) -> Form | None:
        """Ask for the name of one person; several keep the box's names."""
        if len(self.chosen) > 1 or (user_input and user_input[CONF_NAME].strip()):
            return None
        [hits] = self.chosen
        return Form(
            DETAILS_SCHEMA,
            user_input or {CONF_NAME: hits[0].name},
            {CONF_NAME: "no_name"} if user_input else {},
        )

    async def async_people(self, user_input: Mapping[str, Any]) -> list[NewPerson]:
        """Return the people to follow; one has the entered name."""
        words = await async_words(self._hass)
        person = stored_person(self._hass, user_input.get(CONF_PERSON))
        return [
            NewPerson(
                user_input.get(CONF_NAME, "").strip()
                or person_label(words, hits[0].name, hits[0].identity_id),
                FollowedPerson.of([hit.identity for hit in hits], person),
            )
            for hits in self.chosen
        ]


@callback
def stored_person(hass: HomeAssistant, entity_id: str | None) -> str | None:
    """Return how a Home Assistant person is stored."""
    entity = er.async_get(hass).async_get(entity_id) if entity_id else None
    # The registry id survives a change of the entity id.
    return entity.id if entity else entity_id
