"""The REST calls and detection of an SE3."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, fields

from aiohttp import ClientSession

from .exceptions import AiBoxError, AiBoxNotFoundError
from .models import BoxHealth, BoxInfo, Dialect, Ports
from .rest import Rest
from .wire.se3 import EVENT_SERVERS, event_servers_request, read_event_servers


@dataclass(frozen=True, slots=True)
class FoundSe3:
    """A box that pushes to a webhook."""

    info: BoxInfo
    # Whether it has a call that sets the URLs to push to.
    takes_url: bool


async def find_se3(
    session: ClientSession, host: str, ports: Ports, *, lists_devices: bool
) -> FoundSe3 | None:
    """Return the box that pushes at an address, or None.

    Call this only if no event socket answers. A box pushes if its model says SE3.
    Without a list of capture devices, it also pushes if it takes URLs, or reports its
    serial number as in 1.x. With such a list, its event socket may just be closed: then
    it pushes only if it takes URLs and reports no model.
    """
    rest = Se3Rest(session, host, ports)
    takes_url, info = await asyncio.gather(rest.takes_url(), rest.box_info())
    if "SE3" in (info.model or "").upper():
        pushes = True
    elif lists_devices:
        pushes = takes_url and info.model is None
    else:
        pushes = takes_url or info.serial_number is not None
    return FoundSe3(info, takes_url) if pushes else None


class Se3Rest(Rest):
    """The REST calls of an SE3: 1.x and push URLs."""

    def __init__(self, session: ClientSession, host: str, ports: Ports) -> None:
        """Initialize the calls."""
        super().__init__(session, host, ports, Dialect.NESTED)

    async def takes_url(self) -> bool:
        """Return True if the box accepts push URLs."""
        try:
            read_event_servers(await self._ask(EVENT_SERVERS))
        except AiBoxError:
            return False
        return True

    async def push_to(
        self, url: str, *, reference_pictures: bool, replaces: bool = True
    ) -> bool:
        """Add a push URL; return False without such a call.

        With `replaces`, it replaces those with the same path, at other addresses.
        """
        try:
            servers = read_event_servers(await self._ask(EVENT_SERVERS))
        except AiBoxNotFoundError:
            return False
        wanted = servers.with_url(
            url, reference_pictures=reference_pictures, replaces=replaces
        )
        if wanted != servers:
            await self._ask(event_servers_request(wanted))
        return True

    async def stop_pushing_to(self, path: str) -> None:
        """Remove the push URLs with this path."""
        try:
            servers = read_event_servers(await self._ask(EVENT_SERVERS))
        except AiBoxNotFoundError:
            return
        wanted = servers.without_path(path)
        if wanted != servers:
            await self._ask(event_servers_request(wanted))

    async def readings(self) -> frozenset[str]:
        """Return the names of the box's readings."""
        readings: set[str] = set()
        with suppress(AiBoxError):
            health = await self.health()
            readings = {
                field.name
                for field in fields(BoxHealth)
                if field.name != "faults" and getattr(health, field.name) is not None
            }
        with suppress(AiBoxError):
            await self.pass_mode()
            readings.add("pass_mode")
        return frozenset(readings)
