"""The automation in the README, in each language."""

from pathlib import Path

import pytest

from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from tests.integration.blueprints.blueprint_helpers import Phone
from tests.integration.recognition.automation_helpers import COLLEAGUE, doors_of

from .conftest import Look, SetUp
from .documents import blocks

_ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["README.md", "README.zh-Hans.md"])
async def test_automation_notifies_the_phone_with_a_picture(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, look: Look, name: str
) -> None:
    """The picture can be opened."""
    front_door, *_ = doors_of(hass, box, await set_up())
    phone = Phone(hass, "Phone")
    (greeting,) = blocks(_ROOT / name)
    assert await async_setup_component(hass, "automation", {"automation": greeting})
    await front_door.sees(COLLEAGUE)
    message = await phone.next()
    assert COLLEAGUE.name in message["message"]
    picture = await look(message["data"]["image"])
    assert picture.content_type == "image/jpeg"
