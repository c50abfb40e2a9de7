"""What the tests of repairs do: harm a box, measure it, and look at what its user is told."""

# It ships no py.typed.
from custom_components.se_aibox.const import DOMAIN
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from custom_components.se_aibox.issues import Fault
from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from .helpers import ENTRY_ID


def issue_of(hass: HomeAssistant, fault: Fault) -> ir.IssueEntry | None:
    """Return the issue of a fault that users see."""
    issue = ir.async_get(hass).async_get_issue(DOMAIN, f"{fault}_{ENTRY_ID}")
    return issue if issue is not None and issue.active else None


def raised(hass: HomeAssistant) -> set[str | None]:
    """Return what users see, by translation key."""
    return {
        issue.translation_key
        for (domain, _), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN and issue.active
    }


async def measure(entry: SeAiBoxConfigEntry, times: int = 2) -> None:
    """Ask the box what is asked every minute, as often as given."""
    polls = entry.runtime_data.polls
    for _ in range(times):
        await polls.mode.async_refresh()
        await polls.clock.async_refresh()
        await polls.pass_mode.async_refresh()


def ahead(box: EmulatedBox) -> None:
    """Put the clock forward."""
    box.clock_offset = 8 * 3600 + 120


def well(box: EmulatedBox) -> None:
    """Mend everything."""
    box.settings.pass_mode = "normal"
    box.bare_system = False
    box.clock_offset = 0
