"""Fixtures: a site that a box of each dialect serves."""

from typing import Any

import pytest

from homeassistant.core import HomeAssistant
from tests.integration.people.followed_people import Boxes

from .site_helpers import Office


@pytest.fixture
def options() -> dict[str, Any]:
    """Return the options that differ from the flow's defaults."""
    return {}


@pytest.fixture
async def office(hass: HomeAssistant, boxes: Boxes, options: dict[str, Any]) -> Office:
    """Set up two boxes and the site."""
    office = Office(hass, boxes, options)
    await office.set_up()
    return office
