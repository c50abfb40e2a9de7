"""What the emulated boxes have in common."""

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


class AnyBox(Lifetime):
    """A box on real sockets: its state and its ports."""

    def __init__(
        self,
        state: BoxState,
        dialect: Dialect,
        ports: Ports,
        *,
        events: HttpHandler | None = None,
        broadcast: HttpHandler | None = None,
    ) -> None:
        """Create a stopped box; a port without a handler refuses connections."""
        self.state: Final = state
        self._dialect = dialect
        self._ports: Final = BoxPorts(state.host, ports)
        self._speak(dialect, events=events, broadcast=broadcast)

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
        """The name of the dialect."""
        return self._dialect.name

    @property
    def history_path(self) -> str:
        """The path of the call that reads the history."""
        return self._dialect.history_path

    @property
    def ports(self) -> Ports:
        """The port numbers; those left to the system are known after `start`."""
        return self._ports.numbers

    def port(self, name: PortName) -> Port:
        """Return a port, to close it or to open it again."""
        return self._ports[name]

    @abstractmethod
    async def recognize(
        self,
        device: Device | str | None = None,
        identity: Identity | None = None,
        **details: Unpack[Recognize],
    ) -> Emitted:
        """Let a capture device see somebody, or a stranger without an identity."""

    @override
    async def start(self) -> None:
        """Open every port."""
        self.state.restart()
        await self._ports.open()

    @override
    async def stop(self) -> None:
        """Close everything; no task, socket or thread remains."""
        await self.cut_power()
        self.state.studio.close()

    async def cut_power(self) -> None:
        """Close every port and cut every connection; the records remain."""
        await self._ports.close()

    async def reboot(self, seconds: float, *, clock_step: float = 0.0) -> None:
        """Stay away for some seconds, then open the same ports again.

        The clock moves by `clock_step` seconds meanwhile.
        """
        await self.cut_power()
        await asyncio.sleep(seconds)
        self.state.clock_offset += clock_step
        await self.start()

    def _speak(
        self,
        dialect: Dialect,
        *,
        events: HttpHandler | None,
        broadcast: HttpHandler | None,
    ) -> None:
        """Answer in a dialect from the next start on."""
        face, system = (
            RestServer(self.state, dialect, self.recognize, is_face=is_face)
            for is_face in (True, False)
        )
        has_system = not self.state.variant.system_port_closed
        self._dialect = dialect
        self.port("rest").handler = face.handle
        self.port("system").handler = system.handle if has_system else None
        self.port("events").handler = events
        self.port("broadcast").handler = broadcast
