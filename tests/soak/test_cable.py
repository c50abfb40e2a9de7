"""Tests of the cable between Home Assistant and a box."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
import time

from aiohttp import (
    ClientConnectorError,
    ClientOSError,
    ClientSession,
    ClientTimeout,
    ClientWebSocketResponse,
    ClientWSTimeout,
    WSMsgType,
)
import pytest
import pytest_socket

from emulator import EmulatedBox, PictureSize
from tools.soak.cable import HOST, Cable

type Subscribe = Callable[[], Awaitable[ClientWebSocketResponse]]

# Only guards against hanging: a busy machine may need a while.
_PATIENCE_SECONDS = 30
_SMALL = PictureSize(face=4_000, scene=12_000, reference=4_000)


@pytest.fixture(autouse=True)
def both_addresses_allowed() -> None:
    """Allow connections to the cable's address and the box's."""
    pytest_socket.socket_allow_hosts(["127.0.0.1", HOST], allow_unix_socket=True)


@pytest.fixture
async def box() -> AsyncGenerator[EmulatedBox]:
    """Start a box."""
    async with EmulatedBox("nested", picture_size=_SMALL) as box:
        yield box


@pytest.fixture
async def cable(box: EmulatedBox) -> AsyncGenerator[Cable]:
    """Plug a cable into the box."""
    cable = Cable(box.ports)
    await cable.plug_in()
    yield cable
    await cable.pull_out()
    assert cable.connections == 0


@pytest.fixture
async def session() -> AsyncGenerator[ClientSession]:
    """Open a session for the client's side."""
    # The timer of a total time-out would outlive a socket that is reset.
    async with ClientSession(
        timeout=ClientTimeout(sock_read=_PATIENCE_SECONDS)
    ) as session:
        yield session


@pytest.fixture
async def subscribe(
    session: ClientSession, cable: Cable, box: EmulatedBox
) -> AsyncGenerator[Subscribe]:
    """Open sockets through the cable that subscribe to all capture devices."""
    sockets: list[ClientWebSocketResponse] = []

    async def _subscribe() -> ClientWebSocketResponse:
        socket = await session.ws_connect(
            f"ws://{HOST}:{cable.ports.events}",
            timeout=ClientWSTimeout(ws_close=0.1),
        )
        sockets.append(socket)
        before = len(box.subscriptions)
        await socket.send_json(
            {"event_list": [device.device_id for device in box.devices]}
        )
        await box.wait_for_subscription(before + 1)
        return socket

    yield _subscribe
    for socket in sockets:
        await socket.close()


@pytest.fixture
async def socket(subscribe: Subscribe) -> ClientWebSocketResponse:
    """Subscribe through the cable."""
    return await subscribe()


async def _next_time(socket: ClientWebSocketResponse) -> object:
    message = await socket.receive_json(timeout=_PATIENCE_SECONDS)
    return message["timestamp"]


async def _next_kind(socket: ClientWebSocketResponse) -> WSMsgType:
    return (await socket.receive(timeout=_PATIENCE_SECONDS)).type


async def _is_quiet(socket: ClientWebSocketResponse) -> bool:
    try:
        await socket.receive(timeout=0.2)
    except TimeoutError:
        return True
    return False


async def test_requests_messages_closes_and_resets_are_carried(
    session: ClientSession,
    subscribe: Subscribe,
    cable: Cable,
    box: EmulatedBox,
    socket: ClientWebSocketResponse,
) -> None:
    """The client cannot distinguish the cable from the box."""
    url = f"http://{HOST}:{cable.ports.rest}/SophonDevice/api/Devices"
    async with session.get(url) as answer:
        assert answer.status == 200
    emitted = await box.recognize()
    assert await _next_time(socket) == emitted.timestamp_ms
    await box.close_sockets(1012)
    assert (await socket.receive(timeout=_PATIENCE_SECONDS)).data == 1012
    again = await subscribe()
    await box.drop()
    assert await _next_kind(again) in (
        WSMsgType.CLOSED,
        WSMsgType.ERROR,
    )


async def test_dead_connections_receive_nothing(
    subscribe: Subscribe,
    cable: Cable,
    box: EmulatedBox,
    socket: ClientWebSocketResponse,
) -> None:
    """Not even the box's close arrives. Later connections work."""
    cable.kill_connections()
    await box.recognize()
    await box.drop()
    assert cable.has_dead_connections
    again = await subscribe()
    emitted = await box.recognize()
    assert await _next_time(again) == emitted.timestamp_ms
    assert await _is_quiet(socket)


async def test_request_is_not_answered_while_packets_are_lost(
    session: ClientSession, subscribe: Subscribe, cable: Cable, box: EmulatedBox
) -> None:
    """Connections made afterwards work again."""
    cable.loses_packets = True
    reader, writer = await asyncio.open_connection(HOST, cable.ports.rest)
    writer.write(b"GET /lost HTTP/1.1\r\nHost: box\r\n\r\n")
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while not cable.has_dead_connections:  # noqa: ASYNC110 - no event to wait for
            await asyncio.sleep(0.001)
    cable.loses_packets = False
    await subscribe()
    # Written later, this is answered.
    async with session.get(f"http://{HOST}:{cable.ports.rest}/later") as answer:
        assert answer.status == 404
    assert [request.path for request in box.requests] == ["/later"]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await reader.read()
    writer.close()


async def test_held_back_messages_arrive_later_in_order(
    cable: Cable, box: EmulatedBox, socket: ClientWebSocketResponse
) -> None:
    """The box can send on without noticing."""
    cable.holds_back = True
    emitted = [await box.recognize() for _ in range(200)]
    assert await _is_quiet(socket)
    cable.holds_back = False
    times = [await _next_time(socket) for _ in emitted]
    assert times == [recognition.timestamp_ms for recognition in emitted]


async def test_lag_delays_a_message(
    cable: Cable, box: EmulatedBox, socket: ClientWebSocketResponse
) -> None:
    """The delay is in seconds."""
    cable.lag = 0.2
    began = time.monotonic()
    await box.recognize()
    await _next_time(socket)
    assert time.monotonic() - began >= 0.2


async def test_pulled_out_cable_resets_and_refuses_connections(
    session: ClientSession,
    subscribe: Subscribe,
    cable: Cable,
    socket: ClientWebSocketResponse,
) -> None:
    """Its ports stay the same."""
    ports = cable.ports
    await cable.pull_out()
    assert await _next_kind(socket) in (
        WSMsgType.CLOSED,
        WSMsgType.ERROR,
    )
    with pytest.raises(ClientConnectorError):
        await session.ws_connect(f"ws://{HOST}:{ports.events}")
    await cable.plug_in()
    assert cable.ports == ports
    await subscribe()


async def test_refusal_by_the_box_becomes_a_reset(
    session: ClientSession, cable: Cable, box: EmulatedBox
) -> None:
    """The cable has accepted the connection by then."""
    await box.port("rest").close()
    with pytest.raises(ClientOSError):
        await session.get(f"http://{HOST}:{cable.ports.rest}/")
