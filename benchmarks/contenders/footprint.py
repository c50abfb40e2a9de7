"""What a recognition leaves in Home Assistant: which states are written, and what the bus is told."""

from collections import Counter
from collections.abc import Mapping
from typing import TypedDict

from custom_components.se_aibox.const import EVENT_RECOGNITION
from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import (
    Event,
    EventStateChangedData,
    EventStateReportedData,
    HomeAssistant,
    callback,
)
from homeassistant.helpers import entity_registry as er


class Write(TypedDict):
    """A state that is written once per recognition."""

    entity_id: str
    state: str
    attributes: dict[str, object]
    # Else it is the same as before, and only reported again.
    changes: bool


class Written(TypedDict):
    """Everything that one recognition leaves."""

    states: list[Write]
    event_data: dict[str, object]


@callback
def _all(_: Mapping[str, object]) -> bool:
    """Accept everything; reports are only given to who filters them."""
    return True


class Footprint:
    """Counts what is written from now on until it is read."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Begin to count."""
        self._hass = hass
        self._changed: Counter[str] = Counter()
        self._reported: Counter[str] = Counter()
        self._fired: list[dict[str, object]] = []
        self._stops = [
            hass.bus.async_listen(EVENT_STATE_CHANGED, self._change),
            hass.bus.async_listen(
                EVENT_STATE_REPORTED, self._report, event_filter=_all
            ),
            hass.bus.async_listen(EVENT_RECOGNITION, self._fire),
        ]

    @callback
    def _change(self, event: Event[EventStateChangedData]) -> None:
        self._changed[event.data["entity_id"]] += 1

    @callback
    def _report(self, event: Event[EventStateReportedData]) -> None:
        self._reported[event.data["entity_id"]] += 1

    @callback
    def _fire(self, event: Event[dict[str, object]]) -> None:
        self._fired.append(dict(event.data))

    def read(self) -> Written:
        """Return what a recognition on the last one's capture device left on average, rounded, and stop counting."""
        for stop in self._stops:
            stop()
        event_data = self._fired[-1]
        device_id = str(event_data["device_id"])
        count = sum(data["device_id"] == device_id for data in self._fired)
        registry = er.async_get(self._hass)
        writes = [
            self._write(entry.entity_id, count)
            for entry in er.async_entries_for_device(registry, device_id)
            if self._times(entry.entity_id) > count / 2
        ]
        return {"states": writes, "event_data": event_data}

    def _times(self, entity_id: str) -> int:
        return self._changed[entity_id] + self._reported[entity_id]

    def _write(self, entity_id: str, count: int) -> Write:
        state = self._hass.states.get(entity_id)
        assert state is not None
        return {
            "entity_id": entity_id,
            "state": state.state,
            "attributes": dict(state.attributes),
            "changes": self._changed[entity_id] > count / 2,
        }
