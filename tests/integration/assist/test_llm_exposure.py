"""An assistant finds exposed people and places only."""

import pytest
import voluptuous as vol

from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import EmulatedBox
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.integration.conftest import SetUp
from tests.integration.helpers import record
from tests.integration.people.followed_people import (
    TOM,
    Boxes,
    device_id_of,
    follow,
    person_of,
)
from tests.integration.recognition.automation_helpers import (
    COLLEAGUE,
    CULPRIT,
    FRIEND,
    doors_of,
)

from .llm_helpers import ASSISTANT, FRONT_DOOR, Assistant, ago, sightings

pytest_plugins = [
    "tests.integration.assist.llm_fixtures",
    "tests.integration.people.people_fixtures",
]


@pytest.mark.parametrize("dialect", ["nested"])
async def test_only_exposed_capture_devices_are_offered(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, assistant: Assistant
) -> None:
    """Only entities that reveal who was seen count."""
    entry = await set_up()
    front_door, _, turnstile = doors_of(hass, box, entry)
    assert await assistant.tool() is None
    await front_door.sees(FRIEND)
    await turnstile.sees(COLLEAGUE)
    await record(box, ago(hours=1), CULPRIT, door=1)

    assistant.expose(
        "sensor.front_door_recognitions", "binary_sensor.front_door_recently_seen"
    )
    assert await assistant.tool() is None
    assistant.expose("sensor.lobby_turnstile_last_person")
    assert sightings(await assistant.asks()) == [("Tom", "Lobby turnstile", 1)]
    with pytest.raises(vol.Invalid):
        await assistant.asks(place="Front door")
    async_expose_entity(hass, ASSISTANT, "sensor.lobby_turnstile_last_person", False)
    assert await assistant.tool() is None


@pytest.mark.parametrize("dialect", ["nested"])
async def test_tool_is_offered_to_assist_only(
    hass: HomeAssistant, set_up: SetUp, assistant: Assistant
) -> None:
    """Other APIs have no exposed entities."""
    await set_up()
    assistant.expose(FRONT_DOOR)
    tool = await assistant.tool()
    assert tool is not None
    assert tool.annotations.read_only
    assert tool.integration == "se_aibox"
    from custom_components.se_aibox.llm import async_get_tools  # noqa: PLC0415

    context = (await assistant.api()).llm_context
    assert async_get_tools(hass, context, "homeassistant") is None


async def expose_person(
    hass: HomeAssistant, assistant: Assistant, subentry_id: str
) -> None:
    """Expose where a followed person was last seen."""
    [entity_id] = [
        entity.entity_id
        for entity in er.async_entries_for_device(
            er.async_get(hass), device_id_of(hass, subentry_id)
        )
        if entity.translation_key == "last_location"
    ]
    assistant.expose(entity_id)


async def test_exposed_followed_person_is_found_on_every_box(
    hass: HomeAssistant,
    boxes: Boxes,
    people: PeopleConfigEntry,
    assistant: Assistant,
) -> None:
    """The user's name is shown; no one else is revealed."""
    ming = person_of(boxes.nested, "666666")
    tom = await follow(hass, people, "Dad", TOM)
    nora = await follow(hass, people, "Nora", "no such id")
    for subentry_id in (tom, nora):
        await expose_person(hass, assistant, subentry_id)
    for box in boxes:
        await record(box, ago(hours=2), person_of(box, TOM), door=1)
        await record(box, ago(hours=1), ming, door=1)
    seen_at_both = [("Dad", "大门", 1), ("Dad", "大门", 1)]
    result = await assistant.asks()
    assert sightings(result) == seen_at_both
    assert {row["name_on_box"] for row in result["seen"]} == {"Tom"}
    for name in ("dad", "Tom"):
        assert sightings(await assistant.asks(person=name)) == seen_at_both
    assert (await assistant.asks(person="小明"))["seen"] == []

    assistant.expose(FRONT_DOOR)
    await record(boxes.nested, ago(minutes=5), ming)
    assert sightings(await assistant.asks()) == [
        ("小明", "Front door", 1),
        *seen_at_both,
    ]
    # A named place is the only one.
    assert sightings(await assistant.asks(place="Front door")) == [
        ("小明", "Front door", 1)
    ]
    assert (await assistant.asks(place="Front door", person="Dad"))["seen"] == []
    await record(boxes.nested, ago(minutes=4), person_of(boxes.nested, TOM))
    assert sightings(await assistant.asks(place="Front door", person="Dad")) == [
        ("Dad", "Front door", 1)
    ]


@pytest.mark.parametrize("dialect", ["nested"])
async def test_unselected_capture_device_does_not_reveal_followed_people(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    people: PeopleConfigEntry,
    assistant: Assistant,
) -> None:
    """Not even by asking for the person."""
    front, back, *_ = (device.device_id for device in box.devices)
    entry = await set_up(
        {"capture_devices": [front], "ignored_capture_devices": [back]}
    )
    await expose_person(hass, assistant, await follow(hass, people, "Dad", TOM))
    tom = person_of(box, TOM)
    await record(box, ago(hours=2), tom, door=1)
    assert (await assistant.asks(person="Dad"))["seen"] == []
    await record(box, ago(hours=1), tom)
    front_door, *_ = doors_of(hass, box, entry)
    await front_door.sees(tom)
    assert sightings(await assistant.asks(person="Dad")) == [("Dad", "Front door", 2)]
