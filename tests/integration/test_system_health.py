"""The system health of all boxes together."""

from typing import Any

# It ships no py.typed.
from pytest_homeassistant_custom_component.common import get_system_health_info  # type: ignore[import-untyped]

from custom_components.se_aibox.const import DOMAIN
from custom_components.se_aibox.people.following import PeopleConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from tests.integration.people.followed_people import (
    ENTRY_IDS,
    TOM,
    Boxes,
    follow,
    person_of,
)

from .helpers import RECOGNITION, FiredEvents, until
from .texts import LANGUAGES, texts

pytest_plugins = ["tests.integration.people.people_fixtures"]


async def info(hass: HomeAssistant) -> dict[str, Any]:
    """Return the system health of the integration."""
    assert await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done()
    return dict(await get_system_health_info(hass, DOMAIN))


async def test_counts_cover_all_entries(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    """Every count has a text."""
    fired = FiredEvents(hass, RECOGNITION)
    await follow(hass, people, "Tom", TOM)
    for box in boxes:
        await box.recognize(box.devices[0], person_of(box, TOM))
        await fired.next()
    await boxes.flat.send_raw("nonsense")
    loaded = hass.config_entries.async_get_entry(ENTRY_IDS["flat"])
    assert loaded is not None
    await until(lambda: bool(loaded.runtime_data.log.skipped))
    counted = await info(hass)
    assert counted == {
        "boxes": 2,
        "connected_boxes": 2,
        "capture_devices": 4,
        "followed_people": 1,
        "recognitions": 2,
        "skipped_frames": 1,
    }
    for language in LANGUAGES:
        assert texts(language)["system_health"]["info"].keys() == counted.keys()


async def test_unloaded_box_counts_as_disconnected(
    hass: HomeAssistant, boxes: Boxes
) -> None:
    """Its capture devices do not count."""
    await hass.config_entries.async_unload(ENTRY_IDS["nested"])
    counted = await info(hass)
    assert counted["boxes"] == 2
    assert counted["connected_boxes"] == 1
    assert counted["capture_devices"] == 2
    assert counted["followed_people"] == 0


async def test_counts_are_zero_without_an_entry(hass: HomeAssistant) -> None:
    """A config flow loads the integration without one."""
    assert await async_setup_component(hass, DOMAIN, {})
    assert set((await info(hass)).values()) == {0}
