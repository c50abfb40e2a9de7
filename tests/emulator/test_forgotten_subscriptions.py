"""Tests of a box that forgets subscriptions of open sockets."""

from aiohttp import ClientWebSocketResponse, WSMsgType
import pytest

from emulator import Variant

from .box_client import CONFIGURATION_KEYS, BoxClient, is_quiet, next_message, receive
from .conftest import Boxes


async def _configure_again(
    client: BoxClient, socket: ClientWebSocketResponse, device_ids: list[str]
) -> None:
    """Send a frame and wait until the box has read it."""
    keys = CONFIGURATION_KEYS[client.box.dialect]
    await socket.send_json(dict(zip(keys, (True, True, device_ids), strict=True)))
    # The box reads frames in order, so the pong follows the configuration.
    await socket.ping(b"read")
    assert (await next_message(socket)).type is WSMsgType.PONG


async def test_forgotten_client_receives_nothing_until_a_new_frame(
    either: BoxClient,
) -> None:
    """Recognitions still enter the history, and pings are answered."""
    box = either.box
    socket = await either.subscribe()
    box.forget_subscriptions()

    assert box.subscriptions == []
    missed = await box.recognize(box.devices[0])
    assert await is_quiet(socket)
    await socket.ping(b"42")
    assert await next_message(socket) == (WSMsgType.PONG, b"42", "")
    assert [record["timestamp"] for record in await either.events()] == [
        missed.timestamp_ms / 1000
    ]

    await either.configure(socket)
    emitted = await box.recognize(box.devices[0])
    assert await receive(socket) == emitted.message


async def test_client_that_connects_later_is_not_forgotten(either: BoxClient) -> None:
    """Only earlier subscriptions are forgotten."""
    box = either.box
    forgotten = await either.subscribe()
    box.forget_subscriptions()
    socket = await either.subscribe()
    emitted = await box.recognize(box.devices[0])
    assert await receive(socket) == emitted.message
    assert await is_quiet(forgotten)


@pytest.mark.parametrize("dialect", ["nested", "flat"])
async def test_second_frame_is_ignored_if_only_the_first_counts(
    boxes: Boxes, dialect: str
) -> None:
    """Some firmware reads one frame per connection."""
    client = await boxes.make(dialect, Variant(first_frame_only=True))
    first, second = client.box.devices[:2]
    socket = await client.subscribe([first.device_id])
    await _configure_again(client, socket, [second.device_id])
    assert [one.device_ids for one in client.box.subscriptions] == [(first.device_id,)]


@pytest.mark.parametrize("dialect", ["nested", "flat"])
async def test_forgotten_client_must_reconnect_if_only_the_first_counts(
    boxes: Boxes, dialect: str
) -> None:
    """A new frame on the old connection has no effect."""
    client = await boxes.make(dialect, Variant(first_frame_only=True))
    box = client.box
    socket = await client.subscribe()
    box.forget_subscriptions()
    await _configure_again(client, socket, [device.device_id for device in box.devices])
    await box.recognize(box.devices[0])
    assert await is_quiet(socket)

    again = await client.subscribe()
    emitted = await box.recognize(box.devices[0])
    assert await receive(again) == emitted.message
