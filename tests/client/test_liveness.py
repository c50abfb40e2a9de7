"""Distinguishing a quiet box from a dead one."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
import socket

from aiohttp import ClientSession, WSMsgType, web
from aiohttp.test_utils import RawTestServer
import pytest

from custom_components.se_aibox.aibox import stream
from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.exceptions import (
    AiBoxConnectionError,
    AiBoxMessageTooLargeError,
    AiBoxTimeoutError,
)
from custom_components.se_aibox.aibox.models import Dialect, Ports
from custom_components.se_aibox.aibox.stream import EventStream, connect
from custom_components.se_aibox.aibox.updates import Connected, Disconnected
from emulator import EmulatedBox

from .common import HOST, Updates, next_recognition, next_update, until

# Sockets are the same in both dialects.
pytestmark = pytest.mark.parametrize("dialect", [Dialect.FLAT])

_PING_SECONDS = 0.02
_DEAD_SECONDS = 0.6


class _Pings:
    """Counts the pings of a stream."""

    def __init__(self, client: AiBoxClient) -> None:
        """Count from now on."""
        assert client._stream is not None
        self.stream = client._stream
        self.sent = 0
        self._ping = self.stream._websocket.ping
        self.stream._websocket.ping = self._count  # type: ignore[method-assign]  # a spy

    async def _count(self, message: bytes = b"") -> None:
        self.sent += 1
        await self._ping(message)

    async def wait_for_twice_the_limit(self) -> None:
        """Wait until a dead box would have been detected twice."""
        enough = self.sent + 2 * int(_DEAD_SECONDS / _PING_SECONDS)
        await until(lambda: self.sent >= enough)


@pytest.fixture(autouse=True)
def _short_first_frame_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait 0.05 s for the first frame of a box that ignores pings."""
    monkeypatch.setattr(stream, "_SHORT_SIGN_SECONDS", 0.05)


@pytest.fixture
def _short_ping_timeouts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ping every 0.02 s; a silent box is dead after 0.6 s."""
    monkeypatch.setattr(stream, "_PING_SECONDS", _PING_SECONDS)
    monkeypatch.setattr(stream, "_DEAD_SECONDS", _DEAD_SECONDS)


@pytest.fixture
def pings(_short_ping_timeouts: None, client: AiBoxClient, updates: Updates) -> _Pings:
    """Count the pings of a connected client."""
    return _Pings(client)


@pytest.mark.usefixtures("_short_ping_timeouts")
async def test_box_that_stops_answering_pings_is_dead(
    updates: Updates, box: EmulatedBox, pings: _Pings
) -> None:
    """It answered at least one ping before."""
    waiting = asyncio.create_task(next_update(updates, Disconnected))
    await until(lambda: pings.stream.answers_pings)

    box.events.silent = True

    assert isinstance((await waiting).error, AiBoxTimeoutError)


@pytest.mark.usefixtures("_short_ping_timeouts")
async def test_box_that_hangs_right_after_connecting_is_dead(
    updates: Updates, box: EmulatedBox, pings: _Pings
) -> None:
    """The first ping follows the subscription, before any silence."""
    assert pings.stream.answers_pings
    box.events.silent = True

    assert isinstance(
        (await next_update(updates, Disconnected)).error, AiBoxTimeoutError
    )


async def _receive_after_silence(
    updates: Updates, box: EmulatedBox, pings: _Pings
) -> None:
    """Assert that the connection outlasts a silence."""
    waiting = asyncio.create_task(next_recognition(updates))
    await pings.wait_for_twice_the_limit()

    await box.recognize(box.devices[0], box.people[0])

    assert (await waiting).identity_id == box.people[0].identity_id


@pytest.mark.usefixtures("_short_ping_timeouts")
async def test_quiet_box_stays_connected(
    updates: Updates, box: EmulatedBox, pings: _Pings
) -> None:
    """The next recognition is received."""
    await _receive_after_silence(updates, box, pings)


@pytest.fixture
def _ignores_pings(box: EmulatedBox) -> None:
    """Make the box ignore all pings."""
    box.events.answers_pings = False


@pytest.mark.usefixtures("_ignores_pings", "_short_ping_timeouts")
async def test_box_that_ignores_pings_stays_connected(
    updates: Updates, box: EmulatedBox, pings: _Pings
) -> None:
    """It never answered a ping."""
    await _receive_after_silence(updates, box, pings)


async def test_invalid_websocket_frame_is_a_disconnection(
    session: ClientSession, dialect: Dialect
) -> None:
    """It does not count as a message that is too large."""

    async def garble(request: web.BaseRequest) -> web.WebSocketResponse:
        websocket = web.WebSocketResponse()
        await websocket.prepare(request)
        assert request.transport is not None
        request.transport.write(b"\xff\xff\xff\xff")
        await websocket.receive()
        return websocket

    async with RawTestServer(garble, host=HOST) as server:
        assert server.port is not None
        ports = Ports(server.port, server.port, server.port)
        async with connect(session, HOST, ports, dialect) as events:
            with pytest.raises(AiBoxConnectionError) as raised:
                await events.receive()
    assert not isinstance(raised.value, AiBoxMessageTooLargeError)


type _Handler = Callable[[web.BaseRequest], Awaitable[web.WebSocketResponse]]


@asynccontextmanager
async def _instead(box: EmulatedBox, handler: _Handler) -> AsyncGenerator[None]:
    """Replace the server on the port of the event socket."""
    await box.port("events").close()
    async with RawTestServer(handler, host=HOST, port=box.ports.events):
        yield
    await box.port("events").open()


async def test_box_that_closes_at_once_is_never_connected(
    updates: Updates, box: EmulatedBox
) -> None:
    """It receives the subscription first."""

    async def hang_up(request: web.BaseRequest) -> web.WebSocketResponse:
        websocket = web.WebSocketResponse()
        await websocket.prepare(request)
        await websocket.receive()
        return websocket

    async with _instead(box, hang_up):
        for _ in range(4):
            gone = await next_update(updates, Disconnected)
            assert isinstance(gone.error, AiBoxConnectionError)
    while isinstance(update := await anext(updates), Disconnected):
        pass
    assert isinstance(update, Connected)


async def test_box_that_hangs_after_the_handshake_is_never_connected(
    updates: Updates, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It answered pings on an earlier connection."""
    monkeypatch.setattr(stream, "_SIGN_SECONDS", 0.05)
    over = asyncio.Event()

    async def hang(request: web.BaseRequest) -> web.WebSocketResponse:
        websocket = web.WebSocketResponse()
        await websocket.prepare(request)
        await over.wait()
        return websocket

    async with _instead(box, hang):
        await next_update(updates, Disconnected)
        while not isinstance(
            (await next_update(updates, Disconnected)).error, AiBoxTimeoutError
        ):
            pass
        over.set()
    while isinstance(update := await anext(updates), Disconnected):
        pass
    assert isinstance(update, Connected)


async def test_recognition_is_a_sign_of_life(
    session: ClientSession, dialect: Dialect
) -> None:
    """It is received afterwards."""

    async def push(request: web.BaseRequest) -> web.WebSocketResponse:
        websocket = web.WebSocketResponse(autoping=False)
        await websocket.prepare(request)
        await websocket.send_str("1")
        await websocket.send_str("2")
        await websocket.receive()
        return websocket

    async with RawTestServer(push, host=HOST) as server:
        assert server.port is not None
        ports = Ports(server.port, server.port, server.port)
        async with connect(session, HOST, ports, dialect) as events:
            await events.wait_until_alive()
            assert [await events.receive() for _ in range(2)] == [b"1", b"2"]


@pytest.mark.usefixtures("_short_ping_timeouts")
async def test_ping_on_a_broken_socket_is_a_disconnection(
    updates: Updates, box: EmulatedBox, pings: _Pings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The socket may break right before a ping."""

    async def broken(message: bytes = b"") -> None:
        raise ConnectionResetError

    monkeypatch.setattr(pings.stream._websocket, "ping", broken)

    gone = await next_update(updates, Disconnected)
    assert isinstance(gone.error, AiBoxConnectionError)


async def test_pings_of_the_box_are_answered(
    session: ClientSession, dialect: Dialect
) -> None:
    """A box may monitor its clients."""
    pong: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def ask(request: web.BaseRequest) -> web.WebSocketResponse:
        websocket = web.WebSocketResponse(autoping=False)
        await websocket.prepare(request)
        await websocket.ping(b"are you there?")
        message = await websocket.receive()
        assert message.type is WSMsgType.PONG
        pong.set_result(message.data)
        await websocket.send_str("yes")
        await websocket.receive()
        return websocket

    async with RawTestServer(ask, host=HOST) as server:
        assert server.port is not None
        ports = Ports(server.port, server.port, server.port)
        async with connect(session, HOST, ports, dialect) as events:
            assert await events.receive() == b"yes"
    assert await pong == b"are you there?"


def _user_timeout(events: EventStream) -> int:
    transport_socket = events._websocket.get_extra_info("socket")
    timeout: int = transport_socket.getsockopt(
        socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT
    )
    return timeout


async def test_kernel_ends_the_connection_to_an_unplugged_box(
    session: ClientSession, ports: Ports, dialect: Dialect
) -> None:
    """A box that ignores pings is detected, too."""
    async with connect(session, HOST, ports, dialect) as events:
        assert 0 < _user_timeout(events) <= 45_000


async def test_connection_works_without_the_kernel_timeout(
    session: ClientSession,
    ports: Ports,
    dialect: Dialect,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not every system has `TCP_USER_TIMEOUT`."""
    monkeypatch.delattr(socket, "TCP_USER_TIMEOUT")
    async with connect(session, HOST, ports, dialect) as events:
        monkeypatch.undo()
        assert _user_timeout(events) == 0
