"""The repair flow that ends a pass mode in which everyone passes."""

from collections.abc import Mapping
from typing import Any

import voluptuous as vol

from homeassistant.components.repairs import RepairsFlowResult

from ..aibox.exceptions import AiBoxError, is_in_doubt
from ..aibox.models import PassMode
from ..aibox.settings import Setting
from ..coordinator import SeAiBoxCoordinator
from ..text import async_words
from .box_fix import BoxFix, why

# As a box calls it.
_NORMAL = "normal"


class PassModeFlow(BoxFix):
    """Asks whether to let in only people whom the box recognizes."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Look at the mode, and show what it will be."""
        return await self._ask_or_change(changes=False)

    async def async_step_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Change the mode, unless it changed meanwhile."""
        return await self._ask_or_change(changes=user_input is not None)

    async def _ask_or_change(self, *, changes: bool) -> RepairsFlowResult:
        placeholders = self.filled()
        words = await async_words(self.hass)
        if (box := self.box) is None:
            return self.stop(words["fix_not_connected"])
        if changes:
            # No lockdown begins between the look and the change, which would end it.
            async with box.polls.pass_mode.change_lock:
                failure = await self._look(box, words) or await self._change(box, words)
            if failure is not None:
                return failure
            # Also clears the issue.
            await box.polls.pass_mode.async_refresh()
            return self.async_create_entry(data={})
        return await self._look(box, words) or self.async_show_form(
            step_id="confirm",
            data_schema=vol.Schema({}),
            description_placeholders=placeholders,
        )

    async def _look(
        self, box: SeAiBoxCoordinator, words: Mapping[str, str]
    ) -> RepairsFlowResult | None:
        """Return None while everyone passes and the box may be changed."""
        try:
            await box.client.rest.check_may_change()
            # The user agreed to end the opposite of a lockdown.
            if await box.client.rest.pass_mode() is not PassMode.EVERYONE:
                return self.async_abort(reason="no_longer_asked")
        except AiBoxError as error:
            return self.stop(why(words, error))
        return None

    async def _change(
        self, box: SeAiBoxCoordinator, words: Mapping[str, str]
    ) -> RepairsFlowResult | None:
        """Return None once the box has changed its mode."""
        try:
            # Reads back what the box has.
            await box.client.rest.change_setting(Setting.PASS_MODE, _NORMAL)
        except AiBoxError as error:
            return self.stop(why(words, error, in_doubt=is_in_doubt(error)))
        return None
