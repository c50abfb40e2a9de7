"""Telling a quiet box from a dead one."""

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

from .talk import HOST, Updates, following, recognition, until

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

    async def for_long(self) -> None:
        """Return when a dead box would have been found long ago."""
        enough = self.sent + 2 * int(_DEAD_SECONDS / _PING_SECONDS)
        await until(lambda: self.sent >= enough)


@pytest.fixture(autouse=True)
def _decides_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for long for a box that ignores pings."""
    monkeypatch.setattr(stream, "_SHORT_SIGN_SECONDS", 0.05)


@pytest.fixture
def _has_little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ping often, from the first connection on."""
    monkeypatch.setattr(stream, "_PING_SECONDS", _PING_SECONDS)
    monkeypatch.setattr(stream, "_DEAD_SECONDS", _DEAD_SECONDS)


@pytest.fixture
def pings(_has_little_patience: None, client: AiBoxClient, updates: Updates) -> _Pings:
    """Count the pings of a connected client."""
    return _Pings(client)


@pytest.mark.usefixtures("_has_little_patience")
async def test_a_box_that_stops_answering_is_dead(
    updates: Updates, box: EmulatedBox, pings: _Pings
) -> None:
    """One that had answered pings before."""
    waiting = asyncio.create_task(following(updates, Disconnected))
    await until(lambda: pings.stream.answers_pings)

    box.events.silent = True

    assert isinstance((await waiting).error, AiBoxTimeoutError)


@pytest.mark.usefixtures("_has_little_patience")
async def test_a_box_that_hangs_before_it_was_quiet_is_dead(
    updates: Updates, box: EmulatedBox, pings: _Pings
) -> None:
    """It is asked right after subscribing, or it would pass for one that ignores pings."""
    assert pings.stream.answers_pings
    box.events.silent = True

    assert isinstance((await following(updates, Disconnected)).error, AiBoxTimeoutError)


@pytest.mark.usefixtures("_has_little_patience")
async def test_a_quiet_box_stays(
    updates: Updates, box: EmulatedBox, pings: _Pings
) -> None:
    """Nobody passed by all night; the first one in the morning is heard."""
    waiting = asyncio.create_task(recognition(updates))
    await pings.for_long()

    await box.recognize(box.devices[0], box.people[0])

    assert (await waiting).identity_id == box.people[0].identity_id


@pytest.fixture
def _ignores_pings(box: EmulatedBox) -> None:
    """Make the box deaf to pings from the first one on."""
    box.events.answers_pings = False


@pytest.mark.usefixtures("_ignores_pings", "_has_little_patience")
async def test_a_box_that_ignores_pings_is_not_cut(
    updates: Updates, box: EmulatedBox, pings: _Pings
) -> None:
    """Not answering is no sign of death where it never answered."""
    waiting = asyncio.create_task(recognition(updates))
    await pings.for_long()

    await box.recognize(box.devices[0], box.people[0])

    assert (await waiting).identity_id == box.people[0].identity_id


async def test_what_is_no_websocket_frame_is_a_disconnection(
    session: ClientSession, dialect: Dialect
) -> None:
    """The connection cannot go on, and comes back."""

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
    """Let somebody else answer at the port of the event socket."""
    await box.port("events").close()
    async with RawTestServer(handler, host=HOST, port=box.ports.events):
        yield
    await box.port("events").open()


async def test_whoever_hangs_up_at_once_was_never_there(
    updates: Updates, box: EmulatedBox
) -> None:
    """However politely the subscription was taken."""

    async def hang_up(request: web.BaseRequest) -> web.WebSocketResponse:
        websocket = web.WebSocketResponse()
        await websocket.prepare(request)
        await websocket.receive()
        return websocket

    async with _instead(box, hang_up):
        for _ in range(4):
            gone = await following(updates, Disconnected)
            assert isinstance(gone.error, AiBoxConnectionError)
    while isinstance(update := await anext(updates), Disconnected):
        pass
    assert isinstance(update, Connected)


async def test_whoever_hangs_after_the_handshake_was_never_there(
    updates: Updates, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once the box is known to answer."""
    monkeypatch.setattr(stream, "_SIGN_SECONDS", 0.05)
    over = asyncio.Event()

    async def hang(request: web.BaseRequest) -> web.WebSocketResponse:
        websocket = web.WebSocketResponse()
        await websocket.prepare(request)
        await over.wait()
        return websocket

    async with _instead(box, hang):
        await following(updates, Disconnected)
        while not isinstance(
            (await following(updates, Disconnected)).error, AiBoxTimeoutError
        ):
            pass
        over.set()
    while isinstance(update := await anext(updates), Disconnected):
        pass
    assert isinstance(update, Connected)


async def test_a_recognition_is_a_sign_of_life_too(
    session: ClientSession, dialect: Dialect
) -> None:
    """And is not lost for it."""

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
            await events.wait_for_sign()
            assert [await events.receive() for _ in range(2)] == [b"1", b"2"]


@pytest.mark.usefixtures("_has_little_patience")
async def test_a_ping_into_a_broken_socket_is_a_disconnection(
    updates: Updates, box: EmulatedBox, pings: _Pings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The box may be gone just when it is asked."""

    async def broken(message: bytes = b"") -> None:
        raise ConnectionResetError

    monkeypatch.setattr(pings.stream._websocket, "ping", broken)

    gone = await following(updates, Disconnected)
    assert isinstance(gone.error, AiBoxConnectionError)


async def test_pings_of_the_box_are_answered(
    session: ClientSession, dialect: Dialect
) -> None:
    """A box may watch its clients too."""
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


async def test_the_kernel_gives_up_on_a_box_that_was_unplugged(
    session: ClientSession, ports: Ports, dialect: Dialect
) -> None:
    """Also on one that ignores pings."""
    async with connect(session, HOST, ports, dialect) as events:
        assert 0 < _user_timeout(events) <= 45_000


async def test_a_kernel_that_cannot(
    session: ClientSession,
    ports: Ports,
    dialect: Dialect,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not every system has the option; the connection works without."""
    monkeypatch.delattr(socket, "TCP_USER_TIMEOUT")
    async with connect(session, HOST, ports, dialect) as events:
        monkeypatch.undo()
        assert _user_timeout(events) == 0
