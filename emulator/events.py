"""The WebSocket that pushes recognitions (PROTOCOL §1)."""

import asyncio
from collections.abc import Callable
from email.utils import formatdate
import logging

from aiohttp import WSMsgType, web

from .dialect import Dialect
from .model import Subscription
from .port import abort
from .state import BoxState
from .subscription import FrameError, read_frame, strange_keys

_LOGGER = logging.getLogger(__name__)

# What is pushed under a configuration, or nothing.
type Encoder = Callable[[Subscription], bytes | None]


class Client:
    """One connected events socket."""

    def __init__(self, request: web.BaseRequest, socket: web.WebSocketResponse) -> None:
        """Take the handshake and its socket; nothing is configured yet."""
        self.request = request
        self.socket = socket
        self.subscription: Subscription | None = None

    async def send(self, frame: bytes, kind: WSMsgType) -> None:
        """Push one frame, waiting as long as the client is slow; a gone client is no error."""
        if self.socket.closed:
            return
        try:
            await self.socket.send_frame(frame, kind)
        except ConnectionError:
            _LOGGER.debug("An events client went away while a frame was sent to it")


class EventsServer:
    """Every events client of a box."""

    def __init__(self, state: BoxState, dialect: Dialect) -> None:
        """Take the box; nobody is connected."""
        self._state = state
        self._dialect = dialect
        self._clients: list[Client] = []
        self._changed = asyncio.Event()
        self._speaks = asyncio.Event()
        self._speaks.set()
        self.answers_pings = True

    @property
    def silent(self) -> bool:
        """Whether the sockets are open and dead."""
        return not self._speaks.is_set()

    @silent.setter
    def silent(self, silent: bool) -> None:
        if silent:
            self._speaks.clear()
        else:
            self._speaks.set()

    @property
    def subscriptions(self) -> list[Subscription]:
        """The configurations that are valid now, one a client."""
        return [
            client.subscription
            for client in self._clients
            if client.subscription is not None
        ]

    async def wait_for_subscription(self, count: int) -> None:
        """Return once `count` clients hold a configuration that lists capture devices."""
        while (
            sum(bool(subscription.device_ids) for subscription in self.subscriptions)
            < count
        ):
            self._changed.clear()
            await self._changed.wait()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Serve one client until it goes."""
        # The handshake of a dead box hangs, as packets into nowhere do.
        await self._speaks.wait()
        if request.transport is None:
            # Whoever it was did not wait that long.
            return web.Response()
        if request.headers.get("Upgrade", "").lower() != "websocket":
            return web.Response(status=426, text="WebSocket expected")
        socket = web.WebSocketResponse(autoping=False, compress=False, max_msg_size=0)
        socket.headers["Date"] = formatdate(self._state.now(), usegmt=True)
        # BaseRequest is what a low-level server hands out; the socket needs no more.
        await socket.prepare(request)
        client = Client(request, socket)
        self._clients.append(client)
        try:
            await self._listen(client)
        finally:
            self._clients.remove(client)
            self._changed.set()
        return socket

    async def push(self, encode: Encoder, copies: int) -> None:
        """Send every client what its configuration asks for, in turn, so many times over."""
        if self.silent:
            return
        kind = (
            WSMsgType.TEXT if self._state.variant.frames == "text" else WSMsgType.BINARY
        )
        for client in tuple(self._clients):
            if client.subscription is None:
                continue
            frame = encode(client.subscription)
            if frame is not None:
                for _ in range(copies + self._state.variant.duplicates):
                    await client.send(frame, kind)

    async def send_raw(self, frame: bytes, kind: WSMsgType) -> None:
        """Send a frame verbatim to everyone who has configured something."""
        for client in tuple(self._clients):
            if client.subscription is not None and not self.silent:
                await client.send(frame, kind)

    def drop(self) -> None:
        """Cut every client off without a close frame."""
        for client in self._clients:
            abort(client.request.transport)

    async def close_sockets(self, code: int) -> None:
        """Say goodbye to every client."""
        await asyncio.gather(
            *(client.socket.close(code=code) for client in tuple(self._clients))
        )

    async def _listen(self, client: Client) -> None:
        async for message in client.socket:
            match message.type:
                case WSMsgType.TEXT | WSMsgType.BINARY:
                    self._configure(client, message.data)
                case WSMsgType.PING if self.answers_pings and not self.silent:
                    await client.send(message.data, WSMsgType.PONG)
                case _:
                    pass

    def _configure(self, client: Client, frame: str | bytes) -> None:
        keys = self._dialect.frame_keys
        try:
            subscription = read_frame(frame, keys)
        except FrameError as error:
            self._state.report(str(error))
            return
        for key in strange_keys(subscription, keys):
            self._state.report(f"configuration frame: unknown key {key}")
        for device_id in subscription.device_ids:
            if self._state.find_device(device_id) is None:
                self._state.report(f"configuration frame: unknown device {device_id}")
        client.subscription = subscription
        self._changed.set()
