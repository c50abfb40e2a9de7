"""Fixtures: a box of each dialect, and the entry of the people."""

from collections.abc import AsyncGenerator

import pytest

from custom_components.se_aibox.people.following import PeopleConfigEntry
from homeassistant.core import HomeAssistant
from tests.integration.box.repairs_helpers import Repairs, open_repairs
from tests.integration.conftest import ClientGenerator

from .followed_people import TOM, Boxes, follow, make_people_entry, new_box, set_up_box


@pytest.fixture
def people_count() -> int | None:
    """Return how many people are enrolled; None is the default few."""
    return None


@pytest.fixture
async def boxes(hass: HomeAssistant, people_count: int | None) -> AsyncGenerator[Boxes]:
    """Run a box of each dialect and set up both."""
    async with (
        new_box("nested", people_count) as nested,
        new_box("flat", people_count) as flat,
    ):
        both = Boxes(nested, flat)
        for box in both:
            await set_up_box(hass, box)
        yield both
        for box in both:
            assert box.errors == []


@pytest.fixture
async def people(hass: HomeAssistant) -> PeopleConfigEntry:
    """Set up the entry of the followed people, without any."""
    entry = make_people_entry()
    await hass.config_entries.async_add(entry)
    await hass.async_block_till_done()
    return entry


@pytest.fixture
async def tom(hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry) -> str:
    """Follow Tom, a person on both boxes."""
    return await follow(hass, people, "Tom", TOM)


@pytest.fixture
async def repairs(
    hass: HomeAssistant, boxes: Boxes, hass_client: ClientGenerator
) -> Repairs:
    """Open the repairs dashboard."""
    return await open_repairs(hass, hass_client)
