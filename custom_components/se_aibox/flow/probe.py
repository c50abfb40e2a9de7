"""Finds and identifies the box at an address."""

import asyncio
from dataclasses import dataclass, replace

from aiohttp import ClientSession

from ..aibox.exceptions import (
    AiBoxBusyError,
    AiBoxConnectionError,
    AiBoxError,
    AiBoxLoginError,
    AiBoxNotFoundError,
    AiBoxProtocolError,
    AiBoxRedirectError,
)
from ..aibox.models import BoxInfo, CaptureDevice, Dialect, Ports, SystemMode
from ..aibox.rest import Rest
from ..aibox.rest_port import find_rest
from ..aibox.se3_rest import find_se3
from ..aibox.stream import connect

# Problems of a box without an event socket or a list of capture devices.
_PERHAPS_PUSHES = frozenset({"event_socket_closed", "not_a_box", "refused"})


@dataclass(frozen=True, slots=True)
class FoundBox:
    """A box that answered, and its capture devices."""

    info: BoxInfo
    capture_devices: tuple[CaptureDevice, ...]
    # Its REST calls may answer on another port than the given one.
    ports: Ports
    # Whether it only pushes. It then lists no capture devices, and may have no call to
    # set where it pushes to.
    pushes: bool = False
    takes_url: bool = False
    # Whether the box itself reported who it is.
    tells_identity: bool = True

    def with_mac_address(self, mac_address: str) -> FoundBox:
        """Return the box with an address that only the network knows."""
        info = replace(self.info, mac_addresses=(mac_address,))
        return replace(self, info=info)

    @property
    def identifiers(self) -> tuple[str, ...]:
        """The serial number, then the MAC addresses."""
        # Not the host: another device may have it later.
        number = self.info.serial_number
        return (*((number,) if number else ()), *self.info.mac_addresses)

    @property
    def name(self) -> str:
        """Return the initial name of the box."""
        return self.info.host_name or " ".join(
            ("SE AI box", *(identifier[-5:] for identifier in self.identifiers[:1]))
        )


class BoxProblem(Exception):
    """No usable box; `key` is the config flow's error."""

    def __init__(self, key: str) -> None:
        """Store the translation key."""
        super().__init__(key)
        self.key = key


async def find_box(session: ClientSession, host: str, ports: Ports) -> FoundBox:
    """Return the box at an address, or raise `BoxProblem`.

    It must answer over REST and, unless it only pushes, over WebSocket.
    """
    try:
        found = await _find_listening_box(session, host, ports)
    except BoxProblem as problem:
        if problem.key not in _PERHAPS_PUSHES:
            raise
        lists_devices = not isinstance(problem.__cause__, AiBoxNotFoundError)
        se3 = await find_se3(session, host, ports, lists_devices=lists_devices)
        if se3 is None:
            raise
        if se3.info.mode is SystemMode.BARE:
            raise BoxProblem("bare_system") from problem
        found = FoundBox(se3.info, (), ports, pushes=True, takes_url=se3.takes_url)
    return replace(found, tells_identity=bool(found.identifiers))


async def _find_listening_box(
    session: ClientSession, host: str, ports: Ports
) -> FoundBox:
    try:
        ports, dialect = await find_rest(session, host, ports)
        rest = Rest(session, host, ports, dialect)
        capture_devices, info = await asyncio.gather(
            rest.capture_devices(), rest.box_info()
        )
    except AiBoxError as error:
        raise BoxProblem(await _why(session, host, ports, error)) from error
    if info.mode is SystemMode.BARE:
        raise BoxProblem("bare_system")
    try:
        async with connect(session, host, ports, dialect):
            pass
    except AiBoxError as error:
        raise BoxProblem("event_socket_closed") from error
    return FoundBox(info, capture_devices, ports)


async def _why(
    session: ClientSession, host: str, ports: Ports, error: AiBoxError
) -> str:
    """Return the key of the problem behind an error."""
    if isinstance(error, AiBoxBusyError):
        return "still_starting"
    if isinstance(error, AiBoxConnectionError):
        # Without its face service, a box still answers on the system port.
        for dialect in Dialect:
            info = await Rest(session, host, ports, dialect).box_info()
            if info.mode is SystemMode.BARE:
                return "bare_system"
        return "cannot_connect"
    if isinstance(error, AiBoxRedirectError):
        return "redirected"
    if isinstance(error, AiBoxLoginError):
        return "login_required"
    if isinstance(error, AiBoxProtocolError):
        return "not_a_box"
    return "refused"
