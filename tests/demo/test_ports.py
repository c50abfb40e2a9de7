"""Tests of how the demo chooses its ports."""

import socket

from tools.demo.ports import free_port


def test_taken_port_is_avoided() -> None:
    """The preferred port is used again once it is free."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        assert free_port("127.0.0.1", taken) != taken
    assert free_port("127.0.0.1", taken) == taken
