"""The automation in the page about entities."""

from datetime import timedelta
from pathlib import Path

from pytest_homeassistant_custom_component.common import async_mock_service  # type: ignore[import-untyped]  # It ships no py.typed.

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from .documents import blocks
from .helpers import let_time_pass

_DOCUMENT = Path(__file__).parents[2] / "docs" / "entities.md"


async def test_automation_reports_a_camera_that_stays_away(
    hass: HomeAssistant,
) -> None:
    """It does so once, and not for a moment's absence."""
    (automation,) = blocks(_DOCUMENT)
    (trigger,), (action,) = automation["triggers"], automation["actions"]
    calls = async_mock_service(hass, *action["action"].split("."))
    assert await async_setup_component(hass, "automation", {"automation": automation})

    for state, minutes in (("off", 1), ("on", 5), ("off", 3)):
        hass.states.async_set(trigger["entity_id"], state)
        await hass.async_block_till_done()
        assert calls == []
        let_time_pass(hass, timedelta(minutes=minutes))
        await hass.async_block_till_done()
    (call,) = calls
    assert call.data["message"] == action["data"]["message"]
