"""The REST calls and detection of an SE3."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, fields

from aiohttp import ClientSession

from .exceptions import AiBoxError, AiBoxNotFoundError
from .models import BoxHealth, BoxInfo, Dialect, Ports
from .rest import Rest
from .stream import connect
from .wire.request import Request
from .wire.se3 import (
    EVENT_SERVERS,
    GROUP_CALLS,
    answers_group_call,
    event_servers_request,
    read_event_servers,
)


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

    Call this only for a box that cannot be listened to. It pushes if its model says
    SE3. Without a list of capture devices, it also pushes if it takes URLs, reports its
    serial number as in 1.x, or has no event socket and the calls of every SE3. With
    such a list, its event socket may just be closed: then it pushes only if it takes
    URLs and reports no model.
    """
    rest = Se3Rest(session, host, ports)
    takes_url, info = await asyncio.gather(rest.takes_url(), rest.box_info())
    if "SE3" in (info.model or "").upper():
        pushes = True
    elif lists_devices:
        pushes = takes_url and info.model is None
    else:
        pushes = (
            takes_url
            or info.serial_number is not None
            or (await rest.has_group_calls() and not await _opens(session, host, ports))
        )
    return FoundSe3(info, takes_url) if pushes else None


async def _opens(session: ClientSession, host: str, ports: Ports) -> bool:
    """Return whether a 1.x event socket opens."""
    try:
        async with connect(session, host, ports, Dialect.NESTED):
            return True
    except AiBoxError:
        return False


class Se3Rest(Rest):
    """The REST calls of an SE3: 1.x and push URLs."""

    def __init__(self, session: ClientSession, host: str, ports: Ports) -> None:
        """Initialize the calls."""
        super().__init__(session, host, ports, Dialect.NESTED)

    async def takes_url(self) -> bool:
        """Return True if the box accepts push URLs."""
        try:
            read_event_servers(await self.ask(EVENT_SERVERS))
        except AiBoxError:
            return False
        return True

    async def has_group_calls(self) -> bool:
        """Return True if the box has a call that every SE3 has.

        Boxes of 1.x that do not push have them, too.
        """
        return any(
            await asyncio.gather(
                *(
                    self._has_group_call(field, request)
                    for field, request in GROUP_CALLS.items()
                )
            )
        )

    async def _has_group_call(self, field: str, request: Request) -> bool:
        try:
            return answers_group_call(await self.ask(request), field)
        except AiBoxError:
            return False

    async def push_to(
        self, url: str, *, reference_pictures: bool, replaces: bool = True
    ) -> bool:
        """Add a push URL; return False without such a call.

        With `replaces`, it replaces those with the same path, at other addresses.
        """
        try:
            servers = read_event_servers(await self.ask(EVENT_SERVERS))
        except AiBoxNotFoundError:
            return False
        wanted = servers.with_url(
            url, reference_pictures=reference_pictures, replaces=replaces
        )
        if wanted != servers:
            await self.ask(event_servers_request(wanted))
        return True

    async def stop_pushing_to(self, path: str) -> None:
        """Remove the push URLs with this path."""
        try:
            servers = read_event_servers(await self.ask(EVENT_SERVERS))
        except AiBoxNotFoundError:
            return
        wanted = servers.without_path(path)
        if wanted != servers:
            await self.ask(event_servers_request(wanted))

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
