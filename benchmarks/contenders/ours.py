"""The integration in a real Home Assistant.

`python -m benchmarks.contenders.ours FOLDER [--recorder]`
"""

from datetime import timedelta
from functools import partial
from pathlib import Path
import sys
from typing import Any

from benchmarks.control import serve
from custom_components.se_aibox.aibox import http, stream
from custom_components.se_aibox.aibox.wire import flat
from custom_components.se_aibox.const import DOMAIN, EVENT_RECOGNITION
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from custom_components.se_aibox.pictures.cache import MAXIMUM_BYTES
from homeassistant.components.http.auth import async_sign_path
from homeassistant.const import ATTR_ENTITY_PICTURE, Platform
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event

from .attendance import Attendances
from .dashboard import Dashboard
from .entries import Entries
from .footprint import Footprint, Written
from .home_assistant import database_bytes, home_assistant, run, settle
from .house import House
from .probe import Probe

_SIGNED_FOR = timedelta(hours=1)
_PHONE_WIDTH = 640


class Ours:
    """The calls that the driver may make."""

    def __init__(self, hass: HomeAssistant, probe: Probe) -> None:
        """Listen to the bus as an automation would."""
        self._hass = hass
        self._probe = probe
        self._footprint: Footprint | None = None
        self._last: dict[str, Any] = {}
        hass.bus.async_listen(EVENT_RECOGNITION, self._delivered)

    @callback
    def _delivered(self, event: Event[dict[str, Any]]) -> None:
        self._last = dict(event.data)
        self._probe.arrive(int(event.data["recognition_id"]))

    @callback
    def _shown(self, event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        if state is not None and "recognition_id" in state.attributes:
            self._probe.show(int(state.attributes["recognition_id"]))

    async def watch_states(self) -> None:
        """Measure the latency of the event entities' states, too."""
        entity_ids = self._hass.states.async_entity_ids("event")
        async_track_state_change_event(self._hass, entity_ids, self._shown)

    async def begin_footprint(self) -> None:
        """Start to count the states of recognitions."""
        self._footprint = Footprint(self._hass)

    async def footprint(self) -> Written:
        """Return the states and the event of a recognition."""
        assert self._footprint is not None
        return self._footprint.read()

    async def scene_urls(self) -> list[str]:
        """Return where a browser finds the last scene, and a phone."""
        picture = async_sign_path(
            self._hass,
            self._last["pictures"]["scene"],
            _SIGNED_FOR,
            use_content_user=True,
        )
        [camera] = [
            entry.entity_id
            for entry in er.async_entries_for_device(
                er.async_get(self._hass), self._last["device_id"]
            )
            if entry.domain == Platform.CAMERA
        ]
        state = self._hass.states.get(camera)
        assert state is not None
        base = f"http://127.0.0.1:{self._hass.http.server_port}"
        return [
            f"{base}{picture}",
            f"{base}{picture}&width={_PHONE_WIDTH}",
            f"{base}{state.attributes[ATTR_ENTITY_PICTURE]}",
        ]

    async def cache(self) -> dict[str, int]:
        """Return the bytes in the picture caches of all boxes, and their limit."""
        entries: list[SeAiBoxConfigEntry] = (
            self._hass.config_entries.async_loaded_entries(DOMAIN)
        )
        held = sum(entry.runtime_data.pictures.held_bytes for entry in entries)
        return {"held": held, "limit": MAXIMUM_BYTES * len(entries)}

    async def database(self) -> dict[str, int]:
        """Return the sizes in the database after everything was written."""
        await settle(self._hass)
        return await self._hass.async_add_executor_job(database_bytes, self._hass)


async def _run() -> None:
    folder, recorder = Path(sys.argv[1]), "--recorder" in sys.argv
    async with home_assistant(folder, recorder=recorder) as hass:
        probe = Probe(partial(settle, hass), (http, stream, flat))
        ours, entries = Ours(hass, probe), Entries(hass)
        house, dashboard = House(hass, entries), await Dashboard.of(hass, entries)
        handlers: dict[str, Any] = {
            "begin": probe.begin,
            "end": probe.end,
            "watch_states": ours.watch_states,
            "begin_footprint": ours.begin_footprint,
            "footprint": ours.footprint,
            "scene_urls": ours.scene_urls,
            "cache": ours.cache,
            "database": ours.database,
            **entries.handlers,
            **house.handlers,
            **Attendances(hass, house).handlers,
            **dashboard.handlers,
        }
        await serve(handlers)


if __name__ == "__main__":
    run(_run)
