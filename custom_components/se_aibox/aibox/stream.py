"""One socket session with a box: subscribe, then iterate. It never reconnects."""

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
from .http import box_url
from .models import Dialect, LiveRecognition, Ports, Subscription
from .wire.dialect import WIRES
from .wire.fields import load_object

# A scene alone can be several megabytes (PROTOCOL §1).
_LARGEST_MESSAGE = 32 * 1024 * 1024
_CONNECT_SECONDS = 10
_PING_SECONDS = 10
_DEAD_SECONDS = 35
# Timeouts for the first frame: of a box that answers pings, and of any other.
_SIGN_SECONDS = 10
_SHORT_SIGN_SECONDS = 2
# A connection ends after data stays unacknowledged for so long.
_UNACKNOWLEDGED_SECONDS = 25
_CLOSE_SECONDS = 2
_OVER = (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED)

# After this many connections without a pong, none is expected.
_MOST_UNANSWERED = 3
# Others have a turn after buffered frames were received for so long.
_TURN_SECONDS = 0.005
# A frame that took longer was waited for.
_AT_ONCE_SECONDS = 0.0005

type Socket = ClientWebSocketResponse[Literal[False]]


class Pings:
    """Whether a box answers pings.

    Kept across connections, so that a hang right after a reconnect is still detected.
    """

    def __init__(self) -> None:
        """Expect no pong until there was one: a box may just ignore pings."""
        self.are_answered = False
        self._unanswered = 0

    def answered(self) -> None:
        """Note a pong."""
        self.are_answered = True
        self._unanswered = 0

    def unanswered(self) -> None:
        """Note a connection to a living box that ended for want of a pong."""
        self._unanswered += 1
        if self._unanswered >= _MOST_UNANSWERED:
            self.are_answered = False


@asynccontextmanager
async def connect(
    session: ClientSession,
    host: str,
    ports: Ports,
    dialect: Dialect,
    pings: Pings | None = None,
) -> AsyncGenerator[EventStream]:
    """Open the event socket (PROTOCOL §1) and close it again.

    `pings` is what earlier connections to the box showed. Raises `AiBoxConnectionError` or `AiBoxTimeoutError`.
    """
    url = box_url("ws", host, ports.events)
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            websocket = await session.ws_connect(
                url,
                # A pong has to be seen: it tells a quiet box from a dead one.
                autoping=False,
                decode_text=False,
                max_msg_size=_LARGEST_MESSAGE,
            )
    except TimeoutError as error:
        raise AiBoxTimeoutError("the event socket did not answer in time") from error
    except (ClientError, OSError, UnicodeError) as error:
        raise AiBoxConnectionError(
            f"the event socket cannot be opened: {type(error).__name__}"
        ) from error
    _limit_unacknowledged_data(websocket)
    try:
        yield EventStream(websocket, dialect, pings or Pings())
    finally:
        # aiohttp's own timeout begins anew with each frame, and a box may go on talking instead of saying goodbye.
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await websocket.close()


def _limit_unacknowledged_data(websocket: Socket) -> None:
    """Let the kernel end a connection whose peer acknowledges nothing, even to a box that ignores pings."""
    transport_socket = websocket.get_extra_info("socket")
    if transport_socket is not None and hasattr(socket, "TCP_USER_TIMEOUT"):
        transport_socket.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNACKNOWLEDGED_SECONDS * 1000
        )


class EventStream:
    """An open event socket; iterate it for what the box pushes."""

    def __init__(self, websocket: Socket, dialect: Dialect, pings: Pings) -> None:
        """Initialize the stream of an open socket."""
        self._websocket = websocket
        self._wire = WIRES[dialect]
        self._last_heard = asyncio.get_running_loop().time()
        # Start of the current burst.
        self._busy_since = self._last_heard
        self._pings = pings
        self.heard_pong = False
        self._early: bytes | None = None

    @property
    def answers_pings(self) -> bool:
        """Whether a pong is to be expected."""
        return self._pings.are_answered

    @property
    def silence(self) -> float:
        """For how many seconds nothing was heard, not even a pong."""
        return asyncio.get_running_loop().time() - self._last_heard

    async def subscribe(self, subscription: Subscription) -> None:
        """Tell the box what to push; a new subscription replaces the last.

        Raises `AiBoxConnectionError`.
        """
        frame = self._wire.subscription_frame(subscription)
        await _send(self._websocket.send_str(frame))

    async def messages(self) -> AsyncGenerator[LiveRecognition | UnreadableError]:
        """Yield each recognition as it comes; a frame that cannot be read yields why, and costs only itself.

        Raises `AiBoxConnectionError` when the socket ends, `AiBoxTimeoutError` when the box is dead.
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

    async def wait_for_sign(self) -> None:
        """Ask after the box; return once it says anything, or may be one that ignores pings.

        What was sent to it before has arrived then. A server that accepts everybody and then hangs up, or hangs,
        never gets that far. Raises what `messages` raises.
        """
        await self.ask_after_box()
        seconds = _SIGN_SECONDS if self.answers_pings else _SHORT_SIGN_SECONDS
        try:
            self._early = await self._hear(seconds)
        except TimeoutError as error:
            if self.answers_pings:
                raise AiBoxTimeoutError("the box does not answer any more") from error

    async def receive(self) -> bytes:
        """Return the next frame as it is, text or binary, asking after the box whenever it is quiet.

        Raises what `messages` raises.
        """
        while (frame := self._early) is None:
            try:
                self._early = await self._hear(_PING_SECONDS)
            except TimeoutError:
                await self.ask_after_box()
        self._early = None
        return frame

    async def _hear(self, seconds: float) -> bytes | None:
        """Return the next frame, None for a ping or pong; raises `TimeoutError` after silence."""
        loop = asyncio.get_running_loop()
        asked_at = loop.time()
        message = await self._websocket.receive(timeout=seconds)
        self._last_heard = loop.time()
        await self._give_turn(asked_at)
        if message.type in _OVER:
            raise AiBoxConnectionError("the event socket was closed")
        if message.type is WSMsgType.ERROR:
            raise _broken(message.data)
        if message.type is WSMsgType.PONG:
            self.heard_pong = True
            self._pings.answered()
        elif message.type is WSMsgType.PING:
            await _send(self._websocket.pong(message.data))
        else:
            frame: bytes = message.data
            return frame
        return None

    async def _give_turn(self, asked_at: float) -> None:
        """Let others run now and then: a flood of frames is received without waiting."""
        now = self._last_heard
        if now - asked_at > _AT_ONCE_SECONDS:
            self._busy_since = now
        elif now - self._busy_since > _TURN_SECONDS:
            await asyncio.sleep(0)
            self._busy_since = asyncio.get_running_loop().time()

    async def ask_after_box(self) -> None:
        """Ping the box; raises what `messages` raises."""
        # A box that never answered a ping may just ignore them: it is not cut for being quiet.
        if self.answers_pings and self.silence >= _DEAD_SECONDS:
            raise AiBoxTimeoutError("the box stopped answering")
        await _send(self._websocket.ping())


def _broken(error: object) -> AiBoxConnectionError:
    """Return what went wrong with a socket that was ended from here."""
    if isinstance(error, WebSocketError) and error.code == WSCloseCode.MESSAGE_TOO_BIG:
        return AiBoxMessageTooLargeError("the box sent too much at once")
    return AiBoxConnectionError("the event socket broke")


async def _send(sending: Awaitable[None]) -> None:
    try:
        await sending
    except (ClientError, OSError) as error:
        raise AiBoxConnectionError("the event socket broke") from error
