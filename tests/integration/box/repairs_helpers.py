"""Helpers for the tests of repairs."""

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
    """Return the issue of a fault, if users see it."""
    issue = ir.async_get(hass).async_get_issue(DOMAIN, f"{fault}_{ENTRY_ID}")
    return issue if issue is not None and issue.active else None


def issues(hass: HomeAssistant) -> list[ir.IssueEntry]:
    """Return the issues that users see."""
    return [
        issue
        for (domain, _), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN and issue.active
    ]


def raised(hass: HomeAssistant) -> set[str | None]:
    """Return the translation keys of the issues that users see."""
    return {issue.translation_key for issue in issues(hass)}


class Repairs:
    """The repairs dialog, as the frontend uses it."""

    def __init__(self, client: Any) -> None:
        """Use a client that is logged in."""
        self._client = client

    async def open(self, issue: ir.IssueEntry) -> dict[str, Any]:
        """Open the dialog of an issue."""
        return await self._post("", handler=DOMAIN, issue_id=issue.issue_id)

    async def choose(self, menu: dict[str, Any], step: str) -> dict[str, Any]:
        """Choose an option of a menu."""
        return await self._post(f"/{menu['flow_id']}", next_step_id=step)

    async def submit(self, form: dict[str, Any], **fields: str) -> dict[str, Any]:
        """Submit a form with its fields."""
        return await self._post(f"/{form['flow_id']}", **fields)

    async def reopen(self, step: dict[str, Any]) -> dict[str, Any]:
        """Show the step of a dialog again."""
        path = f"/api/repairs/issues/fix/{step['flow_id']}"
        response = await self._client.get(path)
        assert response.status == HTTPStatus.OK
        return dict(await response.json())

    async def _post(self, path: str, **body: str) -> dict[str, Any]:
        response = await self._client.post(f"/api/repairs/issues/fix{path}", json=body)
        assert response.status == HTTPStatus.OK
        return dict(await response.json())


async def open_repairs(hass: HomeAssistant, hass_client: ClientGenerator) -> Repairs:
    """Set up repairs, after the integration, and return its dialog."""
    assert await async_setup_component(hass, "repairs", {})
    return Repairs(await hass_client())


async def measure(entry: SeAiBoxConfigEntry, times: int = 2) -> None:
    """Run the polls for repairs as often as given."""
    polls = entry.runtime_data.polls
    for _ in range(times):
        await polls.mode.async_refresh()
        await polls.clock.async_refresh()
        await polls.pass_mode.async_refresh()


def ahead(box: EmulatedBox) -> None:
    """Set the clock more than eight hours ahead."""
    box.state.clock_offset = 8 * 3600 + 120


def well(box: EmulatedBox) -> None:
    """Repair every fault."""
    box.settings.pass_mode = "normal"
    box.state.bare_system = False
    box.state.clock_offset = 0
