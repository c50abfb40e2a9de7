"""Fixtures of the tests of the media browser."""

from collections.abc import AsyncGenerator

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from tests.integration.conftest import WebSocketGenerator

from .media_browser import Browser


@pytest.fixture
async def browser(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> AsyncGenerator[Browser]:
    """Open the media browser."""
    # Set up first: a running web server accepts no more routes.
    for domain in ("camera", "image", "media_source", "se_aibox"):
        assert await async_setup_component(hass, domain, {})
    client = await hass_ws_client()
    yield Browser(client)
    await client.close()
