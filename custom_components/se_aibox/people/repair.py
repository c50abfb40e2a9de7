"""Asks the user whose a followed id is that changed its name, or that no box knew when it was typed."""

from typing import Any

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN
from .following import People


class DoubtfulIdentityFlow(RepairsFlow):
    """The person's, or somebody else's."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Ask."""
        issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        return self.async_show_menu(
            step_id="init",
            menu_options=["same_person", "stop_following"],
            description_placeholders=issue.translation_placeholders if issue else None,
        )

    async def async_step_same_person(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Follow the id under that name."""
        people = self._people
        return self._finish(
            people is not None and people.async_confirm(*self._renaming)
        )

    async def async_step_stop_following(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Follow the id no more."""
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
