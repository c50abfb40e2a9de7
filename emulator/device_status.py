"""Reports of a box on its capture devices (docs/protocol.md §2)."""

from collections.abc import Callable

import aiohttp

from .later import Later
from .model import Device, JsonObject
from .state import BoxState
from .wire_text import encode

# The number that a platform gives to a box.
LICENSE = "AFVKQF000120210604151110"

_SECONDS = 30.0
_ANY_HOST = ("0.0.0.0", "::", "")


class DeviceReports:
    """Posts the status of all capture devices periodically."""

    def __init__(self, state: BoxState) -> None:
        """Create reports that are not sent yet."""
        self._state = state
        self._later = Later()

    def start(self, report: Callable[[BoxState], JsonObject]) -> None:
        """Report after each period, while there is a URL."""

        async def _report() -> None:
            await self.send(report)
            self.start(report)

        self._later.do(self._state.settings.device_monitor_period, _report)

    async def stop(self) -> None:
        """Stop the reports."""
        await self._later.cancel()

    async def send(self, report: Callable[[BoxState], JsonObject]) -> int:
        """Post one report; return the HTTP status, 0 without an answer."""
        url = self._state.settings.device_monitor_url
        if not url:
            return 0
        body = encode(report(self._state), self._state.variant)
        # Clients may require that posts come from the box's own address.
        host = self._state.host
        source = None if host in _ANY_HOST else (host, 0)
        try:
            async with (
                aiohttp.ClientSession(
                    connector=aiohttp.TCPConnector(local_addr=source),
                    timeout=aiohttp.ClientTimeout(_SECONDS),
                ) as session,
                session.post(
                    url, data=body, headers={"Content-Type": "application/json"}
                ) as response,
            ):
                return response.status
        except TimeoutError, aiohttp.ClientError:
            return 0


def status(state: BoxState, device: Device) -> str:
    """Return the word for whether the box reaches a capture device."""
    return "offline" if device.device_id in state.offline else "online"
