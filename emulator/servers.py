"""The ports of an emulated box: open, closed, silent, cut."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

from aiohttp import WSMsgType

from .broadcasts import BroadcastServer
from .dialect import Dialect
from .events import EventsServer
from .model import Ports, Subscription
from .pictures import Drawing, Painted, paint
from .port import Port
from .rest import RestServer
from .state import BoxState


class BoxServers(BoxState):
    """A box's state on real sockets, and what can be done to those."""

    def _prepare(self, dialect: Dialect) -> None:
        """Make the servers of a dialect; nothing listens before `start`."""
        self._dialect = dialect
        self._painter: ThreadPoolExecutor | None = None
        self._painted: set[Drawing] = set()
        self._events = EventsServer(self, dialect)
        self._broadcasts = BroadcastServer()
        face = RestServer(self, dialect, dialect.face_routes, self._paint, is_face=True)
        system = RestServer(
            self, dialect, dialect.system_routes, self._paint, is_face=False
        )
        self._rest_port = Port(self.host, self.ports.rest, face.handle)
        self._events_port = Port(self.host, self.ports.events, self._events.handle)
        self._system_port = Port(self.host, self.ports.system, system.handle)
        self._broadcast_port = Port(
            self.host, self.ports.broadcast, self._broadcasts.handle
        )

    @property
    def silent(self) -> bool:
        """Whether the events sockets are open and dead: no pong, nothing pushed, no new handshake."""
        return self._events.silent

    @silent.setter
    def silent(self, silent: bool) -> None:
        self._events.silent = silent

    @property
    def answers_pings(self) -> bool:
        """Whether the events socket answers pings."""
        return self._events.answers_pings

    @answers_pings.setter
    def answers_pings(self, answers: bool) -> None:
        self._events.answers_pings = answers

    @property
    def subscriptions(self) -> list[Subscription]:
        """The configurations that are valid now, one a connected client."""
        return self._events.subscriptions

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
        """Open every port the dialect has; `ports` then holds all numbers, also of those that refuse."""
        try:
            await self._rest_port.open()
            await self._events_port.open()
            if self.variant.system_port_closed:
                await self._system_port.reserve()
            else:
                await self._system_port.open()
            if self._dialect.broadcast is not None:
                await self._broadcast_port.open()
            else:
                await self._broadcast_port.reserve()
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
        await self.stop_events_port()
        await self.stop_broadcast_port()
        await self.stop_rest_port()
        await self.stop_system_port()
        painter, self._painter = self._painter, None
        if painter is not None:
            painter.shutdown(wait=True)

    async def start_rest_port(self) -> None:
        """Open the application port again, under its old number."""
        await self._rest_port.open()

    async def stop_rest_port(self) -> None:
        """Close the application port."""
        await self._rest_port.close()

    async def start_events_port(self) -> None:
        """Open the events port again, under its old number."""
        await self._events_port.open()

    async def stop_events_port(self) -> None:
        """Close the events port and cut its clients off."""
        self._events.drop()
        await self._events_port.close()

    async def start_system_port(self) -> None:
        """Open the system port again, under its old number."""
        await self._system_port.open()

    async def stop_system_port(self) -> None:
        """Close the system port."""
        await self._system_port.close()

    async def start_broadcast_port(self) -> None:
        """Open the broadcast port again, under its old number."""
        await self._broadcast_port.open()

    async def stop_broadcast_port(self) -> None:
        """Close the broadcast port and cut its listeners off."""
        self._broadcasts.drop()
        await self._broadcast_port.close()

    async def wait_for_subscription(self, count: int = 1, timeout: float = 10) -> None:  # noqa: ASYNC109 - what callers want to say
        """Return once `count` clients hold a valid configuration with devices, else raise TimeoutError."""
        async with asyncio.timeout(timeout):
            await self._events.wait_for_subscription(count)

    async def send_raw(self, frame: str | bytes, *, binary: bool = False) -> None:
        """Send a frame verbatim to every client that has configured something."""
        data = frame.encode() if isinstance(frame, str) else frame
        await self._events.send_raw(
            data, WSMsgType.BINARY if binary else WSMsgType.TEXT
        )

    async def drop(self) -> None:
        """Reset every events connection, without a close frame."""
        self._events.drop()

    async def close_sockets(self, code: int = 1001) -> None:
        """Close every events connection with a close frame."""
        await self._events.close_sockets(code)

    async def _paint(self, drawing: Drawing) -> Painted:
        if drawing in self._painted:
            return paint(drawing)
        if self._painter is None:
            self._painter = ThreadPoolExecutor(1, thread_name_prefix="emulator-painter")
        painted = await asyncio.get_running_loop().run_in_executor(
            self._painter, paint, drawing
        )
        self._painted.add(drawing)
        return painted
