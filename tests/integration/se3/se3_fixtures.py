"""Fixtures of the tests of an SE3."""

from collections.abc import AsyncGenerator

import pytest

from emulator import EmulatedSe3
from homeassistant.core import HomeAssistant
from tests.integration.conftest import ClientGenerator

from .se3_helpers import make_se3, serve


@pytest.fixture
async def se3() -> AsyncGenerator[EmulatedSe3]:
    """Run an SE3."""
    async with make_se3() as box:
        yield box


@pytest.fixture
async def base(hass: HomeAssistant, hass_client: ClientGenerator) -> str:
    """Serve Home Assistant; return its internal URL."""
    return await serve(hass, hass_client)
