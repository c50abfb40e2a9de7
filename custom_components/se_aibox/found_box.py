"""Asks whether an SE AI box is at an address, and which."""

import asyncio
from dataclasses import dataclass

from aiohttp import ClientSession

from .aibox.exceptions import (
    AiBoxBusyError,
    AiBoxConnectionError,
    AiBoxError,
    AiBoxProtocolError,
)
from .aibox.models import BoxInfo, CaptureDevice, Dialect, Ports
from .aibox.rest import Rest, find_dialect
from .aibox.stream import connect


@dataclass(frozen=True, slots=True)
class FoundBox:
    """A box that answered, and its capture devices."""

    info: BoxInfo
    capture_devices: tuple[CaptureDevice, ...]

    @property
    def unique_id(self) -> str | None:
        """The serial number, else the MAC; never the host, which changes hands."""
        return self.info.serial_number or next(iter(self.info.mac_addresses), None)

    @property
    def name(self) -> str:
        """What to call the box until the user says otherwise."""
        return self.info.host_name or f"SE AI box {(self.unique_id or '')[-5:]}"


class BoxProblem(Exception):
    """Why there is no usable box; `key` is the config flow's error in words."""

    def __init__(self, key: str) -> None:
        """Keep the translation key."""
        super().__init__(key)
        self.key = key


async def find_box(session: ClientSession, host: str, ports: Ports) -> FoundBox:
    """Return the box at an address, proven over REST and WebSocket; raises `BoxProblem`."""
    try:
        dialect = await find_dialect(session, host, ports)
        rest = Rest(session, host, ports, dialect)
        capture_devices, info = await asyncio.gather(
            rest.capture_devices(), rest.box_info()
        )
    except AiBoxError as error:
        raise BoxProblem(await _why(session, host, ports, error)) from error
    if info.recognizes is False:
        raise BoxProblem("bare_system")
    try:
        async with connect(session, host, ports, dialect):
            pass
    except AiBoxError as error:
        raise BoxProblem("event_socket_closed") from error
    found = FoundBox(info, capture_devices)
    if found.unique_id is None:
        raise BoxProblem("no_identity")
    return found


async def _why(
    session: ClientSession, host: str, ports: Ports, error: AiBoxError
) -> str:
    """Return the error's key; a box without its face service answers on the system port alone."""
    if isinstance(error, AiBoxBusyError):
        return "still_starting"
    if isinstance(error, AiBoxConnectionError):
        for dialect in Dialect:
            info = await Rest(session, host, ports, dialect).box_info()
            if info.recognizes is False:
                return "bare_system"
        return "cannot_connect"
    if isinstance(error, AiBoxProtocolError):
        return "not_a_box"
    return "refused"
