"""Searches for people, and asks whom of them to follow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import voluptuous as vol

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ..aibox.names import id_key, person_label
from ..const import DOMAIN, PERSON
from ..coordinator import async_loaded_boxes
from ..text import async_words, listed
from .following import is_people_entry
from .form import (
    CONF_IDENTITY_IDS,
    CONF_NAME,
    CONF_ONE_PERSON,
    CONF_TEXT,
    DETAILS_SCHEMA,
    SEARCH_SCHEMA,
    async_hit_labels,
    choice_schema,
)
from .identity import CONF_IDENTITIES, CONF_PERSON, FollowedPerson, Identity
from .photos import FoundPhotos
from .result import Result, async_description
from .search import Hit, SearchResult, async_look_up, async_search


@dataclass(frozen=True, slots=True)
class Form:
    """A form to show."""

    schema: vol.Schema
    suggested: Mapping[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    placeholders: Mapping[str, str] = field(default_factory=dict)


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


class Chooser:
    """The search, its result and the choice, for any flow.

    A step returns the form to show, or None once it is answered.
    """

    def __init__(self, hass: HomeAssistant, *, adds_to: str | None = None) -> None:
        """Start without a result.

        `adds_to` is the subentry of a followed person who gets the chosen ids.
        """
        # Whom the user chose, each one for a person of their own or all for one.
        self.chosen: Sequence[Sequence[Hit]] = ()
        self._hass = hass
        self._adds_to = adds_to
        self._photos = FoundPhotos(hass)
        self._result = Result()

    @callback
    def async_close(self) -> None:
        """Show no photos any more."""
        self._photos.async_clear()

    async def async_search(self, user_input: Mapping[str, Any] | None) -> Form | None:
        """Ask for a name or ids to search for."""
        if user_input is None:
            return Form(SEARCH_SCHEMA)
        error, found = await self._async_ask(*_question(user_input))
        if error is None:
            return None
        titles = _titles(found, await async_words(self._hass))
        return Form(SEARCH_SCHEMA, user_input, {"base": error}, titles)

    async def _async_ask(
        self, text: str, identity_ids: Sequence[str]
    ) -> tuple[str | None, SearchResult]:
        """Search; return the error key, if any, and what was found."""
        found = SearchResult()
        if not text and not identity_ids:
            return "no_text", found
        if text:
            if not async_loaded_boxes(self._hass):
                return "no_boxes", found
            found = await async_search(self._hass, text)
            if not found.hits:
                return _nobody_found(found), found
        looked_up = SearchResult()
        if identity_ids:
            looked_up = await async_look_up(self._hass, identity_ids)
        found = looked_up.joined(found)
        followed = [self._followed_by(hit.identity) for hit in found.hits]
        self._result = Result(found, followed, _unambiguous(looked_up.hits))
        return None, found

    async def async_choose(self, user_input: Mapping[str, Any] | None) -> Form | None:
        """Show whom the boxes have; ask whom to follow, or search again."""
        suggested: dict[str, Any] = dict(user_input or {})
        errors: dict[str, str] = {}
        placeholders: dict[str, str] = {}
        if user_input is None:
            suggested[CONF_IDENTITIES] = self._result.suggested
        elif any(question := _question(user_input)):
            error, found = await self._async_ask(*question)
            if error is None:
                return await self.async_choose(None)
            words = await async_words(self._hass)
            errors, placeholders = {"base": error}, _titles(found, words)
        else:
            errors, placeholders = self._take(user_input)
            if not errors:
                return None
        labels = await async_hit_labels(self._hass, self._result.found.hits)
        return Form(
            choice_schema(
                {str(n): labels[n] for n in self._result.selectable},
                may_be_several=self._adds_to is None,
            ),
            suggested,
            errors,
            {
                **placeholders,
                "result": await async_description(
                    self._hass, self._result, labels, self._photos
                ),
            },
        )

    def _take(
        self, user_input: Mapping[str, Any]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Take the choice; return errors and their placeholders."""
        if not self._result.selectable:
            return {"base": "everybody_followed"}, {}
        found = self._result.found.hits
        hits = [found[int(number)] for number in user_input[CONF_IDENTITIES]]
        if not hits:
            return {CONF_IDENTITIES: "nobody_chosen"}, {}
        for hit in hits:
            # Perhaps since the form was shown.
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
        """Return who else is followed by an identity."""
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
        """Ask for the name of one person; several have the box's."""
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


def _question(user_input: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Return the entered text and ids to search for."""
    typed = (item.strip() for item in user_input.get(CONF_IDENTITY_IDS, ()))
    return (
        user_input.get(CONF_TEXT, "").strip(),
        [item for item in dict.fromkeys(typed) if item],
    )


def _titles(found: SearchResult, words: Mapping[str, str]) -> dict[str, str]:
    """Return the placeholders of errors, which are not Markdown."""
    return {
        "boxes": listed(words, found.incomplete),
        "withheld": listed(words, found.withheld),
        "unsearchable": listed(words, found.unsearchable),
    }


def _nobody_found(found: SearchResult) -> str:
    """Return the error key after a search without hits."""
    if found.withheld:
        return "nobody_found_without_photos"
    if found.incomplete:
        return "nobody_found_yet"
    return "nobody_found_elsewhere" if found.unsearchable else "nobody_found"


def _unambiguous(hits: Sequence[Hit]) -> list[int]:
    """Return the positions of hits whose id occurs once."""
    # Several hits with one id may be different people: the user has to choose.
    ids = [id_key(hit.identity_id) for hit in hits]
    return [n for n, identity_id in enumerate(ids) if ids.count(identity_id) == 1]
