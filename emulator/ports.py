"""The ports of a box."""

from typing import Literal

from .model import Ports
from .port import Port

type PortName = Literal["rest", "events", "system", "broadcast", "web"]


class BoxPorts:
    """The ports of one box."""

    def __init__(self, host: str, numbers: Ports) -> None:
        """Create closed ports without handlers."""
        # The ports open in this order and close in reverse.
        self._ports: dict[PortName, Port] = {
            "web": Port(host, numbers.web),
            "system": Port(host, numbers.system),
            "rest": Port(host, numbers.rest),
            "broadcast": Port(host, numbers.broadcast),
            "events": Port(host, numbers.events),
        }

    def __getitem__(self, name: PortName) -> Port:
        """Return one port."""
        return self._ports[name]

    @property
    def numbers(self) -> Ports:
        """The port numbers, including closed ports."""
        return Ports(**{name: port.number for name, port in self._ports.items()})

    async def open(self) -> None:
        """Open every port, or none if one fails."""
        try:
            for port in self._ports.values():
                await port.open()
        except OSError:
            await self.close()
            self.release()
            raise

    async def close(self) -> None:
        """Close every port."""
        for port in reversed(self._ports.values()):
            await port.close()

    def release(self) -> None:
        """Leave the numbers of the closed ports to others."""
        for port in self._ports.values():
            port.release()
