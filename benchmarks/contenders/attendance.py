"""Asks for attendance, or fetches and parses the same pages of history."""

from collections.abc import Awaitable, Callable
from functools import partial
import gc
import time
import tracemalloc
from typing import Any

from aiohttp import hdrs
import orjson

from benchmarks.control import Handler
from custom_components.se_aibox.aibox.wire import nested
from custom_components.se_aibox.aibox.wire.dialect import read_record_page
from custom_components.se_aibox.aibox.wire.fields import load_object
from custom_components.se_aibox.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util import dt as dt_util

from .house import House

# Each record of a 1.x box has one.
_RECORD = b'"_id"'
_ACTION = "get_attendance"


class Attendances:
    """The calls that the driver may make."""

    def __init__(self, hass: HomeAssistant, house: House) -> None:
        """Initialize without a site."""
        self._hass = hass
        self._house = house
        self._session = async_get_clientsession(hass)
        self._device_id = ""

    @property
    def handlers(self) -> dict[str, Handler]:
        """The calls that the driver may make."""
        return {
            "add_site": self.add_site,
            "attendance": self.attendance,
            "fetch": self.fetch,
            "read": self.read,
        }

    async def add_site(self, name: str) -> None:
        """Add the site of a box, whose attendance is then asked for."""
        entry = await self._house.add_site(name)
        registry = dr.async_get(self._hass)
        [device] = dr.async_entries_for_config_entry(registry, entry.entry_id)
        self._device_id = device.id

    async def attendance(
        self, start: str, end: str, *, traced: bool = False
    ) -> dict[str, float]:
        """Ask for the attendance of days, both included."""

        async def ask() -> int:
            answer: Any = await self._hass.services.async_call(
                DOMAIN,
                _ACTION,
                {"start_date": start, "end_date": end},
                target={"device_id": self._device_id},
                blocking=True,
                return_response=True,
            )
            assert not answer["unread"], answer["unread"]
            return sum(row["recognitions"] for row in answer["attendance"])

        return await _spent(ask, traced=traced)

    async def fetch(
        self, requests: list[dict[str, Any]], *, traced: bool = False
    ) -> dict[str, float]:
        """Fetch pages one after the other, and parse their JSON."""

        def parse(content: bytes) -> int:
            assert orjson.loads(content)
            return content.count(_RECORD)

        return await _spent(partial(self._ask, requests, parse), traced=traced)

    async def read(
        self, requests: list[dict[str, Any]], *, traced: bool = False
    ) -> dict[str, float]:
        """Fetch pages one after the other, and read their records."""

        def parse(content: bytes) -> int:
            page = read_record_page(nested, load_object(content), dt_util.utcnow())
            return len(page.records)

        return await _spent(partial(self._ask, requests, parse), traced=traced)

    async def _ask(
        self, requests: list[dict[str, Any]], parse: Callable[[bytes], int]
    ) -> int:
        records = 0
        for request in requests:
            async with self._session.request(
                request["method"],
                request["url"],
                params=request["query"],
                # As the integration asks.
                headers={hdrs.CONNECTION: "close"},
            ) as response:
                records += parse(await response.read())
        return records


async def _spent(
    ask: Callable[[], Awaitable[int]], *, traced: bool
) -> dict[str, float]:
    """Return the records, the seconds and, if traced, the most memory in bytes.

    Memory is what Python held more than before. Tracing takes time.
    """
    gc.collect()
    if traced:
        tracemalloc.start()
    began = time.perf_counter()
    try:
        records = await ask()
        seconds = time.perf_counter() - began
        memory = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return {"records": records, "seconds": seconds, "memory": memory}
