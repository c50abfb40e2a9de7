"""Asks whether an SE AI box is at an address, and which."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession

from homeassistant.helpers.update_coordinator import UpdateFailed

from ..aibox.exceptions import (
    AiBoxBusyError,
    AiBoxConnectionError,
    AiBoxError,
    AiBoxNotFoundError,
    AiBoxProtocolError,
)
from ..aibox.models import BoxInfo, CaptureDevice, Dialect, Ports
from ..aibox.rest import Rest, find_dialect
from ..aibox.se3_rest import find_se3
from ..aibox.stream import connect
from ..const import CONF_MAC_ADDRESSES, CONF_SERIAL_NUMBER, DOMAIN

# How the lack of an event socket, or of a list of capture devices, shows.
_PERHAPS_PUSHES = frozenset({"event_socket_closed", "not_a_box", "refused"})


@dataclass(frozen=True, slots=True)
class FoundBox:
    """A box that answered, and its capture devices."""

    info: BoxInfo
    capture_devices: tuple[CaptureDevice, ...]
    # Whether it only pushes; then it says no capture devices, and perhaps not where it pushes to.
    pushes: bool = False
    takes_url: bool = False

    @property
    def unique_id(self) -> str | None:
        """The serial number, else the MAC; never the host, which changes hands."""
        return self.info.serial_number or next(iter(self.info.mac_addresses), None)

    @property
    def name(self) -> str:
        """What to call the box until the user says otherwise."""
        return self.info.host_name or f"SE AI box {(self.unique_id or '')[-5:]}"


def _serial_number_agrees(info: BoxInfo, data: Mapping[str, Any]) -> bool:
    return info.serial_number is not None and info.serial_number == data.get(
        CONF_SERIAL_NUMBER
    )


def _mac_address_agrees(info: BoxInfo, data: Mapping[str, Any]) -> bool:
    return not set(info.mac_addresses).isdisjoint(data.get(CONF_MAC_ADDRESSES, ()))


def is_same_box(info: BoxInfo, data: Mapping[str, Any]) -> bool:
    """Return whether a box is that of a config entry, as far as a user's word goes: by serial number, else by MAC.

    The MAC decides only where one side has no serial number: a system API that opens or closes changes what a
    box tells.
    """
    if info.serial_number and data.get(CONF_SERIAL_NUMBER):
        return _serial_number_agrees(info, data)
    return _mac_address_agrees(info, data)


def claims_to_be(info: BoxInfo, data: Mapping[str, Any]) -> bool:
    """Return whether a box shows a sign of a config entry's, true or copied: it is not to be added once more."""
    return _serial_number_agrees(info, data) or _mac_address_agrees(info, data)


def is_certainly_same_box(info: BoxInfo, data: Mapping[str, Any]) -> bool:
    """Return whether a box is that of a config entry without a user's word: by serial number and MAC."""
    return _serial_number_agrees(info, data) and _mac_address_agrees(info, data)


def is_another_box(info: BoxInfo, data: Mapping[str, Any]) -> bool:
    """Return whether a box is certainly not that of a config entry; one that tells nothing may be it."""
    comparable = (info.serial_number and data[CONF_SERIAL_NUMBER]) or (
        info.mac_addresses and data[CONF_MAC_ADDRESSES]
    )
    return bool(comparable) and not is_same_box(info, data)


def check_same_box(info: BoxInfo, data: Mapping[str, Any]) -> None:
    """Refuse to listen to a box that took over another one's address."""
    stored, addresses = data[CONF_SERIAL_NUMBER], data[CONF_MAC_ADDRESSES]
    if is_another_box(info, data):
        raise UpdateFailed(
            translation_domain=DOMAIN,
            translation_key="another_box",
            translation_placeholders={
                "expected": stored or addresses[0],
                "found": info.serial_number or info.mac_addresses[0],
            },
        )


class BoxProblem(Exception):
    """Why there is no usable box; `key` is the config flow's error in words."""

    def __init__(self, key: str) -> None:
        """Keep the translation key."""
        super().__init__(key)
        self.key = key


async def find_box(session: ClientSession, host: str, ports: Ports) -> FoundBox:
    """Return the box at an address, proven over REST and, unless it only pushes, WebSocket; raises `BoxProblem`."""
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


async def anybody_answers(session: ClientSession, host: str, ports: Ports) -> bool:
    """Return whether anything at all answers where a box is expected."""
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
