"""Triggers in the automation editor."""

import pytest

from custom_components.se_aibox.trigger import TRIGGERS
from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.condition import (
    async_get_all_descriptions as async_get_all_condition_descriptions,
)
from homeassistant.helpers.trigger import async_get_all_descriptions
from homeassistant.setup import async_setup_component
from tests.integration.conftest import ClientGenerator, SetUp, WebSocketGenerator
from tests.integration.documents import example_ids, examples
from tests.integration.helpers import NEAR, RECOGNITION
from tests.integration.people.followed_people import (
    TOM,
    device_id_of,
    follow,
    make_people_entry,
)
from tests.integration.texts import assert_described, icons, texts

from .automation_helpers import (
    box_device_id,
    complaint_on_saving,
    doors_of,
    recognized,
    seen,
)

OF_SITES = {
    "everybody_accounted_for",
    "person_entered",
    "person_left",
    "site_emptied",
    "site_occupied",
    "visitor_overdue",
}
ALL_TRIGGERS = {f"se_aibox.{key}" for key in TRIGGERS.keys() - OF_SITES}
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
        (seen("stranger_seen", NEAR, people=["1"]), "people"),
        (seen("stranger_seen", NEAR, stranger_id=1796043061.3), "put ids into quotes"),
        (
            seen("stranger_seen", NEAR, stranger_id=[""]),
            "the ID of a stranger must not be empty",
        ),
        (seen("blocklisted_person_seen", NEAR, at_most_every="00:01:00"), "at_most"),
        (recognized(NEAR, followed=[1]), "put device ids into quotes"),
        (
            recognized(NEAR, followed=[""]),
            "the device id of a followed person must not be empty",
        ),
        (recognized(NEAR, groups=[1]), "put group names into quotes"),
        (recognized(NEAR, groups=" "), "a group name must not be empty"),
        (
            recognized(NEAR, at_most_every={"seconds": 0}),
            "the time must be at least one second",
        ),
        (recognized(NEAR, at_most_every={"seconds": -5}), "should be positive"),
        (
            seen("stranger_seen", NEAR, unaccompanied_for="00:00:00.5"),
            "the time must be at least one second",
        ),
        (
            seen("stranger_seen", NEAR, unaccompanied_for={"hours": 1, "seconds": 1}),
            "the time must be at most one hour",
        ),
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
        assert set(offered) >= ALL_TRIGGERS


@pytest.mark.parametrize("dialect", ["nested"])
async def test_editor_offers_doors_people_and_boxes_as_targets(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """None of them has two entities on the list, and none is a measurement."""
    await set_up()
    people = make_people_entry()
    await hass.config_entries.async_add(people)
    await hass.async_block_till_done()
    await follow(hass, people, "Tom", TOM)
    assert await async_setup_component(hass, "automation", {})
    client = await hass_ws_client()
    offering = set()
    for entity_id in er.async_get(hass).entities:
        target = {"entity_id": [entity_id]}
        message = {"type": "get_triggers_for_target", "target": target}
        await client.send_json_auto_id(message)
        if set((await client.receive_json())["result"]) & ALL_TRIGGERS:
            offering.add(entity_id)
    assert offering == {
        "event.front_door_recognition",
        "event.da_men_recognition",
        "event.lobby_turnstile_recognition",
        "event.tom_recognition",
        "switch.bm1684_180_pictures",
    }


@pytest.mark.parametrize("dialect", ["nested"])
async def test_followed_people_alone_are_offered_as_such(
    hass: HomeAssistant, set_up: SetUp
) -> None:
    """The editor filters devices by their model id."""
    await set_up()
    people = make_people_entry()
    await hass.config_entries.async_add(people)
    await hass.async_block_till_done()
    tom = await follow(hass, people, "Tom", TOM)
    triggers = await async_get_all_descriptions(hass)
    conditions = await async_get_all_condition_descriptions(hass)
    for described in (
        triggers["se_aibox.person_recognized"],
        conditions["se_aibox.is_recognized_within"],
    ):
        assert described is not None
        [wanted] = described["fields"]["followed"]["selector"]["device"]["filter"]
        assert wanted == {"integration": "se_aibox", "model_id": "person"}
    registry = dr.async_get(hass)
    offered = {
        device.id
        for entry in hass.config_entries.async_entries("se_aibox")
        for device in dr.async_entries_for_config_entry(registry, entry.entry_id)
        if device.model_id == "person"
    }
    assert offered == {device_id_of(hass, tom)}


@pytest.mark.parametrize(
    ("language", "words"), [("en", ["face"]), ("zh-Hans", ["人脸"])]
)
def test_triggers_are_found_by_the_words_people_search_for(
    language: str, words: list[str]
) -> None:
    """The editor searches names and descriptions."""
    described = texts(language)
    # Those of sites and visitors would hide the ones about a recognition.
    others = {*OF_SITES, "visitor_arrived"}
    kinds = {
        "triggers": [key for key in TRIGGERS if key not in others],
        "conditions": ["is_recognized_within"],
    }
    for kind, keys in kinds.items():
        for key in keys:
            about = described[kind][key]
            text = f"{about['name']} {about['description']}".lower()
            assert all(word in text for word in words), about


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
