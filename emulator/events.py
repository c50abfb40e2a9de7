"""The WebSocket that pushes recognitions (docs/protocol.md §1)."""

import asyncio
import logging

from aiohttp import WSMsgType, web

from .dialect import Dialect
from .flood import Flood
from .http_faults import BoxSocket, date, turned_away
from .live import LiveMessage
from .model import Subscription
from .port import abort
from .state import BoxState
from .subscription import FrameError, read_frame, unknown_keys
from .wire_text import encode

_LOGGER = logging.getLogger(__name__)


class Client:
    """One connected event socket."""

    def __init__(self, request: web.BaseRequest, socket: web.WebSocketResponse) -> None:
        """Create a client without a configuration."""
        self.request = request
        self.socket = socket
        self.subscription: Subscription | None = None
        self.has_subscribed = False

    async def send(self, frame: bytes, kind: WSMsgType) -> None:
        """Send a frame; wait for a slow client, ignore a closed one."""
        if self.socket.closed:
            return
        try:
            await self.socket.send_frame(frame, kind)
        except ConnectionError:
            _LOGGER.debug("An event client disconnected while a frame was sent")


class EventsServer:
    """The event port and its clients."""

    def __init__(self, state: BoxState, dialect: Dialect) -> None:
        """Create a server without clients."""
        self._state = state
        self.dialect = dialect
        self._clients: list[Client] = []
        self._changed = asyncio.Event()
        self._responsive = asyncio.Event()
        self._responsive.set()
        self.answers_pings = True
        # Whether a ping ends its connection without a close frame.
        self.hangs_up_on_pings = False

    @property
    def silent(self) -> bool:
        """Whether open sockets send nothing and handshakes hang."""
        return not self._responsive.is_set()

    @silent.setter
    def silent(self, silent: bool) -> None:
        if silent:
            self._responsive.clear()
        else:
            self._responsive.set()

    @property
    def subscriptions(self) -> list[Subscription]:
        """The valid configuration of each client that sent one."""
        return [
            client.subscription
            for client in self._clients
            if client.subscription is not None
        ]

    async def wait_for_subscription(self, count: int) -> None:
        """Wait until `count` clients have subscribed to devices."""
        while (
            sum(bool(subscription.device_ids) for subscription in self.subscriptions)
            < count
        ):
            self._changed.clear()
            await self._changed.wait()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Serve one client until it disconnects."""
        # The handshake of a dead box hangs, because nothing answers.
        await self._responsive.wait()
        if request.transport is None:
            # The client has given up.
            return web.Response()
        if request.headers.get("Upgrade", "").lower() != "websocket":
            return web.Response(status=426, text="WebSocket expected")
        if (refusal := turned_away(self._state, request)) is not None:
            return refusal
        socket = BoxSocket(autoping=False, compress=False, max_msg_size=0)
        socket.connection = self._state.variant.handshake_connection
        date(self._state, socket)
        # A low-level server passes a BaseRequest, which is enough for the socket.
        await socket.prepare(request)
        client = Client(request, socket)
        self._clients.append(client)
        try:
            await self._listen(client)
        finally:
            self._clients.remove(client)
            self._changed.set()
        return socket

    async def push(self, message: LiveMessage, copies: int) -> None:
        """Send a message to the subscribers of its device."""
        if not self.silent:
            await self._push(message, copies + self._state.variant.duplicates)
        # A caller that pushes in a loop must not starve clients in the same event loop.
        await asyncio.sleep(0)

    async def _push(self, message: LiveMessage, copies: int) -> None:
        is_text = self._state.variant.frames == "text"
        kind = WSMsgType.TEXT if is_text else WSMsgType.BINARY
        # Messages with pictures are large, so each is encoded once per configuration.
        encoded: dict[tuple[bool, bool], bytes] = {}
        for client in tuple(self._clients):
            subscription = client.subscription
            if subscription is None or not self._is_subscribed(subscription, message):
                continue
            pictures = (subscription.face, subscription.reference)
            if pictures not in encoded:
                encoded[pictures] = encode(
                    message.requested_by(subscription), self._state.variant
                )
            for _ in range(copies):
                await client.send(encoded[pictures], kind)

    def _is_subscribed(self, subscription: Subscription, message: LiveMessage) -> bool:
        device_id = message.record.device.device_id
        return device_id in subscription.device_ids or (
            self._state.variant.pushes_unlisted
            and self._state.find_device(device_id) is None
        )

    async def send_raw(self, frame: bytes, kind: WSMsgType) -> None:
        """Send a frame unchanged to every configured client."""
        for client in tuple(self._clients):
            if client.subscription is not None and not self.silent:
                await client.send(frame, kind)

    def forget_subscriptions(self) -> None:
        """Forget every configuration; the connections stay open."""
        for client in self._clients:
            client.subscription = None
        self._changed.set()

    async def flood(self, flood: Flood) -> None:
        """Send control frames to every client, in bursts."""
        await flood.send([client.request for client in self._clients])

    def drop(self) -> None:
        """Reset every connection without a close frame."""
        for client in self._clients:
            abort(client.request.transport)

    async def close_sockets(self, code: int) -> None:
        """Close every connection with a close frame."""
        await asyncio.gather(
            *(client.socket.close(code=code) for client in tuple(self._clients))
        )

    async def _listen(self, client: Client) -> None:
        async for message in client.socket:
            match message.type:
                case WSMsgType.TEXT | WSMsgType.BINARY:
                    self._configure(client, message.data)
                case WSMsgType.PING if self.hangs_up_on_pings:
                    abort(client.request.transport)
                case WSMsgType.PING if self.answers_pings and not self.silent:
                    await client.send(message.data, WSMsgType.PONG)
                case _:
                    pass

    def _configure(self, client: Client, frame: str | bytes) -> None:
        keys = self.dialect.frame_keys
        try:
            subscription = read_frame(frame, keys)
        except FrameError as error:
            self._state.report(str(error))
            return
        for key in unknown_keys(subscription, keys):
            self._state.report(f"configuration frame: unknown key {key}")
        for device_id in subscription.device_ids:
            if not self._state.was_listed(device_id):
                self._state.report(f"configuration frame: unknown device {device_id}")
        if client.has_subscribed and self._state.variant.first_frame_only:
            return
        client.has_subscribed = True
        client.subscription = subscription
        self._changed.set()
