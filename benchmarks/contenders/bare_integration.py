"""The least that an integration can do: receive, parse, write states, fire.

It checks, decodes, deduplicates, remembers and restores nothing.
`python -m benchmarks.contenders.bare_integration FOLDER`
"""

from collections.abc import Callable
from pathlib import Path
import sys

import orjson

from benchmarks.control import serve
from custom_components.se_aibox.const import EVENT_RECOGNITION
from homeassistant.core import Event, HomeAssistant, callback

from .bare_entities import add_bare_entities
from .footprint import Written
from .home_assistant import home_assistant, run
from .probe import Probe
from .wire import Receiver


class BareIntegration:
    """Writes the same states for every message."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Initialize with nothing to write."""
        self._hass = hass
        self._event_data: dict[str, dict[str, object]] = {}
        self._entities: dict[str, list[Callable[[], None]]] = {}
        self._size = ""

    async def take(self, size: str, written: Written) -> None:
        """Add the entities of a recognition of a size, and select it."""
        self._size = size
        self._event_data[size] = written["event_data"]
        self._entities[size] = await add_bare_entities(self._hass, written["states"])

    async def write_as(self, size: str) -> None:
        """Select the size of the recognition to write."""
        self._size = size

    @callback
    def receive(self, frame: bytes) -> None:
        """Let each entity write its state, and fire the event."""
        moment = orjson.loads(frame)["event_id"]
        for write in self._entities[self._size]:
            write()
        event_data = self._event_data[self._size]
        self._hass.bus.async_fire(
            EVENT_RECOGNITION, {**event_data, "recognition_id": moment}
        )


async def _run() -> None:
    async with home_assistant(Path(sys.argv[1]), recorder=False) as hass:
        bare, probe = BareIntegration(hass), Probe()

        @callback
        def delivered(event: Event[dict[str, str]]) -> None:
            probe.arrive(int(event.data["recognition_id"]))

        hass.bus.async_listen(EVENT_RECOGNITION, delivered)
        async with Receiver(bare.receive) as receiver:
            await serve(
                {
                    "connect": receiver.connect,
                    "begin": probe.begin,
                    "end": probe.end,
                    "take": bare.take,
                    "write_as": bare.write_as,
                }
            )


if __name__ == "__main__":
    run(_run)
