"""Tests of floods of frames, and of servers that refuse pings."""

from typing import Literal

from aiohttp import WSMsgType
import pytest

from emulator import Flood

from .box_client import BoxClient, is_quiet, next_message, until


@pytest.mark.parametrize("kind", ["ping", "pong"])
async def test_event_socket_can_be_flooded(
    either: BoxClient, kind: Literal["ping", "pong"]
) -> None:
    """Each burst has as many frames as fit."""
    socket = await either.subscribe()
    flood = Flood(kind=kind, payload=b"ab", burst=401, bursts=3, pause=0.01)
    await either.box.flood(flood)
    for _ in range(300):
        message = await next_message(socket)
        assert message.type is (WSMsgType.PING if kind == "ping" else WSMsgType.PONG)
        assert message.data == b"ab"
    assert await is_quiet(socket)
    await either.box.recognize(either.box.devices[0])
    assert (await next_message(socket)).type is WSMsgType.TEXT


async def test_broadcast_socket_can_be_flooded(flat: BoxClient) -> None:
    """The frames are usual messages without content, too."""
    socket = await flat.connect(flat.box.ports.broadcast)
    await until(lambda: flat.box.broadcasts.listeners == 1)
    await flat.box.broadcasts.flood(Flood(kind="text", payload=b"{}", burst=40))
    for _ in range(10):
        assert (await next_message(socket)).data == "{}"
    long = b'{"preview_mode": "%s"}' % (b"4" * 1_000)
    await flat.box.broadcasts.flood(Flood(kind="text", payload=long, burst=1))
    assert (await next_message(socket)).data == long.decode()
    await flat.box.broadcasts.flood(Flood(burst=2))
    assert (await next_message(socket)).type is WSMsgType.PING


async def test_flood_of_long_control_frames_is_refused() -> None:
    """No protocol allows them."""
    with pytest.raises(ValueError, match="125"):
        await Flood(payload=bytes(126)).send([])


async def test_flood_of_fragments_is_one_message(either: BoxClient) -> None:
    """It never ends: only control frames may arrive in between."""
    socket = await either.subscribe()
    fragments = Flood(kind="fragment", payload=b"ab", burst=40, bursts=2)
    await either.box.flood(fragments)
    assert await is_quiet(socket)
    await either.box.flood(Flood(burst=2))
    assert (await next_message(socket)).type is WSMsgType.PING


async def test_box_can_hang_up_on_pings(either: BoxClient) -> None:
    """It hangs up without a close frame."""
    either.box.events.hangs_up_on_pings = True
    socket = await either.subscribe()
    await either.box.recognize(either.box.devices[0])
    assert (await next_message(socket)).type is WSMsgType.TEXT
    await socket.ping()
    message = await next_message(socket)
    assert message.type in (WSMsgType.CLOSED, WSMsgType.ERROR)
    assert either.box.subscriptions == []
