"""What every test needs."""

# First, or the plugin's package of the same name is found instead of ours.
import custom_components.se_aibox  # noqa: F401  # isort: skip

import pytest

# In an environment of its own: scripts/test-browser.
collect_ignore = ["browser"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the fuzzer run for longer than on every day."""
    parser.addoption(
        "--fuzz-minutes",
        type=float,
        default=0,
        help="for how long tests/client/test_fuzz.py makes up messages, other ones each time; "
        "0: the same few thousand every time",
    )


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Give the tests as long as the fuzzer was given."""
    if minutes := config.getoption("--fuzz-minutes"):
        for item in items:
            item.add_marker(pytest.mark.timeout(minutes * 60 + 60))


@pytest.fixture(autouse=True)
def _sockets_on_loopback(socket_enabled: None) -> None:
    """Let tests open sockets; the plugin still confines them to 127.0.0.1."""
