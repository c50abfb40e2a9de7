"""Config flow that follows people: the first ones, and more later."""

from typing import Any, override

from homeassistant.config_entries import (
    ConfigEntryState,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentryData,
)
from homeassistant.core import callback

from ..const import CONF_ENTRY_TYPE, PEOPLE, PERSON
from ..text import as_markdown, async_words, listed
from .chooser import Chooser, NewPerson
from .following import is_people_entry
from .form import Form, async_people_title


class PeopleConfigFlow(ConfigFlow):
    """The steps that follow people.

    They are those of the subentry flow. A config flow cannot open that one after an
    abort, and would end by sending the user elsewhere.
    """

    _chooser: Chooser | None = None

    @callback
    @override
    def async_remove(self) -> None:
        """End the search with the flow."""
        if self._chooser is not None:
            self._chooser.async_close()

    async def async_step_people(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Follow people."""
        await self.async_set_unique_id(PEOPLE, raise_on_progress=False)
        for entry in self._async_current_entries(include_ignore=False):
            if is_people_entry(entry) and entry.state is not ConfigEntryState.LOADED:
                return self.async_abort(reason="people_not_loaded")
        return await self.async_step_search()

    async def async_step_search(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a name or ids to search for."""
        if self._chooser is None:
            self._chooser = Chooser(self.hass)
        if (form := await self._chooser.async_search(user_input)) is not None:
            return self._show("search", form)
        return await self.async_step_select()

    async def async_step_select(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask which results are meant."""
        assert self._chooser is not None
        if (form := await self._chooser.async_choose(user_input)) is not None:
            return self._show("select", form)
        return await self.async_step_details()

    async def async_step_details(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the name of one person; follow all chosen ones."""
        assert self._chooser is not None
        if (form := await self._chooser.async_name(user_input)) is not None:
            return self._show("details", form)
        return await self._async_follow(
            await self._chooser.async_people(user_input or {})
        )

    async def _async_follow(self, people: list[NewPerson]) -> ConfigFlowResult:
        """Add people to the entry, or create it with them."""
        for entry in self._async_current_entries(include_ignore=False):
            if is_people_entry(entry):
                for person in people:
                    self.hass.config_entries.async_add_subentry(
                        entry, person.as_subentry()
                    )
                names = listed(
                    await async_words(self.hass), [new.name for new in people]
                )
                return self.async_abort(
                    reason="people_followed",
                    description_placeholders={"people": as_markdown(names)},
                )
        return self.async_create_entry(
            title=await async_people_title(self.hass),
            data={CONF_ENTRY_TYPE: PEOPLE},
            subentries=[
                ConfigSubentryData(
                    data=person.followed.as_data(),
                    subentry_type=PERSON,
                    title=person.name,
                    unique_id=None,
                )
                for person in people
            ],
        )

    def _show(self, step_id: str, form: Form) -> ConfigFlowResult:
        return self.async_show_form(step_id=step_id, **form.arguments(self))
