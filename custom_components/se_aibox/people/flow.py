"""Subentry flow that adds or changes a followed person."""

from collections.abc import Sequence
from typing import Any

import voluptuous as vol

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntryState,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import TextSelector, TextSelectorConfig

from ..aibox.names import id_key
from ..coordinator import async_loaded_boxes
from ..text import as_markdown, in_both
from .form import (
    CONF_NAME,
    async_hit_labels,
    details_schema,
    identities_schema,
    identity_label,
)
from .identity import CONF_IDENTITIES, CONF_PERSON, FollowedPerson, Identity
from .search import Hit, SearchResult, async_look_up, async_search

CONF_IDENTITY_IDS = "identity_ids"
CONF_TEXT = "text"

_SEARCH_SCHEMA = vol.Schema(
    {
        vol.Optional(CONF_TEXT): TextSelector(),
        vol.Optional(CONF_IDENTITY_IDS): TextSelector(
            TextSelectorConfig(multiple=True)
        ),
    }
)


class PersonFlow(ConfigSubentryFlow):
    """Adds a followed person, or changes one."""

    def __init__(self) -> None:
        """Start without search results."""
        self._hits: Sequence[Hit] = ()
        self._suggested: list[str] = []
        self._unsearched: Sequence[str] = ()
        self._withheld: Sequence[str] = ()
        self._chosen: list[Identity] = []
        self._suggested_name = ""

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Start following a person."""
        if self._get_entry().state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="entry_not_loaded")
        return await self.async_step_search()

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Show what can be changed."""
        options = ["details", "search"]
        if self._followed.identities:
            options.append("forget")
        return self.async_show_menu(
            step_id="reconfigure",
            menu_options=options,
            description_placeholders={
                "person": self._get_reconfigure_subentry().title,
                "identities": as_markdown(
                    ", ".join(map(identity_label, self._followed.identities.values()))
                )
                or "–",
            },
        )

    async def async_step_search(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for a name or ids to search for."""
        errors: dict[str, str] = {}
        placeholders: dict[str, str] = {}
        if user_input is not None:
            text = user_input.get(CONF_TEXT, "").strip()
            typed = (item.strip() for item in user_input.get(CONF_IDENTITY_IDS, ()))
            identity_ids = [item for item in dict.fromkeys(typed) if item]
            error = await self._async_search(text, identity_ids)
            if error is None:
                return await self.async_step_choose()
            errors["base"] = error
            placeholders["boxes"] = ", ".join(self._unsearched)
            placeholders["withheld"] = ", ".join(self._withheld)
        return self.async_show_form(
            step_id="search",
            data_schema=self.add_suggested_values_to_schema(_SEARCH_SCHEMA, user_input),
            errors=errors,
            description_placeholders=placeholders,
        )

    async def _async_search(self, text: str, identity_ids: list[str]) -> str | None:
        """Search, and return the error key, if any."""
        found = SearchResult((), (), ())
        if text or not identity_ids:
            if not async_loaded_boxes(self.hass):
                return "no_boxes"
            found = await async_search(self.hass, text)
            self._unsearched, self._withheld = found.incomplete, found.withheld
            if not found.hits:
                return self._nobody_found()
        looked_up = await async_look_up(self.hass, identity_ids)
        self._hits = tuple(dict.fromkeys((*looked_up.hits, *found.hits)))
        self._unsearched = tuple(
            dict.fromkeys((*looked_up.incomplete, *found.incomplete))
        )
        self._withheld = looked_up.withheld or found.withheld
        self._suggested = _unambiguous(looked_up.hits)
        return None

    def _nobody_found(self) -> str:
        """Return the error key after a search without hits."""
        if self._withheld:
            return "nobody_found_without_photos"
        return "nobody_found_yet" if self._unsearched else "nobody_found"

    async def async_step_choose(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask which results are the person."""
        errors: dict[str, str] = {}
        placeholders = {
            "count": str(sum(bool(hit.entry_ids) for hit in self._hits)),
            # Errors use them, too, and are not Markdown.
            **in_both(
                boxes=", ".join(self._unsearched), withheld=", ".join(self._withheld)
            ),
        }
        if user_input is not None:
            hits = [self._hits[int(number)] for number in user_input[CONF_IDENTITIES]]
            self._chosen = [hit.identity for hit in hits]
            if not hits:
                errors[CONF_IDENTITIES] = "nobody_chosen"
            elif (error := self._refuse_followed(placeholders)) is not None:
                errors["base"] = error
            else:
                self._suggested_name = hits[0].name
                return await self._async_use_chosen()
        labels = await async_hit_labels(self.hass, self._hits)
        schema = identities_schema({str(n): label for n, label in enumerate(labels)})
        return self.async_show_form(
            step_id=self._choose_step,
            data_schema=self.add_suggested_values_to_schema(
                schema, user_input or {CONF_IDENTITIES: self._suggested}
            ),
            errors=errors,
            description_placeholders=placeholders,
        )

    async def async_step_choose_of_some(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Handle the selection after an incomplete search."""
        return await self.async_step_choose(user_input)

    async def async_step_choose_without_photos(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Handle the selection when some boxes were not asked."""
        return await self.async_step_choose(user_input)

    @property
    def _choose_step(self) -> str:
        """The same form, with a description of its own."""
        if self._withheld:
            return "choose_without_photos"
        return "choose_of_some" if self._unsearched else "choose"

    def _refuse_followed(self, placeholders: dict[str, str]) -> str | None:
        """Return the error key if somebody else is followed by a chosen id."""
        own = self._reconfigure_subentry_id if self._is_reconfigured else None
        for subentry in self._get_entry().subentries.values():
            known = FollowedPerson.from_data(subentry.data).identities
            for identity in self._chosen:
                other = known.get(id_key(identity.identity_id))
                if subentry.subentry_id != own and other and other.overlaps(identity):
                    placeholders["person"] = subentry.title
                    placeholders["identity_id"] = identity.identity_id
                    return "already_followed"
        return None

    async def _async_use_chosen(self) -> SubentryFlowResult:
        """Name a new person, or add identities to a followed one."""
        if not self._is_reconfigured:
            return await self.async_step_details()
        followed = self._followed
        return self._update(
            FollowedPerson.of(
                [*followed.identities.values(), *self._chosen], followed.person
            )
        )

    async def async_step_details(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for a name and a Home Assistant person."""
        errors: dict[str, str] = {}
        registry = er.async_get(self.hass)
        if user_input is not None:
            person = user_input.get(CONF_PERSON)
            entity = registry.async_get(person) if person else None
            # The registry id survives a change of the entity id.
            person = entity.id if entity else person
            if name := user_input[CONF_NAME].strip():
                return self._save(name, person)
            errors[CONF_NAME] = "no_name"
        elif self._is_reconfigured:
            person = self._followed.person
            user_input = {
                CONF_NAME: self._get_reconfigure_subentry().title,
                CONF_PERSON: er.async_resolve_entity_id(registry, person)
                if person
                else None,
            }
        else:
            user_input = {CONF_NAME: self._suggested_name}
        return self.async_show_form(
            step_id="details",
            data_schema=self.add_suggested_values_to_schema(
                details_schema(), user_input
            ),
            errors=errors,
        )

    def _save(self, name: str, person: str | None) -> SubentryFlowResult:
        if self._is_reconfigured:
            identities = self._followed.identities
            return self._update(FollowedPerson(identities, person), name)
        return self.async_create_entry(
            title=name, data=FollowedPerson.of(self._chosen, person).as_data()
        )

    async def async_step_forget(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask which ids no longer belong to the person."""
        errors: dict[str, str] = {}
        followed = self._followed
        if user_input is not None:
            for identity_id in user_input[CONF_IDENTITIES]:
                followed = followed.without_identity(identity_id)
            if followed.identities:
                return self._update(followed)
            errors[CONF_IDENTITIES] = "nothing_left"
        labels = {
            identity_id: identity_label(identity)
            for identity_id, identity in self._followed.identities.items()
        }
        return self.async_show_form(
            step_id="forget", data_schema=identities_schema(labels), errors=errors
        )

    @property
    def _is_reconfigured(self) -> bool:
        return self.source == SOURCE_RECONFIGURE

    @property
    def _followed(self) -> FollowedPerson:
        return FollowedPerson.from_data(self._get_reconfigure_subentry().data)

    def _update(
        self, followed: FollowedPerson, title: str | None = None
    ) -> SubentryFlowResult:
        subentry = self._get_reconfigure_subentry()
        return self.async_update_and_abort(
            self._get_entry(),
            subentry,
            data=followed.as_data(),
            title=title or subentry.title,
        )


def _unambiguous(hits: Sequence[Hit]) -> list[str]:
    """Return the positions of hits whose id occurs once."""
    # Several hits with one id may be different people: the user has to choose.
    ids = [id_key(hit.identity_id) for hit in hits]
    return [str(n) for n, identity_id in enumerate(ids) if ids.count(identity_id) == 1]
