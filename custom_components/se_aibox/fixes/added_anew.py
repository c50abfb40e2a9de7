"""The repair flow for a capture device that was added anew on its box."""

from typing import override

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlowResult
from homeassistant.config_entries import OperationNotAllowed
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from ..box.device_memory import DeviceMemory
from ..box.moving import async_move_capture_devices, async_unloaded
from ..const import DOMAIN


class AddedAnewFlow(ConfirmRepairFlow):
    """Asks whether a new capture device is one that the box had before."""

    @override
    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Ask, then move the registry rows."""
        if user_input is not None:
            issues = ir.async_get(self.hass)
            if issues.async_get_issue(DOMAIN, self.issue_id) is None:
                # The capture device is gone or listed again.
                return self.async_abort(reason="no_longer_asked")
            data = self.data or {}
            try:
                await _async_move(
                    self.hass,
                    str(data["entry_id"]),
                    str(data["replaced_id"]),
                    str(data["capture_device_id"]),
                )
            except OperationNotAllowed:
                return self.async_abort(reason="cannot_unload")
        return await super().async_step_confirm(user_input)


async def _async_move(hass: HomeAssistant, entry_id: str, old: str, new: str) -> None:
    """Let a capture device have all that was of another one."""
    entry = hass.config_entries.async_get_known_entry(entry_id)
    async with async_unloaded(hass, entry):
        async_move_capture_devices(hass, entry, {old: new})
        memory = DeviceMemory(hass, entry_id)
        await memory.async_load()
        await memory.async_forget([old])
