"""Home Assistant with its MQTT integration, a broker and the bridge.

`python -m benchmarks.contenders.mqtt FOLDER MOSQUITTO`
"""

import asyncio
from asyncio.subprocess import Process
from pathlib import Path
import sys
from typing import Any

from benchmarks.control import serve
from homeassistant.config_entries import SOURCE_USER
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.event import async_track_state_change_event

from .broker import broker, cpu_seconds, ended
from .home_assistant import home_assistant, run
from .probe import Probe

_DISCOVERY_SECONDS = 30
_PLAIN = {"set_client_cert": False, "set_ca_cert": "off"}


class Bridged:
    """The calls that the driver may make."""

    def __init__(
        self, hass: HomeAssistant, probe: Probe, broker: Process, port: int
    ) -> None:
        """Initialize with a running broker."""
        self._hass = hass
        self._probe = probe
        self._broker = broker
        self._port = port
        self._bridge: Process | None = None
        self._cpu_before = 0.0

    async def connect(self, events_port: int, device_ids: list[str]) -> None:
        """Start the bridge, and wait until Home Assistant has its entities."""
        await self._add_broker()
        self._bridge = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "benchmarks.contenders.bridge",
            str(events_port),
            str(self._port),
            *device_ids,
            stdin=asyncio.subprocess.DEVNULL,
        )
        await self._discover(len(device_ids))
        await self._hass.async_block_till_done()
        async_track_state_change_event(
            self._hass, self._entity_ids("event"), self._shown
        )

    async def _discover(self, devices: int) -> None:
        """Wait until each capture device has its entities."""
        found = asyncio.Event()

        @callback
        def look(_: Event[EventStateChangedData]) -> None:
            counts = [len(self._entity_ids(domain)) for domain in ("image", "event")]
            if min(counts) == devices:
                found.set()

        stop = self._hass.bus.async_listen(EVENT_STATE_CHANGED, look)
        async with asyncio.timeout(_DISCOVERY_SECONDS):
            await found.wait()
        stop()

    async def _add_broker(self) -> None:
        flows = self._hass.config_entries.flow
        page = await flows.async_init("mqtt", context={"source": SOURCE_USER})
        answers = {"broker": "127.0.0.1", "port": self._port, "other_settings": _PLAIN}
        entry = await flows.async_configure(page["flow_id"], answers)
        assert entry["type"] is FlowResultType.CREATE_ENTRY, entry

    def _entity_ids(self, domain: str) -> list[str]:
        return self._hass.states.async_entity_ids(domain)

    @callback
    def _shown(self, event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        if state is not None and "event_id" in state.attributes:
            moment = int(state.attributes["event_id"])
            self._probe.arrive(moment)
            self._probe.show(moment)

    async def begin(self) -> None:
        """Start to measure, including the bridge and the broker."""
        self._cpu_before = self._cpu_beside()
        await self._probe.begin()

    async def end(self, expected: int, patience: float) -> dict[str, object]:
        """Return the measurements, with `cpu_beside` in seconds."""
        measured = await self._probe.end(expected, patience)
        return {**measured, "cpu_beside": self._cpu_beside() - self._cpu_before}

    def _cpu_beside(self) -> float:
        assert self._bridge is not None
        return cpu_seconds(self._bridge) + cpu_seconds(self._broker)

    async def stop(self) -> None:
        """Stop the bridge."""
        if self._bridge is not None:
            await ended(self._bridge)


async def _run() -> None:
    folder, command = Path(sys.argv[1]), sys.argv[2]
    async with (
        home_assistant(folder, recorder=False) as hass,
        broker(folder, command) as (process, port),
    ):
        bridged = Bridged(hass, Probe(), process, port)
        handlers: dict[str, Any] = {
            "connect": bridged.connect,
            "begin": bridged.begin,
            "end": bridged.end,
        }
        try:
            await serve(handlers)
        finally:
            await bridged.stop()


if __name__ == "__main__":
    run(_run)
