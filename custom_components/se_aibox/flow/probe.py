"""Finds and identifies the box at an address."""

import asyncio
from dataclasses import dataclass

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
from ..aibox.models import BoxInfo, CaptureDevice, Dialect, Ports
from ..aibox.rest import Rest, find_dialect
from ..aibox.se3_rest import find_se3
from ..aibox.stream import connect

# Problems of a box without an event socket or a list of capture devices.
_PERHAPS_PUSHES = frozenset({"event_socket_closed", "not_a_box", "refused"})


@dataclass(frozen=True, slots=True)
class FoundBox:
    """A box that answered, and its capture devices."""

    info: BoxInfo
    capture_devices: tuple[CaptureDevice, ...]
    # Whether it only pushes. It then lists no capture devices, and may have no call to
    # set where it pushes to.
    pushes: bool = False
    takes_url: bool = False

    @property
    def unique_id(self) -> str | None:
        """Return the serial number, or else a MAC address."""
        # Not the host: another device may have it later.
        return self.info.serial_number or next(iter(self.info.mac_addresses), None)

    @property
    def name(self) -> str:
        """Return the initial name of the box."""
        return self.info.host_name or f"SE AI box {(self.unique_id or '')[-5:]}"


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
        if se3.info.recognizes is False:
            raise BoxProblem("bare_system") from problem
        found = FoundBox(se3.info, (), pushes=True, takes_url=se3.takes_url)
    if found.unique_id is None:
        raise BoxProblem("no_identity")
    return found


async def _find_listening_box(
    session: ClientSession, host: str, ports: Ports
) -> FoundBox:
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
    return FoundBox(info, capture_devices)


async def is_answered(session: ClientSession, host: str, ports: Ports) -> bool:
    """Return True if anything answers at an address."""
    try:
        await find_dialect(session, host, ports)
    except AiBoxConnectionError:
        return False
    except AiBoxError:
        return True
    return True


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
            if info.recognizes is False:
                return "bare_system"
        return "cannot_connect"
    if isinstance(error, AiBoxRedirectError):
        return "redirected"
    if isinstance(error, AiBoxLoginError):
        return "login_required"
    if isinstance(error, AiBoxProtocolError):
        return "not_a_box"
    return "refused"
