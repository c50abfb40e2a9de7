"""Triggers in the automation editor."""

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
            (
                "'boss' is not a person type: "
                "choose from employee, visitor, vip, blocklisted, other"
            ),
        ),
        (
            recognized(NEAR, person_types=["vip", "stranger"]),
            "strangers are not recognized: use the trigger 'Stranger seen'",
        ),
        (recognized(NEAR, minimum_score=-1), "a score must be between 0 and 100"),
        (recognized(NEAR, minimum_score=101), "a score must be between 0 and 100"),
        (recognized(NEAR, minimum_score="nan"), "a score must be between 0 and 100"),
        (recognized(NEAR, minimum_score="high"), "'high' is not a number"),
        (recognized(NEAR, minimum_score=True), "a score must be a number"),
        (recognized(NEAR, people=["  "]), "an identity id or name must not be empty"),
        (recognized(NEAR, people=[True]), "put ids into quotes"),
        (recognized(NEAR, people=[10.5]), "put ids into quotes"),
        (recognized(NEAR, people=[83]), "put ids into quotes"),
        (recognized(NEAR, people=10023), "put ids into quotes"),
        ({**seen("stranger_seen", NEAR), "options": {"people": ["1"]}}, "people"),
        (seen("person_vanished", NEAR), "se_aibox.person_vanished"),
    ],
)
@pytest.mark.parametrize("dialect", ["nested"])
async def test_invalid_trigger_is_rejected_with_a_reason(
    hass: HomeAssistant,
    set_up: SetUp,
    hass_client: ClientGenerator,
    trigger: dict[str, object],
    complaint: str,
) -> None:
    """The editor shows the reason."""
    await set_up()
    assert complaint in await complaint_on_saving(hass, hass_client, trigger)


@pytest.mark.parametrize("dialect", ["nested"])
async def test_triggers_are_offered_for_each_target(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """The targets are a box, a capture device and an entity."""
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
async def test_every_trigger_has_texts_and_an_icon(
    hass: HomeAssistant, set_up: SetUp
) -> None:
    """Fields and choices have texts, too."""
    await set_up()
    descriptions = await async_get_all_descriptions(hass)
    for key in TRIGGERS:
        description = descriptions[f"se_aibox.{key}"]
        assert description
        assert_described("triggers", key, description["fields"])
        assert icons()["triggers"][key]["trigger"].startswith("mdi:")


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize("example", examples("triggers"), ids=example_ids)
async def test_examples_in_the_documents_are_valid(
    hass: HomeAssistant, set_up: SetUp, example: dict[str, object]
) -> None:
    """Home Assistant enables each of them."""
    await set_up()
    assert await async_setup_component(hass, "automation", {"automation": example})
    (state,) = hass.states.async_all("automation")
    assert state.state == "on"
    assert RECOGNITION not in str(example)
