"""The four ports of a box, open or refusing, and what makes it start, stop and start anew."""

import asyncio
from types import TracebackType
from typing import Self

from .dialect import Dialect
from .model import Ports
from .port import HttpHandler, Port
from .rest import RestServer
from .state import BoxState


class BoxPorts(BoxState):
    """A box's state behind its two REST ports, and room for two sockets."""

    def _listen(
        self,
        dialect: Dialect,
        *,
        events: HttpHandler | None = None,
        broadcasts: HttpHandler | None = None,
    ) -> None:
        """Make the ports of a dialect; a socket port that nobody answers refuses."""
        self._dialect = dialect
        face = RestServer(self, dialect, dialect.face_routes, is_face=True)
        system = RestServer(self, dialect, dialect.system_routes, is_face=False)
        self._rest_port = Port(self.host, self.ports.rest, face.handle)
        self._system_port = Port(self.host, self.ports.system, system.handle)
        self._events_port = Port(self.host, self.ports.events, events or face.handle)
        self._broadcast_port = Port(
            self.host, self.ports.broadcast, broadcasts or face.handle
        )
        self._refusing: set[Port] = set()
        if events is None:
            self._refusing.add(self._events_port)
        if broadcasts is None:
            self._refusing.add(self._broadcast_port)
        if self.variant.system_port_closed:
            self._refusing.add(self._system_port)

    @property
    def dialect(self) -> str:
        """The name of the box's dialect."""
        return self._dialect.name

    async def __aenter__(self) -> Self:
        """Start the box."""
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the box."""
        await self.stop()

    async def start(self) -> None:
        """Open every port the box has; `ports` then holds all numbers, also of those that refuse."""
        try:
            for port in (
                self._rest_port,
                self._events_port,
                self._system_port,
                self._broadcast_port,
            ):
                await (port.reserve() if port in self._refusing else port.open())
        except OSError:
            await self.stop()
            raise
        self.ports = Ports(
            rest=self._rest_port.number,
            events=self._events_port.number,
            system=self._system_port.number,
            broadcast=self._broadcast_port.number,
        )

    async def stop(self) -> None:
        """Close everything and leave no task, socket or thread behind."""
        await self.cut_power()
        self.studio.close()

    async def reboot(self, seconds: float, *, clock_step: float = 0.0) -> None:
        """Be gone for so many seconds, then open the old ports again; the clock may come back other than it went."""
        await self.cut_power()
        await asyncio.sleep(seconds)
        self.clock_offset += clock_step
        await self.start()

    async def cut_power(self) -> None:
        """Close every port and cut what is connected; what is on the disk stays."""
        await self.stop_rest_port()
        await self.stop_system_port()

    async def start_rest_port(self) -> None:
        """Open the application port again, under its old number."""
        await self._rest_port.open()

    async def stop_rest_port(self) -> None:
        """Close the application port."""
        await self._rest_port.close()

    async def start_system_port(self) -> None:
        """Open the system port again, under its old number."""
        await self._system_port.open()

    async def stop_system_port(self) -> None:
        """Close the system port."""
        await self._system_port.close()
