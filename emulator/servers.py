"""The sockets of an emulated box: open, closed, silent, cut."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import override

from aiohttp import WSMsgType

from .broadcasts import BroadcastServer
from .dialect import Dialect
from .events import EventsServer
from .model import Subscription
from .ports import BoxPorts


class BoxServers(BoxPorts):
    """A box with its events and broadcasts, and what can be done to those."""

    def _prepare(self, dialect: Dialect) -> None:
        """Make the servers of a dialect; nothing listens before `start`."""
        self._late: set[asyncio.Task[None]] = set()
        self._events = EventsServer(self, dialect)
        self._broadcasts = BroadcastServer()
        self._listen(
            dialect,
            events=self._events.handle,
            broadcasts=None if dialect.broadcast is None else self._broadcasts.handle,
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

    @override
    async def cut_power(self) -> None:
        """Close every port and cut what is connected; what was still to be pushed is forgotten."""
        late = tuple(self._late)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        await self.stop_events_port()
        await self.stop_broadcast_port()
        await super().cut_power()

    def _do_later(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        """Do something after so many seconds, unless the power is cut before."""

        async def _wait() -> None:
            await asyncio.sleep(seconds)
            await work()

        task = asyncio.create_task(_wait())
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def start_events_port(self) -> None:
        """Open the events port again, under its old number."""
        await self._events_port.open()

    async def stop_events_port(self) -> None:
        """Close the events port and cut its clients off."""
        self._events.drop()
        await self._events_port.close()

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
