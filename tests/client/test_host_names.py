"""A box with a host name that is unknown for a while or changes its address."""

from collections.abc import AsyncGenerator

from aiohttp import ClientSession, TCPConnector
import pytest
import pytest_socket

from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.exceptions import AiBoxConnectionError
from custom_components.se_aibox.aibox.http import refuse_redirects
from custom_components.se_aibox.aibox.models import Dialect
from custom_components.se_aibox.aibox.updates import (
    Connected,
    Disconnected,
    ScanCompleted,
)
from emulator import EmulatedBox

from .common import (
    HOST,
    FakeSleep,
    Updates,
    everything,
    listening,
    next_recognition,
    next_update,
    ports_of,
)
from .names import Names
from .recovering import next_recovered, record_missed

_NAME = "box.home"
_ELSEWHERE = "127.0.0.2"


@pytest.fixture
def names() -> Names:
    """Return a resolver that knows the name of the box."""
    pytest_socket.socket_allow_hosts([HOST, _ELSEWHERE], allow_unix_socket=True)
    return Names({_NAME: HOST})


@pytest.fixture
async def updates(
    box: EmulatedBox, dialect: Dialect, names: Names, fake_sleep: FakeSleep
) -> AsyncGenerator[Updates]:
    """Return the updates of a client that connects by name, without a DNS cache."""
    connector = TCPConnector(resolver=names, ttl_dns_cache=0)
    async with ClientSession(
        connector=connector, middlewares=(refuse_redirects,)
    ) as session:
        client = AiBoxClient(
            session, _NAME, ports_of(box), dialect, sleep=fake_sleep.sleep
        )
        await client.subscribe(everything(box))
        async with listening(client) as updates:
            await next_update(updates, Connected)
            await next_update(updates, ScanCompleted)
            yield updates


async def _assert_not_found(updates: Updates) -> None:
    for _ in range(3):
        gone = await next_update(updates, Disconnected)
        assert isinstance(gone.error, AiBoxConnectionError)


async def _assert_reconnects(updates: Updates, box: EmulatedBox) -> None:
    """Assert that the client reconnects, recovers and receives."""
    missed = await record_missed(box, minutes_ago=0.1)
    await next_update(updates, Connected)
    assert await next_recovered(updates) == missed.identity_id
    assert await next_update(updates, ScanCompleted) == ScanCompleted(1, left=0)
    seen = await box.recognize(box.devices[0], box.people[1])
    assert (await next_recognition(updates)).identity_id == seen.identity_id


async def test_client_reconnects_after_the_name_was_unknown(
    updates: Updates, box: EmulatedBox, names: Names
) -> None:
    """The router may restart, for example."""
    names.addresses.clear()
    await box.drop()
    await _assert_not_found(updates)
    names.addresses[_NAME] = HOST
    await _assert_reconnects(updates, box)


async def test_client_reconnects_at_the_new_address_of_the_name(
    updates: Updates, box: EmulatedBox, names: Names
) -> None:
    """The name gets the new address later than the box."""
    await box.cut_power()
    for name in ("rest", "system", "events"):
        box.port(name).host = _ELSEWHERE
    await box.start()
    await _assert_not_found(updates)
    names.addresses.clear()
    await _assert_not_found(updates)
    names.addresses[_NAME] = _ELSEWHERE
    await _assert_reconnects(updates, box)
