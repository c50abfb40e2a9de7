"""What the tests of repairs do: harm a box, measure it, and look at what its user is told."""

from http import HTTPStatus
from typing import Any

from custom_components.se_aibox.box.issues import Fault
from custom_components.se_aibox.const import DOMAIN
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from tests.integration.conftest import ClientGenerator
from tests.integration.helpers import ENTRY_ID


def issue_of(hass: HomeAssistant, fault: Fault) -> ir.IssueEntry | None:
    """Return the issue of a fault that users see."""
    issue = ir.async_get(hass).async_get_issue(DOMAIN, f"{fault}_{ENTRY_ID}")
    return issue if issue is not None and issue.active else None


def issues(hass: HomeAssistant) -> list[ir.IssueEntry]:
    """Return what users see."""
    return [
        issue
        for (domain, _), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN and issue.active
    ]


def raised(hass: HomeAssistant) -> set[str | None]:
    """Return what users see, by translation key."""
    return {issue.translation_key for issue in issues(hass)}


class Repairs:
    """The repair dialogue, as the frontend opens it."""

    def __init__(self, client: Any) -> None:
        """Take a client that is logged in."""
        self._client = client

    async def open(self, issue: ir.IssueEntry) -> dict[str, Any]:
        """Open the dialogue of an issue."""
        return await self._post("", handler=DOMAIN, issue_id=issue.issue_id)

    async def choose(self, menu: dict[str, Any], step: str) -> dict[str, Any]:
        """Choose an answer."""
        return await self._post(f"/{menu['flow_id']}", next_step_id=step)

    async def _post(self, path: str, **body: str) -> dict[str, Any]:
        response = await self._client.post(f"/api/repairs/issues/fix{path}", json=body)
        assert response.status == HTTPStatus.OK
        return dict(await response.json())


async def open_repairs(hass: HomeAssistant, hass_client: ClientGenerator) -> Repairs:
    """Open the repair dashboard, once everything that has a page is set up."""
    assert await async_setup_component(hass, "repairs", {})
    return Repairs(await hass_client())


async def measure(entry: SeAiBoxConfigEntry, times: int = 2) -> None:
    """Ask the box what is asked every minute, as often as given."""
    polls = entry.runtime_data.polls
    for _ in range(times):
        await polls.mode.async_refresh()
        await polls.clock.async_refresh()
        await polls.pass_mode.async_refresh()


def ahead(box: EmulatedBox) -> None:
    """Put the clock forward."""
    box.state.clock_offset = 8 * 3600 + 120


def well(box: EmulatedBox) -> None:
    """Mend everything."""
    box.settings.pass_mode = "normal"
    box.state.bare_system = False
    box.state.clock_offset = 0
