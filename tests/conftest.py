"""Options and fixtures of every test."""

import logging

# At debug level, these write most lines of a failing test's output. A test that looks
# for personal data in them raises their level again.
for _name in (
    "asyncio",
    "homeassistant.components.recorder",
    "homeassistant.components.websocket_api",
    "sqlalchemy.engine",
):
    logging.getLogger(_name).setLevel(logging.WARNING)
# The machine may lack the library that scales pictures; no test depends on it.
logging.getLogger("homeassistant.components.camera.img_util").addFilter(
    lambda record: "libturbojpeg" not in record.getMessage()
)

# Import before pytest, or a plugin's package of the same name is found instead of ours.
# Home Assistant's import logs what is silenced above.
import custom_components.se_aibox  # noqa: E402, F401  # isort: skip

from hypothesis import settings  # noqa: E402
import pytest  # noqa: E402

from homeassistant.util import executor  # noqa: E402

# Home Assistant interrupts an idle thread that takes longer than a fraction of this to
# end. The interrupted thread no longer wakes the others, and the test that left them
# fails. On a busy machine, they need longer.
executor.EXECUTOR_SHUTDOWN_TIMEOUT = 300

# Use the same examples every time, however busy the machine is.
settings.register_profile("repeatable", deadline=None, derandomize=True, database=None)
settings.load_profile("repeatable")

_LONGEST = 80

# scripts/test-browser runs these in another environment.
collect_ignore = ["browser"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option for a long run of the fuzzer."""
    parser.addoption(
        "--fuzz-minutes",
        type=float,
        default=0,
        help="how long tests/client/test_fuzz.py invents new messages; "
        "0 repeats the same few thousand messages",
    )


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Raise the time limit of tests to that of the fuzzer."""
    if minutes := config.getoption("--fuzz-minutes"):
        for item in items:
            item.add_marker(pytest.mark.timeout(minutes * 60 + 60))


def pytest_make_parametrize_id(val: object) -> str | None:
    """Return the id of a picture or of a long text, which nobody reads in full."""
    if isinstance(val, bytes) and not val.isascii() and len(val) > _LONGEST:
        return f"{len(val)} bytes"
    if isinstance(val, str) and len(val) > _LONGEST:
        return f"{val[:20]}... ({len(val)})"
    return None


@pytest.fixture(autouse=True)
def _sockets_on_loopback(socket_enabled: None) -> None:
    """Let tests open sockets, which the plugin limits to 127.0.0.1."""
