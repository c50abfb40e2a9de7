"""The repair flows for what only the user can decide."""

from typing import Any, override

from homeassistant.components.repairs import (
    ConfirmRepairFlow,
    RepairsFlow,
    RepairsFlowResult,
)
from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers import issue_registry as ir

from ..box.update import async_update_box
from ..const import CONF_ACCEPTS_SILENCE, CONF_PUSH_ADDRESSES, DOMAIN
from ..people.following import People
from ..people.visitors import async_release


class DoubtfulBoxFlow(ConfirmRepairFlow):
    """Asks whether to accept what a box cannot prove."""

    @override
    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Ask, then store the answer, unless the question is settled."""
        data = self.data or {}
        entry = self.hass.config_entries.async_get_entry(str(data["entry_id"]))
        issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        # It may also be about another address by now.
        if entry is None or issue is None or issue.data != self.data:
            return self.async_abort(reason="no_longer_asked")
        if user_input is not None:
            if address := data.get("address"):
                accepted = [*entry.data.get(CONF_PUSH_ADDRESSES, ()), address]
                answer: dict[str, Any] = {CONF_PUSH_ADDRESSES: accepted}
            else:
                answer = {CONF_ACCEPTS_SILENCE: True}
            async_update_box(self.hass, entry, answer)
        return await super().async_step_confirm(user_input)


class VisitFlow(ConfirmRepairFlow):
    """Asks whether to leave a visitor on a box for good."""

    @override
    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Ask, then end no visit there any more."""
        data = self.data or {}
        if user_input is not None and not await async_release(
            self.hass, str(data["visit_id"]), str(data["box_entry_id"])
        ):
            return self.async_abort(reason="no_longer_asked")
        return await super().async_step_confirm(user_input)


class DoubtfulIdentityFlow(RepairsFlow):
    """Asks whether an id belongs to the followed person.

    Either its name changed, or no box had the id when the user entered it.
    """

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Show the choices, unless the question is settled."""
        issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        if issue is None:
            return self._finish(answered=False)
        return self.async_show_menu(
            step_id="init",
            menu_options=["same_person", "stop_following"],
            description_placeholders=issue.translation_placeholders,
        )

    async def async_step_same_person(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Follow the id under its new name."""
        people = self._people
        return self._finish(
            people is not None and people.async_confirm(*self._renaming)
        )

    async def async_step_stop_following(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Stop following the id."""
        people = self._people
        return self._finish(
            people is not None and people.async_stop_following(*self._renaming)
        )

    @property
    def _people(self) -> People | None:
        data = self.data or {}
        entry = self.hass.config_entries.async_get_entry(str(data["entry_id"]))
        if entry is None or entry.state is not ConfigEntryState.LOADED:
            return None
        people: People = entry.runtime_data
        return people

    @property
    def _renaming(self) -> tuple[str, str]:
        data = self.data or {}
        return str(data["subentry_id"]), str(data["renaming_id"])

    def _finish(self, answered: bool) -> RepairsFlowResult:
        if not answered:
            return self.async_abort(reason="no_longer_asked")
        return self.async_create_entry(data={})
