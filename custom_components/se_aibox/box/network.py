"""Addresses, resolved as the session of the boxes resolves them."""

import asyncio
from contextlib import suppress
from ipaddress import ip_address
import socket

from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import HomeAssistantTCPConnector

from ..aibox.exceptions import AiBoxError
from ..aibox.http import box_url
from .session import async_get_session

_CONNECT_SECONDS = 5.0
# A name in the local network is found at once, if at all.
_LOOKUP_SECONDS = 3.0
# The port does not matter: nothing is sent.
_ANY_PORT = 9


def is_address(host: str) -> bool:
    """Return whether a host is an IP address."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def plain_address(text: str) -> str:
    """Return an IP address in one spelling."""
    address = ip_address(text)
    # A dual-stack socket shows IPv4 addresses as IPv6.
    return str(getattr(address, "ipv4_mapped", None) or address)


async def async_addresses(hass: HomeAssistant, host: str) -> frozenset[str]:
    """Return the addresses of a host, none if unresolved."""
    if is_address(host):
        return frozenset({plain_address(host)})
    # The system's resolver does not know the `.local` names that requests find.
    connector = async_get_session(hass).connector
    if not isinstance(connector, HomeAssistantTCPConnector):
        return frozenset()
    try:
        found = await connector.async_resolve_host(host)
    except OSError, UnicodeError:
        return frozenset()
    return frozenset(plain_address(result["host"]) for result in found)


async def async_is_known(hass: HomeAssistant, host: str) -> bool:
    """Return whether a host has an address, after some seconds at most."""
    with suppress(AiBoxError, TimeoutError):
        # Otherwise, no resolver is to be asked.
        box_url("http", host, _ANY_PORT)
        async with asyncio.timeout(_LOOKUP_SECONDS):
            return bool(await async_addresses(hass, host))
    return False


def source_address(target: str) -> str | None:
    """Return our own address on the route to an IP address."""
    family = socket.AF_INET6 if ":" in target else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.setblocking(False)
        try:
            # This only chooses the route.
            probe.connect((target, _ANY_PORT))
        except OSError:
            return None
        return plain_address(str(probe.getsockname()[0]))


async def async_is_silent(host: str, *ports: int) -> bool:
    """Return whether no port accepts a connection."""
    accepted = await asyncio.gather(*(_async_accepts(host, port) for port in ports))
    return not any(accepted)


async def _async_accepts(host: str, port: int) -> bool:
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(host, port)
    except OSError, UnicodeError:
        return False
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return True
