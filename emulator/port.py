"""A TCP port that can be closed and opened again under the same number."""

import asyncio
from asyncio.trsock import TransportSocket
from collections.abc import Awaitable, Callable
import errno
import socket
import struct

from aiohttp import web

type HttpHandler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


_TRIES = 20
_PAUSE = 0.1


class Port:
    """One listening port; its connections die with it."""

    def __init__(self, host: str, number: int, handler: HttpHandler) -> None:
        """Take an address and who answers; 0 asks for any free number, kept from then on."""
        self.number = number
        self._host = host
        self._handler = handler
        self._runner: web.ServerRunner | None = None
        self._answering: set[asyncio.Task[object]] = set()

    async def open(self) -> None:
        """Listen, unless it does already."""
        if self._runner is not None:
            return
        runner = web.ServerRunner(
            web.Server(self._answer, access_log=None), shutdown_timeout=0.05
        )
        await runner.setup()
        try:
            await self._listen(runner)
        except OSError:
            await runner.cleanup()
            raise
        self.number = runner.addresses[0][1]
        self._runner = runner

    async def _listen(self, runner: web.ServerRunner) -> None:
        """Take the number, which somebody's outgoing connection may have borrowed while it was free."""
        for patience in reversed(range(_TRIES)):
            try:
                await web.TCPSite(runner, self._host, self.number).start()
            except OSError as error:
                if error.errno != errno.EADDRINUSE or not patience:
                    raise
                await asyncio.sleep(_PAUSE)
            else:
                return

    async def reserve(self) -> None:
        """Take a number that refuses connections, like a port the box does not have."""
        await self.open()
        await self.close()

    async def close(self) -> None:
        """Stop listening and cut what is connected."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()
        # A client that gave up is no connection any more, but its answer may be on the way.
        left = tuple(self._answering)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("A request is always handled by a task")
        self._answering.add(task)
        try:
            return await self._handler(request)
        finally:
            self._answering.discard(task)


def abort(transport: asyncio.WriteTransport | None) -> None:
    """Cut a connection as a power cut does: a reset, no close frame."""
    if transport is None or transport.is_closing():
        return
    raw: object = transport.get_extra_info("socket")
    if isinstance(raw, TransportSocket):
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
