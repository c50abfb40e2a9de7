"""Where the demo listens."""

import socket

from tools.demo.ports import free_port


def test_taken_port_is_avoided() -> None:
    """Somebody listens on the preferred port: another one is found, and the preferred one when they are gone."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        assert free_port("127.0.0.1", taken) != taken
    assert free_port("127.0.0.1", taken) == taken
