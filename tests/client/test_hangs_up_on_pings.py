"""A box whose server hangs up on pings."""

import asyncio
from collections.abc import AsyncGenerator

from aiohttp import ClientSession
import pytest

from custom_components.se_aibox.aibox import feed_check, stream
from custom_components.se_aibox.aibox.broadcasts import follow_device_list
from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.exceptions import AiBoxTimeoutError
from custom_components.se_aibox.aibox.models import Dialect, Ports
from custom_components.se_aibox.aibox.pings import Pings
from custom_components.se_aibox.aibox.updates import (
    Connected,
    Disconnected,
    Recovered,
    ScanCompleted,
)
from emulator import EmulatedBox

from .common import (
    HOST,
    Updates,
    everything,
    listening,
    next_recognition,
    next_update,
    until,
)
from .recovering import record_missed

pytestmark = pytest.mark.usefixtures("exact_clock")


@pytest.fixture(autouse=True)
def _hangs_up(box: EmulatedBox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hang up on pings; decide after 0.1 s."""
    box.events.hangs_up_on_pings = True
    monkeypatch.setattr(stream, "_SHORT_SIGN_SECONDS", 0.1)
    monkeypatch.setattr(stream, "_PING_SECONDS", 0.1)
    monkeypatch.setattr(feed_check, "_TICK_SECONDS", 0.1)
    monkeypatch.setattr(feed_check, "_LATE_WITHOUT_PONGS_SECONDS", 0.1)
    monkeypatch.setattr(feed_check, "_SUBSCRIBING_SECONDS", 0)


@pytest.fixture
async def updates(client: AiBoxClient, box: EmulatedBox) -> AsyncGenerator[Updates]:
    """Return the updates of a client that sends no more pings."""
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        # On a busy machine, the connection may end after a first scan, too.
        async with asyncio.timeout(30):
            while (
                not isinstance(await anext(updates), ScanCompleted)
                or client._pings.are_sent
            ):
                pass
        await box.wait_for_subscription()
        yield updates


async def test_no_ping_is_sent_after_three_ends(
    updates: Updates, box: EmulatedBox
) -> None:
    """The box stays connected, and its recognitions are received."""
    await asyncio.sleep(0.5)
    seen = await box.recognize(box.devices[0], box.people[0])
    assert (await next_recognition(updates)).identity_id == seen.identity_id
    # A ping would have ended the connection.
    assert updates.empty()


async def test_history_reveals_recognitions_that_the_socket_does_not_send(
    updates: Updates, box: EmulatedBox
) -> None:
    """The silent connection ends, and the recognition is recovered."""
    missed = await record_missed(box, minutes_ago=0)
    gone = await next_update(updates, Disconnected)
    assert isinstance(gone.error, AiBoxTimeoutError)
    await next_update(updates, Connected)
    found = await next_update(updates, Recovered)
    assert found.recognition.identity_id == missed.identity_id


async def test_pings_are_sent_again_if_they_were_not_the_reason(
    client: AiBoxClient, updates: Updates, box: EmulatedBox
) -> None:
    """The server had crashed, and answers pings after its restart."""
    assert not client._pings.are_sent
    box.events.hangs_up_on_pings = False
    await box.drop()
    await next_update(updates, Disconnected)
    await next_update(updates, Connected)
    await next_update(updates, ScanCompleted)
    await until(lambda: client._pings.are_answered)


@pytest.mark.parametrize("dialect", [Dialect.FLAT])
async def test_broadcasts_are_followed_without_pings(
    session: ClientSession, box: EmulatedBox
) -> None:
    """Both sockets of the box have the same server."""
    box.port("broadcast").handler = box.port("events").handler
    await box.port("broadcast").close()
    await box.port("broadcast").open()
    changes: list[None] = []
    failures: list[float] = []

    async def sleep(seconds: float) -> None:
        failures.append(seconds)
        await asyncio.sleep(0)

    task = asyncio.create_task(
        follow_device_list(
            session,
            HOST,
            Ports(broadcasts=box.ports.broadcast),
            lambda: changes.append(None),
            sleep=sleep,
        )
    )
    await until(lambda: bool(changes))
    await asyncio.sleep(0.5)
    task.cancel()
    await asyncio.wait([task])
    assert len(failures) == 3


@pytest.mark.parametrize("dialect", [Dialect.FLAT])
def test_pong_resets_the_count_of_ends() -> None:
    """Only three ends in a row count."""
    pings = Pings()
    for _ in range(5):
        pings.hung_up()
        pings.hung_up()
        pings.answered()
    assert pings.are_sent
    assert pings.are_answered
