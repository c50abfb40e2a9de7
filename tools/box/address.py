"""The address of a box, and explanations of failed connections."""

from dataclasses import dataclass

from aiohttp import ClientSession

from custom_components.se_aibox.aibox.exceptions import (
    AiBoxBusyError,
    AiBoxConnectionError,
    AiBoxError,
    AiBoxRefusedError,
)
from custom_components.se_aibox.aibox.models import Dialect, Ports
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.rest_port import find_dialect


@dataclass(frozen=True, slots=True)
class Address:
    """A box on the network, and the session that reaches it."""

    session: ClientSession
    host: str
    ports: Ports

    def rest(self, dialect: Dialect) -> Rest:
        """Return the box's REST calls."""
        return Rest(self.session, self.host, self.ports, dialect)

    async def find_dialect(self) -> Dialect:
        """Return the box's dialect; raises `AiBoxError`."""
        return await find_dialect(self.session, self.host, self.ports)


def explain_rest(error: AiBoxError, address: Address) -> str:
    """Explain a failed REST call and what to do."""
    where = f"{address.host}, port {address.ports.rest}"
    match error:
        case AiBoxBusyError():
            return "The box is still starting. Wait a minute, then try again."
        case AiBoxConnectionError():
            return (
                f"Nothing answers at {where} ({error}). Check the address and "
                "--rest-port, that the box is switched on, and that no firewall "
                "blocks the connection."
            )
        case AiBoxRefusedError():
            return (
                f"The box at {where} refused the request: {error.message or error}. "
                "Check whether the box's own web page reports a problem, "
                "then try again."
            )
        case _:
            return (
                f"Something answers at {where}, but not as an SE AI box does "
                f"({error}). Check the address and --rest-port."
            )


def explain_events(error: AiBoxError, address: Address) -> str:
    """Explain a failed event socket and what to do."""
    return (
        f"The event socket, port {address.ports.events}, does not work ({error}). "
        "Check --events-port, and that no firewall blocks the connection."
    )
