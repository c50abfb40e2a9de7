"""What the tests of boxes that are noticed on the network stand on."""

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
    """Let boxes move about this machine, and take no time to wait for one that starts."""
    pytest_socket.socket_allow_hosts([OLD, NEW, THIRD], allow_unix_socket=True)
    monkeypatch.setattr(discovery, "_PATIENCE_SECONDS", (0.01, 0.02))


@pytest.fixture
def factory_ports(monkeypatch: pytest.MonkeyPatch) -> Callable[[EmulatedBox], None]:
    """Make the ports of an emulated box those of the factory."""

    def _set(box: EmulatedBox) -> None:
        ports = Ports(*ports_of(box).values())
        monkeypatch.setattr(config_flow, "Ports", lambda: ports)

    return _set
