"""The WebSocket that tells of capture devices added, renamed and removed (PROTOCOL §2)."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from aiohttp import ClientConnectionResetError, web
import orjson

from .model import JsonObject
from .port import abort


@dataclass(frozen=True, slots=True, eq=False)
class _Listener:
    request: web.BaseRequest
    queue: asyncio.Queue[str] = field(default_factory=asyncio.Queue)


class BroadcastServer:
    """Every listener of port 54547."""

    def __init__(self) -> None:
        """Nobody listens yet."""
        self._listeners: set[_Listener] = set()

    @property
    def listeners(self) -> int:
        """How many clients listen."""
        return len(self._listeners)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Tell one listener everything until it goes; what it says is ignored."""
        if request.headers.get("Upgrade", "").lower() != "websocket":
            return web.Response(status=426, text="WebSocket expected")
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        listener = _Listener(request)
        self._listeners.add(listener)
        teller = asyncio.create_task(_tell(socket, listener.queue))
        try:
            # A listener may leave while its ping is answered.
            with suppress(ClientConnectionResetError):
                async for _ in socket:
                    pass
        finally:
            self._listeners.remove(listener)
            teller.cancel()
            await asyncio.gather(teller, return_exceptions=True)
        return socket

    def publish(self, message: JsonObject) -> None:
        """Tell every listener, in order, as soon as it can hear."""
        text = orjson.dumps(message).decode()
        for listener in self._listeners:
            listener.queue.put_nowait(text)

    def drop(self) -> None:
        """Cut every listener off."""
        for listener in self._listeners:
            abort(listener.request.transport)


async def _tell(socket: web.WebSocketResponse, queue: asyncio.Queue[str]) -> None:
    while True:
        await socket.send_str(await queue.get())
