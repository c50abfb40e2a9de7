"""Let the test plugin of an older release load on the newest Home Assistant."""

# First: it replaces httpx, which other plugins of pytest import.
import homeassistant  # noqa: F401  # isort: skip
from homeassistant.components import logger
from homeassistant.components.logger import helpers

# The plugin imports this name from where it was before 2026.11.
vars(logger).setdefault("_clear_logger_overwrites", helpers._clear_logger_overwrites)
