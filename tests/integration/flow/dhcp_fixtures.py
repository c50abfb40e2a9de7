"""Fixtures of the tests of discovered boxes."""

from collections.abc import Callable, Generator
from contextlib import ExitStack
import socket

import pytest
import pytest_socket

from custom_components.se_aibox import config_flow
from custom_components.se_aibox.aibox.models import Ports as BoxPorts
from custom_components.se_aibox.flow import discovery
from emulator import EmulatedBox, Ports
from tests.integration.helpers import ports_of

from .dhcp_helpers import NEW, OLD, THIRD


@pytest.fixture
def three_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Allow three addresses, and keep the waits for a starting box short."""
    pytest_socket.socket_allow_hosts([OLD, NEW, THIRD], allow_unix_socket=True)
    monkeypatch.setattr(discovery, "_PATIENCE_SECONDS", (0.01, 0.02))
    monkeypatch.setattr(discovery, "_LOSS_SECONDS", 1)


@pytest.fixture
def ports() -> Generator[Ports]:
    """Return ports that are free at each of the three addresses."""
    with ExitStack() as stack:
        numbers = [_free_everywhere(stack) for _ in range(4)]
        yield Ports(*numbers)


def _free_everywhere(stack: ExitStack) -> int:
    """Keep a port reserved at the two addresses of twins, and return it."""
    for _ in range(100):
        with ExitStack() as tried:
            try:
                with _bound(OLD, 0) as first:
                    number: int = first.getsockname()[1]
                for host in (NEW, THIRD):
                    tried.enter_context(_bound(host, number))
            except OSError:
                continue
            stack.push(tried.pop_all())
            return number
    raise AssertionError("no port is free at three addresses")


def _bound(host: str, number: int) -> socket.socket:
    """Return a socket whose port only a server may share."""
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, number))
    except OSError:
        bound.close()
        raise
    return bound


@pytest.fixture
def factory_ports(monkeypatch: pytest.MonkeyPatch) -> Callable[[EmulatedBox], None]:
    """Return a function that makes a box's ports the factory ones."""

    def _set(box: EmulatedBox) -> None:
        ports = BoxPorts(*ports_of(box).values())
        monkeypatch.setattr(config_flow, "Ports", lambda: ports)

    return _set
