"""Fixtures of the tests of discovered boxes."""

from collections.abc import Callable

import pytest
import pytest_socket

from custom_components.se_aibox import config_flow
from custom_components.se_aibox.aibox.models import Ports
from custom_components.se_aibox.flow import discovery
from emulator import EmulatedBox
from tests.integration.helpers import ports_of

from .dhcp_helpers import NEW, OLD, THIRD


@pytest.fixture
def three_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Allow three addresses, and keep the waits for a starting box short."""
    pytest_socket.socket_allow_hosts([OLD, NEW, THIRD], allow_unix_socket=True)
    monkeypatch.setattr(discovery, "_PATIENCE_SECONDS", (0.01, 0.02))


@pytest.fixture
def factory_ports(monkeypatch: pytest.MonkeyPatch) -> Callable[[EmulatedBox], None]:
    """Return a function that makes a box's ports the factory ones."""

    def _set(box: EmulatedBox) -> None:
        ports = Ports(*ports_of(box).values())
        monkeypatch.setattr(config_flow, "Ports", lambda: ports)

    return _set
