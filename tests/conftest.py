"""What every test needs."""

# First, or the plugin's package of the same name is found instead of ours.
import custom_components.se_aibox  # noqa: F401  # isort: skip

import pytest


@pytest.fixture(autouse=True)
def _sockets_on_loopback(socket_enabled: None) -> None:
    """Let tests open sockets; the plugin still confines them to 127.0.0.1."""
