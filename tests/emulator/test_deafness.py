"""A box that forgets who subscribed, while its sockets stay open."""

from aiohttp import ClientWebSocketResponse, WSMsgType
import pytest

from emulator import Variant

from .conftest import Boxes
from .talk import CONFIGURATION_KEYS, Talk, is_quiet, receive


async def _configure_again(
    talk: Talk, socket: ClientWebSocketResponse, device_ids: list[str]
) -> None:
    """Send a frame and return when the box has read it."""
    keys = CONFIGURATION_KEYS[talk.box.dialect]
    await socket.send_json(dict(zip(keys, (True, True, device_ids), strict=True)))
    # The box reads frames in order, so the pong says that it read the last one.
    await socket.ping(b"read")
    assert (await socket.receive(timeout=5)).type is WSMsgType.PONG


async def test_forgotten_subscription(either: Talk) -> None:
    """Recognitions only enter the history until the client sends a new frame."""
    box = either.box
    socket = await either.subscribe()
    box.forget_subscriptions()

    assert box.subscriptions == []
    missed = await box.recognize(box.devices[0])
    assert await is_quiet(socket)
    await socket.ping(b"42")
    assert await socket.receive(timeout=5) == (WSMsgType.PONG, b"42", "")
    assert [record["timestamp"] for record in await either.events()] == [
        missed.timestamp_ms / 1000
    ]

    await either.configure(socket)
    emitted = await box.recognize(box.devices[0])
    assert await receive(socket) == emitted.message


async def test_only_earlier_subscriptions_are_forgotten(either: Talk) -> None:
    """A client that connects later is not affected."""
    box = either.box
    deaf = await either.subscribe()
    box.forget_subscriptions()
    socket = await either.subscribe()
    emitted = await box.recognize(box.devices[0])
    assert await receive(socket) == emitted.message
    assert await is_quiet(deaf)


@pytest.mark.parametrize("dialect", ["nested", "flat"])
async def test_first_frame_only(boxes: Boxes, dialect: str) -> None:
    """Some firmware reads one frame per connection."""
    talk = await boxes.make(dialect, Variant(first_frame_only=True))
    first, second = talk.box.devices[:2]
    socket = await talk.subscribe([first.device_id])
    await _configure_again(talk, socket, [second.device_id])
    assert [one.device_ids for one in talk.box.subscriptions] == [(first.device_id,)]


@pytest.mark.parametrize("dialect", ["nested", "flat"])
async def test_forgotten_for_the_rest_of_a_connection(
    boxes: Boxes, dialect: str
) -> None:
    """Where only the first frame counts, only a new connection helps."""
    talk = await boxes.make(dialect, Variant(first_frame_only=True))
    box = talk.box
    socket = await talk.subscribe()
    box.forget_subscriptions()
    await _configure_again(talk, socket, [device.device_id for device in box.devices])
    await box.recognize(box.devices[0])
    assert await is_quiet(socket)

    again = await talk.subscribe()
    emitted = await box.recognize(box.devices[0])
    assert await receive(again) == emitted.message
