"""Finds the repair flow of an issue.

Issues without a flow explain what to do on the box.
"""

from collections.abc import Mapping

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow
from homeassistant.core import HomeAssistant

from .box.added_anew import ADDED_ANEW
from .box.issues import Fault
from .fixes.added_anew import AddedAnewFlow
from .fixes.clock import ClockFlow
from .fixes.pass_mode import PassModeFlow
from .fixes.questions import DoubtfulBoxFlow, DoubtfulIdentityFlow, VisitFlow
from .people.issues import IDENTITY_RENAMED, IDENTITY_UNCONFIRMED
from .people.visit_issues import VISIT_CHANGED, VISIT_NOT_ENDED

# By the kind in the data of an issue.
_FLOWS: Mapping[object, type[RepairsFlow]] = {
    ADDED_ANEW: AddedAnewFlow,
    Fault.CLOCK_OFF: ClockFlow,
    Fault.DATE_OFF: ClockFlow,
    Fault.EVERYONE_PASSES: PassModeFlow,
    Fault.PUSH_REFUSED: DoubtfulBoxFlow,
    Fault.TIMES_OFF: ClockFlow,
    Fault.UNIDENTIFIED: DoubtfulBoxFlow,
    IDENTITY_RENAMED: DoubtfulIdentityFlow,
    IDENTITY_UNCONFIRMED: DoubtfulIdentityFlow,
    VISIT_CHANGED: VisitFlow,
    VISIT_NOT_ENDED: VisitFlow,
}


async def async_create_fix_flow(
    hass: HomeAssistant,
    issue_id: str,
    data: dict[str, str | int | float | None] | None,
) -> RepairsFlow:
    """Return the repair flow of an issue."""
    return _FLOWS.get((data or {}).get("kind"), ConfirmRepairFlow)()
