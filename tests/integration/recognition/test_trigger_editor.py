"""Triggers in the automation editor: what it offers, says and refuses."""

import pytest

from custom_components.se_aibox.trigger import TRIGGERS
from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from homeassistant.helpers.trigger import async_get_all_descriptions
from homeassistant.setup import async_setup_component
from tests.integration.conftest import ClientGenerator, SetUp, WebSocketGenerator
from tests.integration.documents import example_ids, examples
from tests.integration.helpers import NEAR, RECOGNITION
from tests.integration.texts import assert_described, icons

from .automation_helpers import (
    box_device_id,
    complaint_on_saving,
    doors_of,
    recognized,
    seen,
)

NO_TARGET = "choose at least one box, capture device, person, area, floor or label"


@pytest.mark.parametrize(
    ("trigger", "complaint"),
    [
        (recognized({}), NO_TARGET),
        (seen("stranger_seen", {"device_id": [], "area_id": []}), NO_TARGET),
        ({"trigger": "se_aibox.stranger_seen"}, NO_TARGET),
        (
            recognized(NEAR, person_types=["boss"]),
            "'boss' is not a person type: choose from employee, visitor, vip, blocklisted, other",
        ),
        (
            recognized(NEAR, person_types=["vip", "stranger"]),
            "a stranger is not recognised as anybody: use the trigger 'Stranger seen'",
        ),
        (recognized(NEAR, minimum_score=-1), "a score lies between 0 and 100"),
        (recognized(NEAR, minimum_score=101), "a score lies between 0 and 100"),
        (recognized(NEAR, minimum_score="nan"), "a score lies between 0 and 100"),
        (recognized(NEAR, minimum_score="high"), "'high' is not a number"),
        (recognized(NEAR, minimum_score=True), "a score is a number"),
        (recognized(NEAR, people=["  "]), "an empty text is nobody's identity id"),
        (recognized(NEAR, people=[True]), "write identity ids and names in quotes"),
        (recognized(NEAR, people=[10.5]), "write identity ids and names in quotes"),
        ({**seen("stranger_seen", NEAR), "options": {"people": ["1"]}}, "people"),
        (seen("person_vanished", NEAR), "se_aibox.person_vanished"),
    ],
)
@pytest.mark.parametrize("dialect", ["nested"])
async def test_refused_on_saving(
    hass: HomeAssistant,
    set_up: SetUp,
    hass_client: ClientGenerator,
    trigger: dict[str, object],
    complaint: str,
) -> None:
    """What cannot work is refused in words when the automation is saved."""
    await set_up()
    assert complaint in await complaint_on_saving(hass, hass_client, trigger)


@pytest.mark.parametrize("dialect", ["nested"])
async def test_offered_in_the_editor(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """Whoever picks a box, a capture device or an entity of it first is offered our triggers."""
    entry = await set_up()
    front_door, *_ = doors_of(hass, box, entry)
    assert await async_setup_component(hass, "automation", {})
    client = await hass_ws_client()
    targets = (
        {"device_id": [box_device_id(hass, entry)]},
        {"device_id": [front_door.device_id]},
        NEAR,
    )
    for target in targets:
        await client.send_json_auto_id(
            {"type": "get_triggers_for_target", "target": target}
        )
        offered = (await client.receive_json())["result"]
        assert {f"se_aibox.{key}" for key in TRIGGERS} <= set(offered)


@pytest.mark.parametrize("dialect", ["nested"])
async def test_described_in_both_languages(hass: HomeAssistant, set_up: SetUp) -> None:
    """Every trigger, field and choice has a text in every language, and every trigger an icon."""
    await set_up()
    descriptions = await async_get_all_descriptions(hass)
    for key in TRIGGERS:
        description = descriptions[f"se_aibox.{key}"]
        assert description
        assert_described("triggers", key, description["fields"])
        assert icons()["triggers"][key]["trigger"].startswith("mdi:")


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize("example", examples("triggers"), ids=example_ids)
async def test_examples_in_the_documents(
    hass: HomeAssistant, set_up: SetUp, example: dict[str, object]
) -> None:
    """What the documents show to copy is an automation that Home Assistant takes."""
    await set_up()
    assert await async_setup_component(hass, "automation", {"automation": example})
    (state,) = hass.states.async_all("automation")
    assert state.state == "on"
    assert RECOGNITION not in str(example)
