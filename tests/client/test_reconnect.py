"""The connection goes and comes back."""

import asyncio

import pytest

from custom_components.se_aibox.aibox import retry
from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.exceptions import (
    AiBoxConnectionError,
    AiBoxError,
    AiBoxProtocolError,
)
from custom_components.se_aibox.aibox.updates import CaughtUp, Connected, Disconnected
from emulator import EmulatedBox

from .talk import (
    Naps,
    Updates,
    everything,
    following,
    listening,
    our_tasks,
    recognition,
    until,
)


async def _assert_back(updates: Updates, box: EmulatedBox) -> None:
    """Assert that the client noticed, came back, and hears."""
    gone = await following(updates, Disconnected)
    assert isinstance(gone.error, AiBoxError)
    await following(updates, Connected)
    await following(updates, CaughtUp)
    await box.wait_for_subscription()
    emitted = await box.recognize(box.devices[0], box.people[0])
    assert (await recognition(updates)).identity_id == emitted.identity_id


async def test_a_reset_connection(updates: Updates, box: EmulatedBox) -> None:
    """As after a power cut."""
    await box.drop()

    await _assert_back(updates, box)


@pytest.mark.parametrize("code", [1000, 1001, 1011])
async def test_a_closed_connection(
    updates: Updates, box: EmulatedBox, code: int
) -> None:
    """However politely the box says goodbye, it is wanted back."""
    closing = asyncio.create_task(box.close_sockets(code))

    await _assert_back(updates, box)
    await closing


async def test_again_and_again(updates: Updates, box: EmulatedBox) -> None:
    """The client never gives up."""
    for _ in range(5):
        await box.drop()
        await _assert_back(updates, box)


async def test_a_box_that_is_away_for_long(
    updates: Updates, box: EmulatedBox, naps: Naps
) -> None:
    """Each try that fails is told, with delays that grow to a minute and no further."""
    await box.port("events").close()
    for _ in range(9):
        gone = await following(updates, Disconnected)
        assert isinstance(gone.error, AiBoxConnectionError)
    await box.port("events").open()

    await following(updates, Connected)
    await box.wait_for_subscription()

    assert naps.seconds[:9] == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert set(naps.seconds[9:]) <= {60}


async def test_a_box_that_hangs_up_at_once_is_not_hammered(
    updates: Updates, box: EmulatedBox, naps: Naps
) -> None:
    """Being connected for a moment does not make the delays short again."""
    for _ in range(3):
        await box.drop()
        await following(updates, Disconnected)
        await following(updates, Connected)
        await box.wait_for_subscription()

    assert naps.seconds == [1, 2, 4]


async def test_after_a_good_connection_the_first_delay_is_short(
    updates: Updates, box: EmulatedBox, naps: Naps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that held for a minute starts the count anew."""
    await box.port("events").close()
    for _ in range(3):
        await following(updates, Disconnected)
    await box.port("events").open()
    await following(updates, Connected)
    tries = len(naps.seconds)
    assert naps.seconds[:3] == [1, 2, 4]
    monkeypatch.setattr(retry, "STABLE_SECONDS", 0.0)
    await box.wait_for_subscription()
    await box.drop()
    await following(updates, Disconnected)
    await following(updates, Connected)

    assert naps.seconds[tries:] == [1]


async def test_something_else_at_the_address(
    updates: Updates, box: EmulatedBox
) -> None:
    """Another device on the box's address is a disconnection, not a crash."""
    await box.port("events").close()

    async def moved(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(moved, box.host, box.ports.events)
    async with server:
        await following(updates, Disconnected)
        gone = await following(updates, Disconnected)
        assert isinstance(gone.error, AiBoxProtocolError)


async def test_closing_the_generator_closes_the_socket(
    client: AiBoxClient, box: EmulatedBox
) -> None:
    """Nothing is left behind: no socket at the box, no task here."""
    await client.subscribe(everything(box))
    tasks = our_tasks()
    async with listening(client) as updates:
        await following(updates, Connected)
        await following(updates, CaughtUp)
        await box.wait_for_subscription()
        await box.recognize()
        await recognition(updates)

    await until(lambda: not box.subscriptions)
    await until(lambda: our_tasks() <= tasks)


async def test_a_cancelled_listener_closes_the_socket(
    client: AiBoxClient, box: EmulatedBox
) -> None:
    """As when an entry is unloaded in the middle of waiting."""
    await client.subscribe(everything(box))
    tasks = our_tasks()
    async with listening(client):
        await box.wait_for_subscription()

    await until(lambda: not box.subscriptions)
    await until(lambda: our_tasks() <= tasks)


async def test_a_listener_cancelled_while_the_box_is_away(
    client: AiBoxClient, box: EmulatedBox
) -> None:
    """Nobody goes on trying."""
    await box.port("events").close()
    tasks = our_tasks()
    async with listening(client) as heard:
        assert isinstance(await anext(heard), Disconnected)

    assert our_tasks() <= tasks


async def test_updates_can_be_asked_for_again(
    client: AiBoxClient, box: EmulatedBox
) -> None:
    """A reloaded entry starts anew."""
    await client.subscribe(everything(box))
    for _ in range(2):
        async with listening(client) as updates:
            await following(updates, Connected)
            await following(updates, CaughtUp)
            await box.wait_for_subscription()
            await box.recognize()
            await recognition(updates)
        await until(lambda: not box.subscriptions)


async def test_rest_does_not_need_the_event_socket(
    client: AiBoxClient, box: EmulatedBox
) -> None:
    """Pictures and devices can be had while the socket is down."""
    await box.port("events").close()

    assert len(await client.rest.capture_devices()) == len(box.devices)
