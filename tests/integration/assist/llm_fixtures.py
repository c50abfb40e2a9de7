"""Fixtures of the tests of assistants."""

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from .llm_helpers import Assistant


@pytest.fixture
async def assistant(hass: HomeAssistant) -> Assistant:
    """Set up the components that an assistant needs."""
    for domain in ("homeassistant", "llm"):
        assert await async_setup_component(hass, domain, {})
    return Assistant(hass)
