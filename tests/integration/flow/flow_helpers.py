"""Helpers of the tests of the flows."""

from collections.abc import Mapping
from typing import Any

from custom_components.se_aibox.const import DOMAIN
from emulator import EmulatedBox
from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, section
from tests.integration.helpers import ports_of, until


def typed_address(box: EmulatedBox, host: str | None = None) -> dict[str, Any]:
    """Return the address of a box as a user enters it."""
    return {"host": box.host if host is None else host, "ports": ports_of(box)}


def suggested(result: ConfigFlowResult) -> dict[str, Any]:
    """Return the suggested values of a form."""
    schema = result["data_schema"]
    assert schema is not None
    return _suggested(schema.schema)


def _suggested(fields: Mapping[Any, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in fields.items():
        if isinstance(value, section):
            values[str(key)] = _suggested(value.schema.schema)
        elif key.description and "suggested_value" in key.description:
            values[str(key)] = key.description["suggested_value"]
    return values


def labels(result: ConfigFlowResult) -> dict[str, str]:
    """Return the labels of the capture devices in a form, by id."""
    schema = result["data_schema"]
    assert schema is not None
    [selector] = [
        value for key, value in schema.schema.items() if key == "capture_devices"
    ]
    return {option["value"]: option["label"] for option in selector.config["options"]}


def state_of_entry(entry: ConfigEntry) -> ConfigEntryState:
    """Return the current state of an entry."""
    return entry.state


class SetUps:
    """A count of the setups of an entry."""

    def __init__(self, entry: ConfigEntry) -> None:
        """Start counting."""
        self.count = 0
        self._entry = entry
        entry.async_on_state_change(self._look)

    def _look(self) -> None:
        self.count += self._entry.state is ConfigEntryState.LOADED


def choice(box: EmulatedBox, **changes: object) -> dict[str, Any]:
    """Return the second form with its defaults."""
    return {
        "capture_devices": [device.device_id for device in box.devices],
        "add_new_capture_devices": True,
        "pictures": ["captured", "reference"],
        **changes,
    }


async def open_flow(hass: HomeAssistant) -> str:
    """Open the flow and return its id."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert result["type"] is FlowResultType.MENU
    assert result["menu_options"] == ["box", "people", "site"]
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], {"next_step_id": "box"}
    )
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "box"
    assert result["errors"] == {}
    return result["flow_id"]


async def submit(
    hass: HomeAssistant, flow_id: str, user_input: dict[str, Any]
) -> ConfigFlowResult:
    """Submit a form."""
    return await hass.config_entries.flow.async_configure(flow_id, user_input)


async def add_box(
    hass: HomeAssistant, box: EmulatedBox, **changes: object
) -> ConfigFlowResult:
    """Add the box and wait until it pushes."""
    flow_id = await open_flow(hass)
    result = await submit(hass, flow_id, typed_address(box))
    assert result["type"] is FlowResultType.FORM
    result = await submit(hass, flow_id, choice(box, **changes))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    await until(lambda: bool(box.subscriptions))
    return result
