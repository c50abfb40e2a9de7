"""Adds, refreshes, unloads and removes boxes, and measures the time."""

import asyncio
from collections.abc import Awaitable
import gc
import time
from typing import Any

from benchmarks.control import Handler
from custom_components.se_aibox.const import DOMAIN
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

_LOOK_SECONDS = 0.1
_MOST_LOOKS = 50
# The most processor time that an idle Home Assistant uses between two checks.
_IDLE_CPU_SECONDS = 0.001


class Entries:
    """The boxes of a Home Assistant, by their names in the sender."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Initialize without boxes."""
        self._hass = hass
        self._ids: dict[str, str] = {}

    @property
    def handlers(self) -> dict[str, Handler]:
        """The calls that the driver may make."""
        return {
            "add": self.add,
            "configure": self.configure,
            "unload": self.unload,
            "set_up": self.set_up,
            "update": self.update,
            "remove": self.remove,
            "rest": rest,
        }

    async def add(
        self, name: str, host: str, ports: dict[str, int]
    ) -> dict[str, float]:
        """Add a box through the config flow; return the times of the last step."""
        # The last step sets the box up.
        flows = self._hass.config_entries.flow
        menu = await flows.async_init(DOMAIN, context={"source": SOURCE_USER})
        flow_id = menu["flow_id"]
        await flows.async_configure(flow_id, {"next_step_id": "box"})
        address = {f"{key}_port": port for key, port in ports.items()}
        page = await flows.async_configure(flow_id, {"host": host, "ports": address})
        assert page["type"] is FlowResultType.FORM, page
        assert page["data_schema"] is not None
        created: dict[str, Any] = {}

        async def create() -> None:
            created.update(await flows.async_configure(flow_id, {}))

        spent = await self._timed(create())
        assert created["type"] is FlowResultType.CREATE_ENTRY, created
        self._ids[name] = created["result"].entry_id
        return spent

    async def configure(self, name: str, **options: object) -> None:
        """Change a box's options, which reloads it."""
        entry = self._entry(name)
        self._hass.config_entries.async_update_entry(
            entry, options={**entry.options, **options}
        )
        await self._hass.async_block_till_done()

    async def unload(self, names: list[str]) -> dict[str, float]:
        """Unload boxes; return the times."""
        return await self._each(names, self._hass.config_entries.async_unload)

    async def set_up(self, names: list[str]) -> dict[str, float]:
        """Set up boxes that were added before, as each start does."""
        return await self._each(names, self._hass.config_entries.async_setup)

    async def update(self, names: list[str]) -> dict[str, float]:
        """Read the lists of capture devices, and write every state again."""

        async def refresh(entry_id: str) -> None:
            entry: SeAiBoxConfigEntry | None = (
                self._hass.config_entries.async_get_entry(entry_id)
            )
            assert entry is not None
            await entry.runtime_data.async_refresh()

        return await self._each(names, refresh)

    async def remove(self, names: list[str]) -> dict[str, float]:
        """Remove boxes."""
        return await self._each(names, self._hass.config_entries.async_remove)

    def entry_ids(self, names: list[str]) -> list[str]:
        """Return the ids of the boxes' config entries."""
        return [self._ids[name] for name in names]

    def _entry(self, name: str) -> SeAiBoxConfigEntry:
        return self._hass.config_entries.async_get_known_entry(self._ids[name])

    async def _each(self, names: list[str], do: Any) -> dict[str, float]:
        async def all_of_them() -> None:
            for name in names:
                await do(self._ids[name])

        return await self._timed(all_of_them())

    async def _timed(self, work: Awaitable[None]) -> dict[str, float]:
        """Return the seconds of some work, and its processor time in seconds."""
        # The processor time includes the background work that follows. A full garbage
        # collection takes longer than adding a box, and must not fall into the work.
        gc.collect()
        began, cpu = time.monotonic(), time.process_time()
        await work
        await self._hass.async_block_till_done()
        seconds = time.monotonic() - began
        await rest()
        return {"seconds": seconds, "cpu": time.process_time() - cpu}


async def rest(idle_seconds: float = _IDLE_CPU_SECONDS) -> None:
    """Wait until background work is done, at most five seconds.

    `idle_seconds` is the most processor time of an idle process between two checks.
    """
    # Home Assistant asks a box that was added about its health and its history.
    for _ in range(_MOST_LOOKS):
        cpu = time.process_time()
        await asyncio.sleep(_LOOK_SECONDS)
        if time.process_time() - cpu < idle_seconds:
            return
