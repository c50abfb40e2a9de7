"""The WebSocket that announces changed capture devices (docs/protocol.md §2)."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from aiohttp import ClientConnectionResetError, web
import orjson

from .flood import Flood
from .model import JsonObject


@dataclass(frozen=True, slots=True, eq=False)
class _Listener:
    request: web.BaseRequest
    queue: asyncio.Queue[str] = field(default_factory=asyncio.Queue)


class BroadcastServer:
    """The broadcast port (54547) and its clients."""

    def __init__(self) -> None:
        """Create a server without clients."""
        self._listeners: set[_Listener] = set()

    @property
    def listeners(self) -> int:
        """The number of connected clients."""
        return len(self._listeners)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Serve one client until it disconnects; ignore its messages."""
        if request.headers.get("Upgrade", "").lower() != "websocket":
            return web.Response(status=426, text="WebSocket expected")
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        listener = _Listener(request)
        self._listeners.add(listener)
        sender = asyncio.create_task(_send(socket, listener.queue))
        try:
            # A client may disconnect while its ping is answered.
            with suppress(ClientConnectionResetError):
                async for _ in socket:
                    pass
        finally:
            self._listeners.remove(listener)
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)
        return socket

    def publish(self, message: JsonObject) -> None:
        """Queue a message for every client."""
        text = orjson.dumps(message).decode()
        for listener in self._listeners:
            listener.queue.put_nowait(text)

    async def flood(self, flood: Flood) -> None:
        """Send frames to every client, in bursts."""
        await flood.send([listener.request for listener in self._listeners])


async def _send(socket: web.WebSocketResponse, queue: asyncio.Queue[str]) -> None:
    while True:
        await socket.send_str(await queue.get())
