"""Losing and restoring the connection."""

import asyncio

import pytest

from custom_components.se_aibox.aibox import retry
from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.exceptions import (
    AiBoxConnectionError,
    AiBoxError,
    AiBoxProtocolError,
)
from custom_components.se_aibox.aibox.updates import (
    Connected,
    Disconnected,
    ScanCompleted,
)
from emulator import EmulatedBox

from .common import (
    FakeSleep,
    Updates,
    client_tasks,
    everything,
    listening,
    next_recognition,
    next_update,
    until,
)


async def _assert_reconnects(updates: Updates, box: EmulatedBox) -> None:
    """Assert that the client disconnects, reconnects and receives."""
    gone = await next_update(updates, Disconnected)
    assert isinstance(gone.error, AiBoxError)
    await next_update(updates, Connected)
    await next_update(updates, ScanCompleted)
    await box.wait_for_subscription()
    emitted = await box.recognize(box.devices[0], box.people[0])
    assert (await next_recognition(updates)).identity_id == emitted.identity_id


async def test_client_reconnects_after_a_reset(
    updates: Updates, box: EmulatedBox
) -> None:
    """A power cut resets the connection."""
    await box.drop()

    await _assert_reconnects(updates, box)


@pytest.mark.parametrize("code", [1000, 1001, 1011])
async def test_client_reconnects_after_a_close_frame(
    updates: Updates, box: EmulatedBox, code: int
) -> None:
    """The close code does not matter."""
    closing = asyncio.create_task(box.close_sockets(code))

    await _assert_reconnects(updates, box)
    await closing


async def test_client_reconnects_every_time(updates: Updates, box: EmulatedBox) -> None:
    """Five resets follow each other."""
    for _ in range(5):
        await box.drop()
        await _assert_reconnects(updates, box)


async def test_delays_grow_to_a_minute_while_the_box_is_away(
    updates: Updates, box: EmulatedBox, fake_sleep: FakeSleep
) -> None:
    """Each failed attempt is delivered."""
    await box.port("events").close()
    for _ in range(9):
        gone = await next_update(updates, Disconnected)
        assert isinstance(gone.error, AiBoxConnectionError)
    await box.port("events").open()

    await next_update(updates, Connected)
    await box.wait_for_subscription()

    assert fake_sleep.seconds[:9] == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert set(fake_sleep.seconds[9:]) <= {60}


async def test_short_connection_does_not_reset_the_delay(
    updates: Updates, box: EmulatedBox, fake_sleep: FakeSleep
) -> None:
    """A box may accept and drop every connection."""
    for _ in range(3):
        await box.drop()
        await next_update(updates, Disconnected)
        await next_update(updates, Connected)
        await box.wait_for_subscription()

    assert fake_sleep.seconds == [1, 2, 4]


async def test_stable_connection_resets_the_delay(
    updates: Updates,
    box: EmulatedBox,
    fake_sleep: FakeSleep,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A connection is stable after a minute."""
    await box.port("events").close()
    for _ in range(3):
        await next_update(updates, Disconnected)
    await box.port("events").open()
    await next_update(updates, Connected)
    tries = len(fake_sleep.seconds)
    assert fake_sleep.seconds[:3] == [1, 2, 4]
    monkeypatch.setattr(retry, "STABLE_SECONDS", 0.0)
    await box.wait_for_subscription()
    await box.drop()
    await next_update(updates, Disconnected)
    await next_update(updates, Connected)

    assert fake_sleep.seconds[tries:] == [1]


async def test_other_server_at_the_address_is_a_disconnection(
    updates: Updates, box: EmulatedBox
) -> None:
    """It redirects, which is a protocol error."""
    await box.port("events").close()

    async def moved(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(moved, box.host, box.ports.events)
    async with server:
        await next_update(updates, Disconnected)
        gone = await next_update(updates, Disconnected)
        assert isinstance(gone.error, AiBoxProtocolError)


async def test_stopped_client_leaves_no_socket_and_no_task(
    client: AiBoxClient, box: EmulatedBox
) -> None:
    """It was connected and received a recognition."""
    await client.subscribe(everything(box))
    tasks = client_tasks()
    async with listening(client) as updates:
        await next_update(updates, Connected)
        await next_update(updates, ScanCompleted)
        await box.wait_for_subscription()
        await box.recognize()
        await next_recognition(updates)

    await until(lambda: not box.subscriptions)
    await until(lambda: client_tasks() <= tasks)


async def test_client_canceled_while_it_connects_leaves_no_socket_and_no_task(
    client: AiBoxClient, box: EmulatedBox
) -> None:
    """An entry may be unloaded at any time."""
    await client.subscribe(everything(box))
    tasks = client_tasks()
    async with listening(client):
        await box.wait_for_subscription()

    await until(lambda: not box.subscriptions)
    await until(lambda: client_tasks() <= tasks)


async def test_client_canceled_while_the_box_is_away_leaves_no_task(
    client: AiBoxClient, box: EmulatedBox
) -> None:
    """It stops trying."""
    await box.port("events").close()
    tasks = client_tasks()
    async with listening(client) as updates:
        assert isinstance(await anext(updates), Disconnected)

    assert client_tasks() <= tasks


async def test_client_can_run_twice(client: AiBoxClient, box: EmulatedBox) -> None:
    """Each run connects and receives."""
    await client.subscribe(everything(box))
    for _ in range(2):
        async with listening(client) as updates:
            await next_update(updates, Connected)
            await next_update(updates, ScanCompleted)
            await box.wait_for_subscription()
            await box.recognize()
            await next_recognition(updates)
        await until(lambda: not box.subscriptions)


async def test_calls_do_not_need_the_event_socket(
    client: AiBoxClient, box: EmulatedBox
) -> None:
    """The client never connected."""
    await box.port("events").close()

    assert len(await client.rest.capture_devices()) == len(box.devices)
