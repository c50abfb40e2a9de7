"""What a user can mend step by step; other issues say what to do on the box."""

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow
from homeassistant.core import HomeAssistant

from .people_issues import IDENTITY_RENAMED, IDENTITY_UNCONFIRMED
from .people_repair import DoubtfulIdentityFlow

_FLOWS: dict[str, type[RepairsFlow]] = {
    IDENTITY_RENAMED: DoubtfulIdentityFlow,
    IDENTITY_UNCONFIRMED: DoubtfulIdentityFlow,
}


async def async_create_fix_flow(
    hass: HomeAssistant,
    issue_id: str,
    data: dict[str, str | int | float | None] | None,
) -> RepairsFlow:
    """Return the steps for an issue; as Home Assistant does, let the user confirm one without any."""
    for kind, flow in _FLOWS.items():
        if issue_id.startswith(f"{kind}_"):
            return flow()
    return ConfirmRepairFlow()
