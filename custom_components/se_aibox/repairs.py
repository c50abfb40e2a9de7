"""What a user can mend step by step; other issues say what to do on the box."""

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow
from homeassistant.core import HomeAssistant

from .people.issues import IDENTITY_RENAMED, IDENTITY_UNCONFIRMED
from .people.repair import DoubtfulIdentityFlow

_DOUBTFUL_IDENTITY = (f"{IDENTITY_RENAMED}_", f"{IDENTITY_UNCONFIRMED}_")


async def async_create_fix_flow(
    hass: HomeAssistant,
    issue_id: str,
    data: dict[str, str | int | float | None] | None,
) -> RepairsFlow:
    """Return the steps for an issue; as Home Assistant does, let the user confirm one without any."""
    if issue_id.startswith(_DOUBTFUL_IDENTITY):
        return DoubtfulIdentityFlow()
    return ConfirmRepairFlow()
