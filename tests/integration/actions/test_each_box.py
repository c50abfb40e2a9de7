"""Actions on one box or several, and what they say happened on each."""

from dataclasses import replace

import pytest

from custom_components.se_aibox.const import DOMAIN
from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import Identity
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.translation import async_load_integrations
from tests.integration.people.followed_people import (
    ENTRY_IDS,
    PEOPLE_ENTRY_ID,
    TITLES,
    Boxes,
)
from tests.integration.recognition.automation_helpers import box_device_id
from tests.integration.site.site_helpers import device_id

from .action_helpers import act, of_boxes, of_title

pytest_plugins = ["tests.integration.people.people_fixtures"]

ANNA = Identity("20001", "Anna")
WHO = {"identity_id": ANNA.identity_id, "name": ANNA.name}


def enroll_anna(boxes: Boxes) -> None:
    """Enroll somebody on both boxes."""
    for box in boxes:
        box.state.enroll(ANNA)


def is_enrolled(boxes: Boxes) -> list[bool]:
    """Return on which boxes she still is."""
    return [box.state.find_identity(ANNA.identity_id) is not None for box in boxes]


async def test_action_on_two_boxes_says_what_happened_on_each(
    hass: HomeAssistant, boxes: Boxes
) -> None:
    enroll_anna(boxes)
    response = await act(hass, "delete_person", of_boxes(boxes, **WHO))
    assert response == {
        "boxes": [
            {
                "config_entry_id": ENTRY_IDS[box.dialect],
                "title": TITLES[box.dialect],
                "ok": True,
                "error": None,
            }
            for box in boxes
        ]
    }
    assert is_enrolled(boxes) == [False, False]


async def test_failure_on_one_box_is_in_the_response_and_names_it(
    hass: HomeAssistant, boxes: Boxes
) -> None:
    enroll_anna(boxes)
    boxes.nested.state.enroll(replace(ANNA, name="Anne"))
    response = await act(hass, "delete_person", of_boxes(boxes, **WHO))
    failed = of_title(response, "Old box")
    assert not failed["ok"]
    assert failed["error"].startswith("On Old box, this ID belongs to")
    assert of_title(response, "New box")["ok"]
    assert is_enrolled(boxes) == [True, False]


async def test_failure_on_one_box_is_an_error_if_nobody_reads_the_response(
    hass: HomeAssistant, boxes: Boxes
) -> None:
    """The error says where it succeeded, too."""
    enroll_anna(boxes)
    await boxes.nested.port("rest").close()
    with pytest.raises(HomeAssistantError) as raised:
        await hass.services.async_call(
            "se_aibox", "delete_person", of_boxes(boxes, **WHO), blocking=True
        )
    assert str(raised.value).startswith("Done on New box, but not on all boxes.")
    assert "Old box did not answer" in str(raised.value)
    assert is_enrolled(boxes) == [True, False]


async def test_failure_on_all_boxes_is_an_error_that_names_them(
    hass: HomeAssistant, boxes: Boxes
) -> None:
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, "delete_person", of_boxes(boxes, **WHO))
    assert raised.value.translation_key == "all_boxes_failed"
    assert "Nobody on Old box has this ID" in str(raised.value)
    assert "Nobody on New box has this ID" in str(raised.value)


async def test_box_that_is_not_loaded_fails_alone(
    hass: HomeAssistant, boxes: Boxes
) -> None:
    """The sentence is of Home Assistant, and names the box."""
    enroll_anna(boxes)
    await hass.config_entries.async_unload(ENTRY_IDS["flat"])
    response = await act(hass, "delete_person", of_boxes(boxes, **WHO))
    assert of_title(response, "Old box")["ok"]
    assert "New box" in of_title(response, "New box")["error"]
    assert is_enrolled(boxes) == [False, True]


async def test_sentences_are_in_the_language_of_home_assistant(
    hass: HomeAssistant, boxes: Boxes
) -> None:
    enroll_anna(boxes)
    boxes.nested.state.enroll(replace(ANNA, name="Anne"))
    hass.config.language = "zh-Hans"
    # As Home Assistant does when its language is changed.
    await async_load_integrations(hass, {DOMAIN})
    response = await act(hass, "delete_person", of_boxes(boxes, **WHO))
    error = of_title(response, "Old box")["error"]
    assert "Old box" in error
    assert error.endswith("。")


async def test_boxes_may_be_devices_and_each_counts_once(
    hass: HomeAssistant, boxes: Boxes
) -> None:
    """A capture device stands for its box."""
    enroll_anna(boxes)
    nested = hass.config_entries.async_get_known_entry(ENTRY_IDS["nested"])
    data = {
        "device_id": [box_device_id(hass, nested), device_id(hass, boxes.flat, 0)],
        "config_entry_id": ENTRY_IDS["nested"],
    }
    response = await act(hass, "delete_person", {**data, **WHO})
    assert [box["title"] for box in response["boxes"]] == ["Old box", "New box"]
    assert is_enrolled(boxes) == [False, False]


@pytest.mark.parametrize(
    ("chosen", "key"),
    [
        ({}, "no_box_chosen"),
        ({"config_entry_id": [ENTRY_IDS["flat"], "nobody"]}, "service_config_entry"),
        ({"device_id": "nobody"}, "service_config_entry_not_found"),
        (
            {"config_entry_id": [ENTRY_IDS["flat"], PEOPLE_ENTRY_ID]},
            "not_a_box",
        ),
    ],
)
async def test_wrong_box_is_refused_before_anything_is_done(
    hass: HomeAssistant,
    boxes: Boxes,
    people: PeopleConfigEntry,
    chosen: dict[str, object],
    key: str,
) -> None:
    enroll_anna(boxes)
    with pytest.raises(ServiceValidationError) as raised:
        await act(hass, "delete_person", {**chosen, **WHO})
    assert (raised.value.translation_key or "").startswith(key)
    assert is_enrolled(boxes) == [True, True]
