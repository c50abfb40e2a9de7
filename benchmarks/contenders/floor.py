"""Home Assistant's floor: the integration's states, without the integration.

It writes bare states, which are the least that can be written, or bare entities, which
every integration needs. `python -m benchmarks.contenders.floor FOLDER`
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
import sys
import time

from benchmarks.control import serve
from custom_components.se_aibox.const import EVENT_RECOGNITION
from homeassistant.core import Event, HomeAssistant, callback

from .bare_entities import add_bare_entities
from .footprint import Write, Written
from .home_assistant import home_assistant, run
from .probe import Probe

# Yields to the event loop as rarely as a reader of data that has already arrived.
_BEFORE_YIELDING = 50


class Floor:
    """Writes the states of one recognition, again and again."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Initialize with nothing to write."""
        self._hass = hass
        self._written: dict[str, Written] = {}
        self._entities: dict[str, list[Callable[[], None]]] = {}
        self._count = 0

    async def take(self, size: str, written: Written) -> None:
        """Add the entities of a recognition of a size."""
        self._written[size] = written
        self._entities[size] = await add_bare_entities(self._hass, written["states"])

    async def write_states(self, size: str, count: int) -> None:
        """Write the states to the state machine, and fire the event."""
        written = self._written[size]
        for _ in range(count):
            self._count += 1
            for write in written["states"]:
                self._write(write)
            await self._fire(written)

    async def write_entities(self, size: str, count: int) -> None:
        """Let an entity write each state, and fire the event."""
        for _ in range(count):
            self._count += 1
            for write in self._entities[size]:
                write()
            await self._fire(self._written[size])

    def _write(self, write: Write) -> None:
        state = str(self._count) if write["changes"] else write["state"]
        self._hass.states.async_set(
            write["entity_id"], state, dict(write["attributes"])
        )

    async def _fire(self, written: Written) -> None:
        moment = str(time.monotonic_ns())
        self._hass.bus.async_fire(
            EVENT_RECOGNITION, {**written["event_data"], "recognition_id": moment}
        )
        if self._count % _BEFORE_YIELDING == 0:
            await asyncio.sleep(0)


async def _run() -> None:
    async with home_assistant(Path(sys.argv[1]), recorder=False) as hass:
        floor, probe = Floor(hass), Probe()

        @callback
        def delivered(event: Event[dict[str, str]]) -> None:
            probe.arrive(int(event.data["recognition_id"]))

        hass.bus.async_listen(EVENT_RECOGNITION, delivered)
        await serve(
            {
                "begin": probe.begin,
                "end": probe.end,
                "take": floor.take,
                "write_states": floor.write_states,
                "write_entities": floor.write_entities,
            }
        )


if __name__ == "__main__":
    run(_run)
