"""Of whom and of which places an assistant is told anything: what the user exposed, and nothing else."""

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

from .llm_helpers import ASSISTANT, FRONT_DOOR, Assistant, ago, who

pytest_plugins = [
    "tests.integration.assist.llm_fixtures",
    "tests.integration.people.people_fixtures",
]


@pytest.mark.parametrize("dialect", ["nested"])
async def test_exposure(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, assistant: Assistant
) -> None:
    """Nothing is offered until an entity that tells who was seen is exposed, and then that capture device only."""
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
    assert who(await assistant.asks()) == [("Tom", "Lobby turnstile", 1)]
    with pytest.raises(vol.Invalid):
        await assistant.asks(place="Front door")
    async_expose_entity(hass, ASSISTANT, "sensor.lobby_turnstile_last_person", False)
    assert await assistant.tool() is None


@pytest.mark.parametrize("dialect", ["nested"])
async def test_only_for_assist(
    hass: HomeAssistant, set_up: SetUp, assistant: Assistant
) -> None:
    """Other interfaces for language models, which know no exposure, are offered nothing."""
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
    """Let an assistant know where a followed person was seen."""
    [entity_id] = [
        entity.entity_id
        for entity in er.async_entries_for_device(
            er.async_get(hass), device_id_of(hass, subentry_id)
        )
        if entity.translation_key == "last_seen_at"
    ]
    assistant.expose(entity_id)


async def test_followed_person(
    hass: HomeAssistant,
    boxes: Boxes,
    people: PeopleConfigEntry,
    assistant: Assistant,
) -> None:
    """Who is followed and exposed is told of wherever any box saw them, by the user's name; nobody else there is."""
    ming = person_of(boxes.nested, "666666")
    tom = await follow(hass, people, "Dad", TOM)
    nora = await follow(hass, people, "Nora", "no such id")
    for subentry_id in (tom, nora):
        await expose_person(hass, assistant, subentry_id)
    for box in boxes:
        await record(box, ago(hours=2), person_of(box, TOM), door=1)
        await record(box, ago(hours=1), ming, door=1)
    seen_at_both = [("Dad", "大门", 1), ("Dad", "大门", 1)]
    told = await assistant.asks()
    assert who(told) == seen_at_both
    assert {row["name_on_box"] for row in told["seen"]} == {"Tom"}
    for name in ("dad", "Tom"):
        assert who(await assistant.asks(person=name)) == seen_at_both
    assert (await assistant.asks(person="小明"))["seen"] == []

    assistant.expose(FRONT_DOOR)
    await record(boxes.nested, ago(minutes=5), ming)
    assert who(await assistant.asks()) == [("小明", "Front door", 1), *seen_at_both]
    # A place that is named is the only one.
    assert who(await assistant.asks(place="Front door")) == [("小明", "Front door", 1)]
    assert (await assistant.asks(place="Front door", person="Dad"))["seen"] == []
    await record(boxes.nested, ago(minutes=4), person_of(boxes.nested, TOM))
    assert who(await assistant.asks(place="Front door", person="Dad")) == [
        ("Dad", "Front door", 1)
    ]


@pytest.mark.parametrize("dialect", ["nested"])
async def test_nothing_of_a_capture_device_that_was_left_out(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    people: PeopleConfigEntry,
    assistant: Assistant,
) -> None:
    """What the user does not want to hear of is not found by asking for a person either."""
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
    assert who(await assistant.asks(person="Dad")) == [("Dad", "Front door", 2)]
