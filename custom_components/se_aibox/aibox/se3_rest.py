"""The calls that only a box has which pushes, and how such a box is found."""

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
    """A box that pushes, and whether it has a call that sets where to."""

    info: BoxInfo
    takes_url: bool


async def find_se3(
    session: ClientSession, host: str, ports: Ports, *, lists_devices: bool
) -> FoundSe3 | None:
    """Return the box that pushes at an address, or None if there is none.

    Ask only where no event socket answers. A box pushes if its model says SE3. Without
    a list of capture devices, it also pushes if it takes URLs or tells its serial number
    in the manner of 1.x. With such a list, its event socket may just be closed: then it
    pushes only if it takes URLs and tells no model.
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
    """The calls of an SE3: those of 1.x, and where it pushes to."""

    def __init__(self, session: ClientSession, host: str, ports: Ports) -> None:
        """Take the address of the box."""
        super().__init__(session, host, ports, Dialect.NESTED)

    async def takes_url(self) -> bool:
        """Return whether the box has a call that sets where it pushes to."""
        try:
            read_event_servers(await self._ask(EVENT_SERVERS))
        except AiBoxError:
            return False
        return True

    async def push_to(self, url: str, *, reference_pictures: bool) -> bool:
        """Add a URL to those of the box; return False if it has no call for that."""
        try:
            servers = read_event_servers(await self._ask(EVENT_SERVERS))
        except AiBoxNotFoundError:
            return False
        wanted = servers.with_url(url, reference_pictures=reference_pictures)
        if wanted != servers:
            await self._ask(event_servers_request(wanted))
        return True

    async def stop_pushing_to(self, path: str) -> None:
        """Remove the URLs with a path from those of the box."""
        try:
            servers = read_event_servers(await self._ask(EVENT_SERVERS))
        except AiBoxNotFoundError:
            return
        wanted = servers.without_path(path)
        if wanted != servers:
            await self._ask(event_servers_request(wanted))

    async def readings(self) -> frozenset[str]:
        """Return the names of the readings that the box has."""
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
