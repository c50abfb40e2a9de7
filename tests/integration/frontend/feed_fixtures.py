"""Fixtures of the tests of the dashboard."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

import pytest

from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from .feed_helpers import Card

type OpenCard = Callable[[User], Awaitable[Card]]
type OpenWebSocket = Callable[..., Awaitable[Any]]


@pytest.fixture
async def _routes(hass: HomeAssistant) -> None:
    """Set up first: a running web server accepts no more routes."""
    for domain in ("camera", "image", "se_aibox"):
        assert await async_setup_component(hass, domain, {})


@pytest.fixture
async def card(_routes: None, hass_ws_client: OpenWebSocket) -> AsyncGenerator[Card]:
    """Show a card to an administrator."""
    card = Card(await hass_ws_client())
    yield card
    await card.close()


@pytest.fixture
async def open_card(
    hass: HomeAssistant, _routes: None, hass_ws_client: OpenWebSocket
) -> AsyncGenerator[OpenCard]:
    """Show cards to other users."""
    cards: list[Card] = []

    async def _open(user: User) -> Card:
        token = await hass.auth.async_create_refresh_token(user, "https://card")
        access_token = hass.auth.async_create_access_token(token)
        client = await hass_ws_client(access_token=access_token)
        cards.append(Card(client))
        return cards[-1]

    yield _open
    for card in cards:
        await card.close()
