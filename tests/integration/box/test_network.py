"""Addresses of boxes, and our own."""

import asyncio
from collections.abc import Iterable
import socket

from aiohttp import ClientSession
import pytest
import pytest_socket

from custom_components.se_aibox.box import network
from homeassistant.core import HomeAssistant
from tests.integration.se3.se3_helpers import names_resolve

NAMES = {"se3.local": ["::ffff:192.0.2.7", "2001:db8::7"]}


@pytest.mark.parametrize(
    ("host", "addresses"),
    [
        ("192.0.2.7", ["192.0.2.7"]),
        ("::ffff:192.0.2.7", ["192.0.2.7"]),
        ("se3.local", ["192.0.2.7", "2001:db8::7"]),
        ("nobody.local", []),
    ],
)
async def test_names_are_resolved_as_requests_resolve_them(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    addresses: Iterable[str],
) -> None:
    """The system's resolver does not know `.local` names."""
    names_resolve(monkeypatch, NAMES)
    assert await network.async_addresses(hass, host) == set(addresses)


async def test_session_without_a_resolver_finds_no_name(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every session of Home Assistant has one."""
    async with ClientSession() as session:
        monkeypatch.setattr(network, "async_get_session", lambda _: session)
        assert await network.async_addresses(hass, "se3.local") == frozenset()


@pytest.mark.parametrize(
    ("target", "source"),
    [("127.0.0.1", "127.0.0.1"), ("255.255.255.255", None)],
)
def test_source_address_is_that_of_the_route(target: str, source: str | None) -> None:
    """There may be no route: a broadcast needs a permission."""
    pytest_socket.socket_allow_hosts([target], allow_unix_socket=True)
    assert network.source_address(target) == source


@pytest.mark.parametrize("error", [OSError, UnicodeError])
async def test_unusable_host_is_silent(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    """It cannot be resolved, or not even be asked for."""

    async def _fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(asyncio, "open_connection", _fail)
    assert await network.async_is_silent("se3.local", 80, 81)


async def test_host_with_one_open_port_is_not_silent() -> None:
    """The other port is closed."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        assert not await network.async_is_silent("127.0.0.1", port, 1)
    assert await network.async_is_silent("127.0.0.1", port, 1)
