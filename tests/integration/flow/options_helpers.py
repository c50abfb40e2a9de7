"""Helpers of the tests of the options."""

from typing import Any

from emulator import EmulatedBox
from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.integration.helpers import until, until_listening

from .flow_helpers import SetUps


async def open_options(hass: HomeAssistant, entry: ConfigEntry) -> ConfigFlowResult:
    """Open the options."""
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "init"
    return result


def choice(entry: ConfigEntry, **changes: object) -> dict[str, Any]:
    """Return the options form with its defaults."""
    return {
        "capture_devices": entry.options["capture_devices"],
        "add_new_capture_devices": True,
        "pictures": ["captured", "reference"],
        "hold_time": 30,
        "recover_history": True,
        "freshness_limit": 60,
        "identity_info_in_events": False,
        **changes,
    }


async def enter_options(
    hass: HomeAssistant, entry: ConfigEntry, **changes: object
) -> ConfigFlowResult:
    """Open the options and submit them with changes."""
    result = await open_options(hass, entry)
    return await hass.config_entries.options.async_configure(
        result["flow_id"], choice(entry, **changes)
    )


async def change(
    hass: HomeAssistant, box: EmulatedBox, entry: ConfigEntry, **changes: object
) -> None:
    """Change options and wait until the box pushes again."""
    set_ups = SetUps(entry)
    result = await enter_options(hass, entry, **changes)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert set_ups.count == 1
    await until(lambda: len(box.subscriptions) == 1)
    await until_listening(entry)
