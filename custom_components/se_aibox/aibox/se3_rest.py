"""What a box that only pushes can be asked, and how such a one is told from others."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from typing import override

from aiohttp import ClientSession

from .exceptions import AiBoxError, AiBoxNotFoundError
from .models import (
    BoxHealth,
    BoxInfo,
    CaptureDevice,
    Dialect,
    HistoryQuery,
    Ports,
    Record,
    RecordPage,
)
from .rest import Rest
from .wire.se3 import EVENT_SERVERS, event_servers_request, read_event_servers


@dataclass(frozen=True, slots=True)
class FoundSe3:
    """A box that only pushes, and whether it can be told where to."""

    info: BoxInfo
    takes_url: bool


async def find_se3(
    session: ClientSession, host: str, ports: Ports, *, lists_devices: bool
) -> FoundSe3 | None:
    """Return the box that only pushes at an address, None where there is no such.

    To ask where no event socket answers. It is one if its model says SE3. Else, without any list of capture
    devices, it is one if it takes URLs to push to or tells its serial number in the manner of 1.x. With such
    a list it may as well be a box whose socket is closed: then only one that takes URLs and tells no model is.
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
    """The questions that an SE3 answers: fewer than other boxes do."""

    def __init__(self, session: ClientSession, host: str, ports: Ports) -> None:
        """Take where the box is."""
        super().__init__(session, host, ports, Dialect.NESTED)
        self.known: set[str] = set()
        self._readings: frozenset[str] = frozenset()

    async def takes_url(self) -> bool:
        """Return whether the box can be told where to push to."""
        try:
            read_event_servers(await self._ask(EVENT_SERVERS))
        except AiBoxError:
            return False
        return True

    async def push_to(self, url: str, *, reference_pictures: bool) -> bool:
        """Have the box push to a URL beside those it has; return whether it has a call for that."""
        try:
            servers = read_event_servers(await self._ask(EVENT_SERVERS))
        except AiBoxNotFoundError:
            return False
        wanted = servers.with_url(url, reference_pictures=reference_pictures)
        if wanted != servers:
            await self._ask(event_servers_request(wanted))
        return True

    async def stop_pushing_to(self, path: str) -> None:
        """Take the URLs with a path out of the box's list."""
        try:
            servers = read_event_servers(await self._ask(EVENT_SERVERS))
        except AiBoxNotFoundError:
            return
        wanted = servers.without_path(path)
        if wanted != servers:
            await self._ask(event_servers_request(wanted))

    @override
    async def capture_devices(self) -> tuple[CaptureDevice, ...]:
        """Return the capture devices that spoke, with what the box tells of them, if it does."""
        listed: tuple[CaptureDevice, ...] = ()
        with suppress(AiBoxError):
            listed = await super().capture_devices()
        by_address = {device.ip: device for device in listed}
        return tuple(
            # No relay: no SE3 documents a call that opens it.
            replace(by_address[address], capture_device_id=address, relay=None)
            if address in by_address
            else CaptureDevice(address, name=address)
            for address in sorted(self.known)
        )

    @property
    @override
    def opens_doors(self) -> bool:
        """Whether it opens doors: no page says so."""
        return False

    async def learn(self) -> None:
        """Find out which readings the box has."""
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
        self._readings = frozenset(readings)

    @override
    def tells(self, reading: str) -> bool:
        """Return whether the box had a reading when it was asked for it."""
        return reading in self._readings

    @override
    async def record_page(
        self, query: HistoryQuery, *, milliseconds: bool
    ) -> RecordPage:
        """Return nothing: the box keeps no history."""
        return RecordPage((), 0)

    @override
    async def record(self, recognition_id: str) -> Record | None:
        """Return None: the box keeps no history."""
        return None
