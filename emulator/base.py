"""The common base of the emulated boxes."""

from abc import abstractmethod
import asyncio
from typing import Final, Unpack, override

from .dialect import Dialect
from .lifetime import Lifetime
from .model import Device, Emitted, Identity, Ports
from .port import HttpHandler, Port
from .ports import BoxPorts, PortName
from .recognition import Recognize
from .rest import RestServer
from .state import BoxState
from .web import WebServer


class AnyBox(Lifetime):
    """A box on real sockets: its state and ports."""

    def __init__(
        self,
        state: BoxState,
        dialect: Dialect,
        ports: Ports,
        *,
        events: HttpHandler | None = None,
        broadcast: HttpHandler | None = None,
    ) -> None:
        """Create a stopped box.

        A port without a handler refuses connections.
        """
        self.state: Final = state
        self._dialect = dialect
        self._ports: Final = BoxPorts(state.host, ports)
        self._set_dialect(dialect, events=events, broadcast=broadcast)

        # Parts of the state under shorter names.
        self.host: Final = state.host
        self.serial_number: Final = state.serial_number
        self.mac: Final = state.mac
        self.devices: Final = state.devices
        self.people: Final = state.people
        self.settings: Final = state.settings
        self.history: Final = state.history
        self.requests: Final = state.requests
        self.errors: Final = state.errors
        self.answer_instead: Final = state.answer_instead
        self.door_actions: Final = state.door_actions
        self.relay_pulses: Final = state.relay_pulses

    @property
    def dialect(self) -> str:
        """The name of the current dialect."""
        return self._dialect.name

    @property
    def history_path(self) -> str:
        """The path of the history call."""
        return self._dialect.history_path

    @property
    def ports(self) -> Ports:
        """The port numbers; a 0 is replaced at the first `start`."""
        return self._ports.numbers

    def port(self, name: PortName) -> Port:
        """Return one port, which the caller may close or open."""
        return self._ports[name]

    @abstractmethod
    async def recognize(
        self,
        device: Device | str | None = None,
        identity: Identity | None = None,
        **details: Unpack[Recognize],
    ) -> Emitted:
        """Simulate a recognition; no identity means a stranger."""

    @override
    async def start(self) -> None:
        """Open every port."""
        self.state.restart()
        await self._ports.open()

    @override
    async def stop(self) -> None:
        """Close everything; leave no task, socket or thread."""
        await self.cut_power()
        self._ports.release()
        self.state.studio.close()

    async def cut_power(self) -> None:
        """Close every port and connection; keep the history."""
        await self._ports.close()

    async def reboot(self, seconds: float, *, clock_step: float = 0.0) -> None:
        """Close the ports for some seconds, then open them again.

        The clock jumps by `clock_step` seconds.
        """
        await self.cut_power()
        await asyncio.sleep(seconds)
        self.state.clock_offset += clock_step
        await self.start()

    def _set_dialect(
        self,
        dialect: Dialect,
        *,
        events: HttpHandler | None,
        broadcast: HttpHandler | None,
    ) -> None:
        """Use a dialect from the next start on."""
        face, system = (
            RestServer(self.state, dialect, self.recognize, is_face=is_face)
            for is_face in (True, False)
        )
        variant = self.state.variant
        has_system = not variant.system_port_closed
        self._dialect = dialect
        self.port("web").handler = WebServer(self.state, face).handle
        self.port("rest").handler = None if variant.rest_port_closed else face.handle
        self.port("system").handler = system.handle if has_system else None
        self.port("events").handler = events
        self.port("broadcast").handler = broadcast
