"""TCP proxies before a box that lose, hold back, delay and refuse data."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Final

from emulator import Ports
from emulator.port import abort

# An address from which no outgoing connection takes a port while the cable is out.
HOST: Final = "127.0.0.41"
_BOX_HOST: Final = "127.0.0.1"
_CHUNK: Final = 256 * 1024
# Holds all that arrives while data is held back: the box must not notice.
_BUFFER: Final = 64 * 1024 * 1024

type _Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
type _Accept = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Cable:
    """A proxy for each port of a box, with faults."""

    def __init__(self, box: Ports) -> None:
        """Initialize with the ports of a started box, without listening."""
        self._box = box
        # The proxies' ports, which Home Assistant uses as the box's.
        self.ports = Ports()
        # Additional delay in either direction, in seconds.
        self.lag = 0.0
        # Whether new connections lose all data; `kill_connections` affects the others.
        self.loses_packets = False
        self._flows = asyncio.Event()
        self._flows.set()
        self._servers: list[asyncio.Server] = []
        self._connections: dict[asyncio.Task[None], _Connection] = {}

    @property
    def holds_back(self) -> bool:
        """Whether all data waits until this is set to False."""
        return not self._flows.is_set()

    @holds_back.setter
    def holds_back(self, holds_back: bool) -> None:
        if holds_back:
            self._flows.clear()
        else:
            self._flows.set()

    @property
    def connections(self) -> int:
        """The number of Home Assistant's open connections."""
        return len(self._connections)

    @property
    def has_dead_connections(self) -> bool:
        """Whether Home Assistant still holds a dead connection."""
        return any(connection.is_dead for connection in self._connections.values())

    async def plug_in(self) -> None:
        """Listen; after the first time, on the same ports."""
        for name in ("rest", "events", "system", "broadcast"):
            accept = self._accepting(getattr(self._box, name))
            port = getattr(self.ports, name)
            server = await asyncio.start_server(accept, HOST, port, limit=_BUFFER)
            self._servers.append(server)
            number = server.sockets[0].getsockname()[1]
            self.ports = replace(self.ports, **{name: number})

    async def pull_out(self) -> None:
        """Reset all connections, and refuse new ones until `plug_in`."""
        for server in self._servers:
            server.close()
        self._servers.clear()
        connected = tuple(self._connections)
        for task in connected:
            task.cancel()
        await asyncio.gather(*connected, return_exceptions=True)

    def kill_connections(self) -> None:
        """Silently lose all further data of the open connections."""
        for connection in self._connections.values():
            connection.is_dead = True

    async def carry_on(self) -> None:
        """Return when data that arrived now may be forwarded."""
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
    """A connection of Home Assistant, and its continuation to the box."""

    def __init__(self, cable: Cable, client: _Streams) -> None:
        """Initialize with Home Assistant's end."""
        self.is_dead = cable.loses_packets
        self._cable = cable
        self._client = client

    async def carry_to(self, port: int) -> None:
        """Carry data both ways until one side closes or resets; pass that on."""
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
                # On a dead connection, even the box's close does not arrive.
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
