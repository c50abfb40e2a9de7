"""Ports to listen on, and their fields in a form."""

import socket

from emulator import Ports


def free_port(host: str, preferred: int) -> int:
    """Return the preferred port, or another one if it is in use."""
    for number in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, number))
            except OSError:
                continue
            port: int = probe.getsockname()[1]
            return port
    raise OSError(f"No port is free on {host}")


def port_fields(ports: Ports) -> dict[str, int]:
    """Return the ports of a box as a form and a config entry have them."""
    return {
        "rest_port": ports.rest,
        "events_port": ports.events,
        "system_port": ports.system,
        "broadcast_port": ports.broadcast,
    }
