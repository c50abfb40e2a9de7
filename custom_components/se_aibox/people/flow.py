"""Subentry flow that adds or changes followed people."""

from typing import Any, override

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntryState,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er

from ..text import as_markdown, async_words, listed
from .chooser import Chooser, stored_person
from .form import (
    CONF_NAME,
    NAME_SCHEMA,
    PERSON_SCHEMA,
    Form,
    identities_schema,
    identity_label,
)
from .identity import CONF_IDENTITIES, CONF_PERSON, FollowedPerson


class PersonFlow(ConfigSubentryFlow):
    """Adds followed people, or changes one."""

    _chooser: Chooser | None = None

    @property
    def chooser(self) -> Chooser:
        """The search and the choice of this flow."""
        if self._chooser is None:
            own = self._reconfigure_subentry_id if self._is_reconfigured else None
            self._chooser = Chooser(self.hass, adds_to=own)
        return self._chooser

    @callback
    @override
    def async_remove(self) -> None:
        """End the search with the flow."""
        if self._chooser is not None:
            self._chooser.async_close()

    def _show(self, step_id: str, form: Form) -> SubentryFlowResult:
        return self.async_show_form(step_id=step_id, **form.arguments(self))

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Start following people."""
        if self._get_entry().state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="entry_not_loaded")
        return await self.async_step_search()

    async def async_step_search(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for a name or ids to search for."""
        if (form := await self.chooser.async_search(user_input)) is not None:
            return self._show("search", form)
        return await self.async_step_select()

    async def async_step_select(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask which results are meant."""
        if (form := await self.chooser.async_choose(user_input)) is not None:
            return self._show("select", form)
        if not self._is_reconfigured:
            return await self.async_step_details()
        [hits] = self.chooser.chosen
        identities = [*self._followed.identities.values()]
        return self._update(
            FollowedPerson.of(
                [*identities, *(hit.identity for hit in hits)], self._followed.person
            )
        )

    async def async_step_details(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for the name of one person; follow all chosen ones."""
        if (form := await self.chooser.async_name(user_input)) is not None:
            return self._show("details", form)
        *others, last = await self.chooser.async_people(user_input or {})
        for person in others:
            self.hass.config_entries.async_add_subentry(
                self._get_entry(), person.as_subentry()
            )
        return self.async_create_entry(title=last.name, data=last.followed.as_data())

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Show what can be changed."""
        words = await async_words(self.hass)
        options = ["name", "person", "search"]
        if self._followed.identities:
            options.append("forget")
        return self.async_show_menu(
            step_id="reconfigure",
            menu_options=options,
            description_placeholders={
                "person": self._get_reconfigure_subentry().title,
                "identities": as_markdown(
                    listed(
                        words,
                        [
                            identity_label(words, identity)
                            for identity in self._followed.identities.values()
                        ],
                    )
                )
                or "–",
            },
        )

    async def async_step_name(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for another name."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if name := user_input[CONF_NAME].strip():
                return self._update(self._followed, name)
            errors[CONF_NAME] = "no_name"
        title = self._get_reconfigure_subentry().title
        return self._show("name", Form(NAME_SCHEMA, {CONF_NAME: title}, errors))

    async def async_step_person(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for the Home Assistant person."""
        followed = self._followed
        if user_input is not None:
            person = stored_person(self.hass, user_input.get(CONF_PERSON))
            return self._update(FollowedPerson(followed.identities, person))
        registry = er.async_get(self.hass)
        known = followed.person and er.async_resolve_entity_id(
            registry, followed.person
        )
        return self._show("person", Form(PERSON_SCHEMA, {CONF_PERSON: known}))

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
        words = await async_words(self.hass)
        labels = {
            identity_id: identity_label(words, identity)
            for identity_id, identity in self._followed.identities.items()
        }
        return self._show("forget", Form(identities_schema(labels), errors=errors))

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
