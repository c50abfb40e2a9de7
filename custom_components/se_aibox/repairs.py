"""The repair flows for what only the user can decide.

All other issues are fixed on the box, and explain how.
"""

from typing import Any, override

from homeassistant.components.repairs import (
    ConfirmRepairFlow,
    RepairsFlow,
    RepairsFlowResult,
)
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from .box.update import async_update_box
from .const import CONF_ACCEPTS_SILENCE, CONF_PUSH_ADDRESSES, DOMAIN
from .flow.added_anew import AddedAnewFlow
from .people.following import People
from .people.visitors import async_release


async def async_create_fix_flow(
    hass: HomeAssistant,
    issue_id: str,
    data: dict[str, str | int | float | None] | None,
) -> RepairsFlow:
    """Return the repair flow of an issue."""
    if data is None:
        return ConfirmRepairFlow()
    if "visit_id" in data:
        return VisitFlow()
    if "replaced_id" in data:
        return AddedAnewFlow()
    # The others with data are those of boxes.
    return DoubtfulIdentityFlow() if "subentry_id" in data else BoxFlow()


class BoxFlow(ConfirmRepairFlow):
    """Asks whether to accept what a box cannot prove."""

    @override
    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Ask, then store the answer."""
        if user_input is not None:
            data = self.data or {}
            entry = self.hass.config_entries.async_get_entry(str(data["entry_id"]))
            if entry is None:
                return self.async_abort(reason="no_longer_asked")
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
        """Show the choices."""
        issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        return self.async_show_menu(
            step_id="init",
            menu_options=["same_person", "stop_following"],
            description_placeholders=issue.translation_placeholders if issue else None,
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
