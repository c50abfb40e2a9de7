"""One session on a box's event socket, without reconnects."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
import socket
from typing import Literal

from aiohttp import (
    ClientError,
    ClientSession,
    ClientWebSocketResponse,
    WebSocketError,
    WSCloseCode,
    WSMsgType,
)

from .exceptions import (
    AiBoxConnectionError,
    AiBoxMessageTooLargeError,
    AiBoxTimeoutError,
    UnreadableError,
)
from .http import box_url, reason_of
from .models import Dialect, LiveRecognition, Ports, Subscription
from .pings import Pings
from .wire.dialect import WIRES
from .wire.fields import load_object

# A scene alone can be several megabytes (docs/protocol.md §1).
_LARGEST_MESSAGE = 32 * 1024 * 1024
_CONNECT_SECONDS = 10
_PING_SECONDS = 10
_DEAD_SECONDS = 35
# Timeouts for the first frame of a box that answers pings, and of any other box.
_SIGN_SECONDS = 10
_SHORT_SIGN_SECONDS = 2
# The kernel ends a connection whose data stays unacknowledged for this long.
_UNACKNOWLEDGED_SECONDS = 25
_CLOSE_SECONDS = 2
_NORMAL = int(WSCloseCode.OK).to_bytes(2)
_CONTROL = (WSMsgType.PING, WSMsgType.PONG)
_OVER = (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED)

# A box sends a few pings and pongs in a minute.
_MOST_CONTROL_FRAMES = 1_000
_CONTROL_SECONDS = 10.0
# After receiving buffered frames for this long, other tasks run.
_TURN_SECONDS = 0.001
# A frame that took longer to receive was not buffered.
_AT_ONCE_SECONDS = 0.0005

type Socket = ClientWebSocketResponse[Literal[False]]


@asynccontextmanager
async def connect(
    session: ClientSession,
    host: str,
    ports: Ports,
    dialect: Dialect,
    pings: Pings | None = None,
) -> AsyncGenerator[EventStream]:
    """Open the event socket and close it again (docs/protocol.md §1).

    `pings` is kept from earlier connections to the box. Raises `AiBoxConnectionError`,
    `AiBoxTimeoutError`, or `AiBoxProtocolError` for a redirect.
    """
    url = box_url("ws", host, ports.events)
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            websocket = await session.ws_connect(
                url,
                # Pongs must be visible here: they tell a quiet box from a dead one.
                autoping=False,
                # `_close` does it.
                autoclose=False,
                decode_text=False,
                max_msg_size=_LARGEST_MESSAGE,
            )
    except TimeoutError as error:
        raise AiBoxTimeoutError("the event socket did not answer in time") from error
    except (ClientError, OSError, UnicodeError) as error:
        raise AiBoxConnectionError(
            f"the event socket cannot be opened: {reason_of(error)}"
        ) from error
    _limit_unacknowledged_data(websocket)
    try:
        yield EventStream(websocket, dialect, pings or Pings())
    finally:
        await _close(websocket)


async def _close(websocket: Socket) -> None:
    """Send a close frame, and close the connection."""
    # Alone, aiohttp would first read everything that is buffered, in one turn of the
    # loop, and then whatever the box sends in place of its close frame.
    with suppress(TimeoutError, ClientError, OSError):
        async with asyncio.timeout(_CLOSE_SECONDS):
            await websocket.send_frame(_NORMAL, WSMsgType.CLOSE)
    websocket._response.close()  # noqa: SLF001 - the only way to drop what is buffered
    await websocket.close()


def _limit_unacknowledged_data(websocket: Socket) -> None:
    """Let the kernel end a connection without acknowledgments."""
    # This also detects the loss of a box that ignores pings.
    transport_socket = websocket.get_extra_info("socket")
    if transport_socket is not None and hasattr(socket, "TCP_USER_TIMEOUT"):
        transport_socket.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNACKNOWLEDGED_SECONDS * 1000
        )


class EventStream:
    """An open event socket of a box."""

    def __init__(self, websocket: Socket, dialect: Dialect, pings: Pings) -> None:
        """Initialize the stream of an open socket."""
        self._websocket = websocket
        self._wire = WIRES[dialect]
        self._last_received = asyncio.get_running_loop().time()
        # Start of the current burst of buffered frames.
        self._busy_since = self._last_received
        self._pings = pings
        self.received_pong = False
        self._has_received = False
        # Whether a ping was sent, and nothing received since.
        self._is_ping_open = False
        self._control_frames = 0
        self._control_since = self._last_received
        self._pending_frame: bytes | None = None

    @property
    def answers_pings(self) -> bool:
        """Whether the box is expected to answer pings."""
        return self._pings.are_answered

    @property
    def silence(self) -> float:
        """Seconds since anything was received, pongs included."""
        return asyncio.get_running_loop().time() - self._last_received

    async def subscribe(self, subscription: Subscription) -> None:
        """Set what the box pushes; this replaces the last subscription.

        Raises `AiBoxConnectionError`.
        """
        frame = self._wire.subscription_frame(subscription)
        await _send(self._websocket.send_str(frame))

    async def messages(self) -> AsyncGenerator[LiveRecognition | UnreadableError]:
        """Yield each recognition, or the error of an unreadable frame.

        Raises `AiBoxConnectionError` when the socket ends and `AiBoxTimeoutError` when
        the box is dead. An unreadable frame ends nothing.
        """
        while True:
            frame = await self.receive()
            try:
                message = self._wire.read_recognition(
                    load_object(frame), datetime.now(UTC)
                )
            except UnreadableError as error:
                yield error
            else:
                yield message

    async def wait_until_alive(self) -> None:
        """Ping the box and wait for any frame.

        Afterwards, everything sent before has arrived. A server that accepts a
        connection and then closes it fails here. One that hangs fails, too, unless the
        box may ignore pings: then the wait is short. Raises what `messages` raises.
        """
        await self.ask_after_box()
        seconds = _SIGN_SECONDS if self.answers_pings else _SHORT_SIGN_SECONDS
        try:
            self._pending_frame = await self._receive_frame(seconds)
        except TimeoutError as error:
            if self.answers_pings:
                raise AiBoxTimeoutError("the box stopped responding") from error

    async def receive(self) -> bytes:
        """Return the next text or binary frame; ping the box while it is quiet.

        Raises what `messages` raises.
        """
        while (frame := self._pending_frame) is None:
            try:
                self._pending_frame = await self._receive_frame(_PING_SECONDS)
            except TimeoutError:
                await self.ask_after_box()
        self._pending_frame = None
        return frame

    async def _receive_frame(self, seconds: float) -> bytes | None:
        """Return the next frame, or None for a ping or pong.

        Raises `TimeoutError` after so many seconds of silence.
        """
        loop = asyncio.get_running_loop()
        asked_at = loop.time()
        message = await self._websocket.receive(timeout=seconds)
        if message.type in _OVER:
            self._ended()
            raise AiBoxConnectionError("the event socket was closed")
        if message.type is WSMsgType.ERROR:
            raise _broken(message.data)
        self._last_received = loop.time()
        self._has_received, self._is_ping_open = True, False
        await self._give_turn(asked_at)
        if message.type not in _CONTROL:
            frame: bytes = message.data
            return frame
        self._limit_control_frames()
        if message.type is WSMsgType.PONG:
            self.received_pong = True
            self._pings.answered()
        else:
            await _send(self._websocket.pong(message.data))
        return None

    def _ended(self) -> None:
        """Record whether the box hung up on a ping."""
        if self._is_ping_open:
            self._pings.hung_up()
        elif not self._has_received:
            self._pings.ended_without_ping()

    def _limit_control_frames(self) -> None:
        """Raise an error for a rate that no box needs."""
        if self._last_received - self._control_since > _CONTROL_SECONDS:
            self._control_since, self._control_frames = self._last_received, 0
        self._control_frames += 1
        if self._control_frames > _MOST_CONTROL_FRAMES:
            raise AiBoxConnectionError("the event socket was flooded with pings")

    async def _give_turn(self, asked_at: float) -> None:
        """Let other tasks run during a burst of frames."""
        # Buffered frames are received without waiting for anything.
        now = self._last_received
        if now - asked_at > _AT_ONCE_SECONDS:
            self._busy_since = now
        elif now - self._busy_since > _TURN_SECONDS:
            await asyncio.sleep(0)
            self._busy_since = asyncio.get_running_loop().time()

    async def ask_after_box(self) -> None:
        """Ping the box; raises what `messages` raises."""
        # A box that never answered a ping may ignore them. Its silence proves nothing.
        if self.answers_pings and self.silence >= _DEAD_SECONDS:
            raise AiBoxTimeoutError("the box stopped responding")
        if self._pings.are_sent:
            self._is_ping_open = True
            await _send(self._websocket.ping())


def _broken(error: object) -> AiBoxConnectionError:
    """Return the error for a socket that aiohttp ended."""
    if isinstance(error, WebSocketError) and error.code == WSCloseCode.MESSAGE_TOO_BIG:
        return AiBoxMessageTooLargeError("the box sent a message that is too large")
    return AiBoxConnectionError("the event socket connection was lost")


async def _send(sending: Awaitable[None]) -> None:
    try:
        await sending
    except (ClientError, OSError) as error:
        raise AiBoxConnectionError("the event socket connection was lost") from error
