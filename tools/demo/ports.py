"""Ports to listen on, and their fields in a form."""

from random import sample
import socket

from emulator import Ports

# Linux gives higher ones to outgoing connections: such a port may be taken again before
# anything listens on it.
_OTHERS = range(20_000, 32_000)
_MOST_TRIED = 100


def free_port(host: str, preferred: int) -> int:
    """Return the preferred port, or another one if that is 0 or in use."""
    others = sample(_OTHERS, _MOST_TRIED)
    for number in (preferred, *others) if preferred else others:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, number))
            except OSError:
                continue
            return number
    raise OSError(f"No port is free on {host}")


def port_fields(ports: Ports) -> dict[str, int]:
    """Return the ports of a box as a form and a config entry have them."""
    return {
        "rest_port": ports.rest,
        "events_port": ports.events,
        "system_port": ports.system,
        "broadcast_port": ports.broadcast,
    }
