"""The states and the event that a recognition writes in Home Assistant."""

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
    """A state that each recognition writes once."""

    entity_id: str
    state: str
    attributes: dict[str, object]
    # If False, the state stays the same and is only reported again.
    changes: bool


class Written(TypedDict):
    """Everything that one recognition writes."""

    states: list[Write]
    event_data: dict[str, object]


@callback
def _all(_: Mapping[str, object]) -> bool:
    """Accept every event."""
    # Home Assistant delivers reported states only to listeners with a filter.
    return True


class Footprint:
    """Counts the states and events of recognitions."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Start to count."""
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
        """Stop counting; return the rounded average for a recognition."""
        # Only recognitions of the last one's capture device count.
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
