"""Tests of how the demo chooses its ports."""

from pathlib import Path
import socket

from tools.demo.ports import free_port


def test_taken_port_is_avoided() -> None:
    """The preferred port is used again once it is free."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        assert free_port("127.0.0.1", taken) != taken
    assert free_port("127.0.0.1", taken) == taken


def test_other_port_is_none_that_outgoing_connections_get() -> None:
    """Home Assistant starts in recovery mode if its port is taken meanwhile."""
    outgoing = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text()
    port = free_port("127.0.0.1", 0)
    assert port < int(outgoing.split()[0])
    with socket.create_server(("127.0.0.1", port)):
        assert free_port("127.0.0.1", port) not in (0, port)
