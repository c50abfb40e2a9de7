"""Finds ports to listen on."""

import socket


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
