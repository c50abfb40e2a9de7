"""A box that is known by a name, which may be unknown for a while, and mean another address then."""

from collections.abc import AsyncGenerator

from aiohttp import ClientSession, TCPConnector
import pytest
import pytest_socket

from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.exceptions import AiBoxConnectionError
from custom_components.se_aibox.aibox.http import refuse_redirects
from custom_components.se_aibox.aibox.models import Dialect
from custom_components.se_aibox.aibox.updates import CaughtUp, Connected, Disconnected
from emulator import EmulatedBox

from .names import Names
from .recovering import miss, next_recovered
from .talk import (
    HOST,
    Naps,
    Updates,
    everything,
    following,
    listening,
    ports_of,
    recognition,
)

_NAME = "box.home"
_ELSEWHERE = "127.0.0.2"


@pytest.fixture
def names() -> Names:
    """Return what can be changed about the names."""
    pytest_socket.socket_allow_hosts([HOST, _ELSEWHERE], allow_unix_socket=True)
    return Names({_NAME: HOST})


@pytest.fixture
async def updates(
    box: EmulatedBox, dialect: Dialect, names: Names, naps: Naps
) -> AsyncGenerator[Updates]:
    """Listen to everything at a box that is known by its name; nobody remembers what that meant before."""
    connector = TCPConnector(resolver=names, ttl_dns_cache=0)
    async with ClientSession(
        connector=connector, middlewares=(refuse_redirects,)
    ) as session:
        client = AiBoxClient(session, _NAME, ports_of(box), dialect, sleep=naps.sleep)
        await client.subscribe(everything(box))
        async with listening(client) as updates:
            await following(updates, Connected)
            await following(updates, CaughtUp)
            yield updates


async def _not_found(updates: Updates) -> None:
    for _ in range(3):
        gone = await following(updates, Disconnected)
        assert isinstance(gone.error, AiBoxConnectionError)


async def _assert_back(updates: Updates, box: EmulatedBox) -> None:
    """Assert that the box is found by itself, what was missed is told, and what comes is heard."""
    missed = await miss(box, minutes_ago=0.1)
    await following(updates, Connected)
    assert await next_recovered(updates) == missed.identity_id
    assert await following(updates, CaughtUp) == CaughtUp(1, left=0)
    seen = await box.recognize(box.devices[0], box.people[1])
    assert (await recognition(updates)).identity_id == seen.identity_id


async def test_unknown_for_a_while(
    updates: Updates, box: EmulatedBox, names: Names
) -> None:
    """As while the router starts."""
    names.addresses.clear()
    await box.drop()
    await _not_found(updates)
    names.addresses[_NAME] = HOST
    await _assert_back(updates, box)


async def test_another_address(
    updates: Updates, box: EmulatedBox, names: Names
) -> None:
    """The box got another one, and the name follows later."""
    await box.cut_power()
    for name in ("rest", "system", "events"):
        box.port(name).host = _ELSEWHERE
    await box.start()
    await _not_found(updates)
    names.addresses.clear()
    await _not_found(updates)
    names.addresses[_NAME] = _ELSEWHERE
    await _assert_back(updates, box)
