"""A TCP port that reopens under the same number."""

import asyncio
from asyncio.trsock import TransportSocket
from collections.abc import Awaitable, Callable
from contextlib import suppress
import errno
import socket
import struct

from aiohttp import web

type HttpHandler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

_TRIES = 20
_PAUSE = 0.1


class Port:
    """A port that can close and reopen, and its connections."""

    def __init__(self, host: str, number: int) -> None:
        """Create a closed port.

        Without a handler, it refuses connections, but no other program can take its
        number while it is open. The number 0 means any free port, which the first
        `open` chooses and later ones keep.
        """
        self.number = number
        self.handler: HttpHandler | None = None
        self.host = host
        self._runner: web.ServerRunner | None = None
        self._reserved: socket.socket | None = None
        self._requests: dict[asyncio.Task[object], web.BaseRequest] = {}

    @property
    def is_open(self) -> bool:
        """Whether the port accepts connections."""
        return self._runner is not None

    async def open(self) -> None:
        """Listen, or only reserve the number if there is no handler."""
        if self.handler is None:
            await self.close()
            self._reserved = await self._retry(self._reserve)
            self.number = self._reserved.getsockname()[1]
        elif self._runner is None:
            self.release()
            await self._open()

    async def _reserve(self) -> socket.socket:
        """Bind the number without listening."""
        try:
            return _bound(self.host, self.number)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
        # Connections that the box closed may use the number for a minute.
        return _bound(self.host, self.number, shared=True)

    def release(self) -> None:
        """Leave the number of a closed port to others."""
        reserved, self._reserved = self._reserved, None
        if reserved is not None:
            reserved.close()

    async def _open(self) -> None:
        runner = web.ServerRunner(
            web.Server(self._answer, access_log=None), shutdown_timeout=0.05
        )
        await runner.setup()
        try:
            await self._retry(
                lambda: web.TCPSite(runner, self.host, self.number).start()
            )
        except OSError:
            await runner.cleanup()
            raise
        self.number = runner.addresses[0][1]
        self._runner = runner

    async def _retry[Result](self, bind: Callable[[], Awaitable[Result]]) -> Result:
        """Bind the number; retry while another connection uses it."""
        for _ in range(_TRIES):
            try:
                return await bind()
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
                await asyncio.sleep(_PAUSE)
        return await bind()

    async def close(self) -> None:
        """Stop listening and close every connection; keep the number."""
        self.release()
        runner, self._runner = self._runner, None
        requests = dict(self._requests)
        for request in requests.values():
            # A WebSocket would stay open; a short HTTP answer may still be sent.
            if "Upgrade" in request.headers:
                abort(request.transport)
        if runner is not None:
            await _stop_accepting(runner)
            await runner.cleanup()
        # The answer to a client that disconnected may still be in progress.
        for task in requests:
            task.cancel()
        await asyncio.gather(*requests, return_exceptions=True)
        if runner is not None:
            # Otherwise, the next connection of any program could take the number.
            with suppress(OSError):
                self._reserved = _bound(self.host, self.number, shared=True)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        task = asyncio.current_task()
        if task is None or self.handler is None:
            raise RuntimeError("An open port handles each request in a task")
        self._requests[task] = request
        try:
            return await self.handler(request)
        finally:
            del self._requests[task]


async def _stop_accepting(runner: web.ServerRunner) -> None:
    """Accept no more connections, and finish accepting the last ones."""
    # asyncio raises an error if the server closes in between.
    loop = asyncio.get_running_loop()
    for site in runner.sites:
        server = site._server  # noqa: SLF001 - aiohttp has no other way
        if isinstance(server, asyncio.Server):
            for listening in server.sockets:
                loop.remove_reader(listening.fileno())
    for _ in range(3):
        await asyncio.sleep(0)


def _bound(host: str, number: int, *, shared: bool = False) -> socket.socket:
    """Return a socket that is bound to a number."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, shared)
        bound.bind((host, number))
    except OSError:
        bound.close()
        raise
    return bound


def abort(transport: asyncio.WriteTransport | None) -> None:
    """Reset a connection without a close frame, like a power cut."""
    if transport is None or transport.is_closing():
        return
    raw: object = transport.get_extra_info("socket")
    if isinstance(raw, TransportSocket):
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
