"""What lies between Home Assistant and a box: TCP proxies that lose, hold back, delay and refuse."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Final

from emulator import Ports
from emulator.port import abort

# Where nobody's outgoing connection borrows a port that refuses for a while.
HOST: Final = "127.0.0.41"
_BOX_HOST: Final = "127.0.0.1"
_CHUNK: Final = 256 * 1024
# As much as can come while everything is held back: a box must not notice that nobody takes it.
_BUFFER: Final = 64 * 1024 * 1024

type _Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
type _Accept = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Cable:
    """The ports of a box once more, and what happens on the way between the two."""

    def __init__(self, box: Ports) -> None:
        """Take the ports of a started box; nothing listens before `plug_in`."""
        self._box = box
        # What Home Assistant shall take for the box's.
        self.ports = Ports()
        # Seconds that everything takes longer on its way, in either direction.
        self.lag = 0.0
        # Whether what is sent on new connections never arrives; `kill_connections` is for the others.
        self.loses_packets = False
        self._flows = asyncio.Event()
        self._flows.set()
        self._servers: list[asyncio.Server] = []
        self._connections: dict[asyncio.Task[None], _Connection] = {}

    @property
    def holds_back(self) -> bool:
        """Whether everything waits until it is set to false again."""
        return not self._flows.is_set()

    @holds_back.setter
    def holds_back(self, holds_back: bool) -> None:
        if holds_back:
            self._flows.clear()
        else:
            self._flows.set()

    @property
    def connections(self) -> int:
        """How many connections Home Assistant holds open."""
        return len(self._connections)

    @property
    def has_dead_connections(self) -> bool:
        """Whether Home Assistant holds on to a connection on which nothing arrives any more."""
        return any(connection.is_dead for connection in self._connections.values())

    async def plug_in(self) -> None:
        """Listen, always on the same ports."""
        for name in ("rest", "events", "system", "broadcast"):
            accept = self._accepting(getattr(self._box, name))
            port = getattr(self.ports, name)
            server = await asyncio.start_server(accept, HOST, port, limit=_BUFFER)
            self._servers.append(server)
            number = server.sockets[0].getsockname()[1]
            self.ports = replace(self.ports, **{name: number})

    async def pull_out(self) -> None:
        """Reset what is connected and refuse what comes, until it is plugged in again."""
        for server in self._servers:
            server.close()
        self._servers.clear()
        connected = tuple(self._connections)
        for task in connected:
            task.cancel()
        await asyncio.gather(*connected, return_exceptions=True)

    def kill_connections(self) -> None:
        """Let nothing arrive any more on what is connected, in neither direction, and tell nobody."""
        for connection in self._connections.values():
            connection.is_dead = True

    async def carry_on(self) -> None:
        """Return when a piece that came now may go on."""
        if self.lag:
            await asyncio.sleep(self.lag)
        await self._flows.wait()

    def _accepting(self, port: int) -> _Accept:
        async def _accept(*client: *_Streams) -> None:
            task = asyncio.current_task()
            assert task is not None
            connection = _Connection(self, client)
            self._connections[task] = connection
            try:
                await connection.carry_to(port)
            finally:
                del self._connections[task]

        return _accept


class _Connection:
    """A connection of Home Assistant's and the one to the box that it goes on in."""

    def __init__(self, cable: Cable, client: _Streams) -> None:
        """Take Home Assistant's end."""
        self.is_dead = cable.loses_packets
        self._cable = cable
        self._client = client

    async def carry_to(self, port: int) -> None:
        """Carry everything to the box's port and back until one of them ends it, in the way in which it ends."""
        ends = [self._client[1]]
        try:
            with suppress(OSError):
                box = await asyncio.open_connection(_BOX_HOST, port, limit=_BUFFER)
                ends.append(box[1])
                await self._carry(box)
                for end in ends:
                    end.close()
                    await end.wait_closed()
        finally:
            for end in ends:
                abort(end.transport)

    async def _carry(self, box: _Streams) -> None:
        up = asyncio.create_task(self._pump(self._client[0], box[1]))
        down = asyncio.create_task(self._pump(box[0], self._client[1]))
        try:
            await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
            if self.is_dead:
                # That the box has gone is news which does not arrive either.
                await asyncio.wait({up})
            for task in (up, down):
                if task.done():
                    task.result()
        finally:
            for task in (up, down):
                task.cancel()
            await asyncio.gather(up, down, return_exceptions=True)

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while chunk := await reader.read(_CHUNK):
            await self._cable.carry_on()
            if not self.is_dead:
                writer.write(chunk)
                await writer.drain()
        await self._cable.carry_on()
