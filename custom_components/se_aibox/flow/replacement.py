"""The steps that ask whether another box replaces that of an entry."""

from typing import Any

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    OperationNotAllowed,
)

from ..box.address import Address
from ..box.registry import is_box_entry
from ..text import as_markdown, async_words
from .known import find_known
from .probe import FoundBox
from .replacing import Comparison, async_replace_box, old_box_words


class ReplacementConfigFlow(ConfigFlow):
    """Lets an entry have another box."""

    # Where a box was found.
    _address: Address
    _found: FoundBox
    _comparison: Comparison

    def _box_entries(self) -> list[ConfigEntry]:
        return [
            entry
            for entry in self._async_current_entries(include_ignore=False)
            if is_box_entry(entry)
        ]

    async def _async_compare(self, entry: ConfigEntry) -> ConfigFlowResult:
        """Compare another box with that of the entry, unless it has its own."""
        if self._is_of_another(entry):
            return self.async_abort(reason="already_configured")
        self._comparison = await Comparison.of(self.hass, entry, self._found)
        return await self.async_step_replacement()

    async def async_step_replacement(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whether another box replaces that of the entry."""
        entry = self._get_reconfigure_entry()
        words = await async_words(self.hass)
        return self.async_show_menu(
            step_id="replacement",
            menu_options=["replace_box", "keep_box"],
            description_placeholders={
                **self._found_words(),
                **self._comparison.as_words(words),
                **old_box_words(self.hass, entry),
                "known": as_markdown(entry.title),
                "host": as_markdown(self._address.host),
            },
        )

    async def async_step_replace_box(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Store the other box in the entry."""
        entry = self._get_reconfigure_entry()
        if self._is_of_another(entry):
            # It was added while the question was open.
            return self.async_abort(reason="already_configured")
        moves = self._comparison.moves
        try:
            await async_replace_box(self.hass, entry, self._address, self._found, moves)
        except OperationNotAllowed:
            return self.async_abort(reason="cannot_unload")
        return self.async_abort(
            reason="replaced",
            description_placeholders={"known": entry.title},
        )

    async def async_step_keep_box(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change nothing."""
        return self.async_abort(reason="not_replaced")

    def _is_of_another(self, entry: ConfigEntry) -> bool:
        """Return whether another entry has the found box."""
        others = (each for each in self._box_entries() if each is not entry)
        return find_known(others, self._found.info, self._address) is not None

    def _found_words(self) -> dict[str, str]:
        info = self._found.info
        return {
            "name": as_markdown(self._found.name),
            "model": as_markdown(info.model or "?"),
            "serial_number": as_markdown(info.serial_number or "?"),
            "software_version": as_markdown(info.software_version or "?"),
            "rest_port": str(self._address.ports.rest),
        }
