"""What the tests of flows have in common."""

from collections.abc import Mapping
from typing import Any

from emulator import EmulatedBox
from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigFlowResult
from homeassistant.data_entry_flow import section

from .helpers import ports_of


def typed_address(box: EmulatedBox, host: str | None = None) -> dict[str, Any]:
    """Return what a user types to say where a box is."""
    return {"host": box.host if host is None else host, "ports": ports_of(box)}


def suggested(result: ConfigFlowResult) -> dict[str, Any]:
    """Return what stands in the fields of a form."""
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
    """Return the capture devices that a form offers, by id."""
    schema = result["data_schema"]
    assert schema is not None
    [selector] = [
        value for key, value in schema.schema.items() if key == "capture_devices"
    ]
    return {option["value"]: option["label"] for option in selector.config["options"]}


def state_of_entry(entry: ConfigEntry) -> ConfigEntryState:
    """Return the state of an entry as it is now."""
    return entry.state


class SetUps:
    """How often an entry is set up from now on."""

    def __init__(self, entry: ConfigEntry) -> None:
        """Start to count."""
        self.count = 0
        self._entry = entry
        entry.async_on_state_change(self._look)

    def _look(self) -> None:
        self.count += self._entry.state is ConfigEntryState.LOADED
