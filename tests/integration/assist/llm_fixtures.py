"""What the tests of assistants stand on."""

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from .llm_helpers import Assistant


@pytest.fixture
async def assistant(hass: HomeAssistant) -> Assistant:
    """Set up what assistants need."""
    for domain in ("homeassistant", "llm"):
        assert await async_setup_component(hass, domain, {})
    return Assistant(hass)
