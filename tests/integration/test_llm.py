"""What an assistant with a language model can look up, and what it cannot."""

from datetime import UTC, datetime
from typing import Any

import probatio
import pytest
import voluptuous as vol

from custom_components.se_aibox.people import PeopleConfigEntry
from emulator import EmulatedBox, Identity
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
    llm,
)
from homeassistant.util import dt as dt_util

from .automation_helpers import COLLEAGUE, CULPRIT, FRIEND, doors_of
from .conftest import SetUp
from .followed_people import TOM, Boxes, device_id_of, follow, person_of
from .helpers import record
from .llm_helpers import ASSISTANT, FRONT_DOOR, Assistant, ago, local, who

pytest_plugins = [
    "tests.integration.llm_fixtures",
    "tests.integration.people_fixtures",
]


async def test_who_was_at_the_door(
    box: EmulatedBox, set_up: SetUp, assistant: Assistant
) -> None:
    """Everybody who was there, once each, with first and last time; strangers together; nothing else is told."""
    await set_up()
    assistant.expose(FRONT_DOOR)
    first, last = ago(hours=5), ago(hours=4)
    await record(box, first, FRIEND)
    await record(box, ago(hours=6), CULPRIT)
    await record(box, last, FRIEND)
    await record(box, ago(hours=3))
    await record(box, ago(hours=2), stranger="automatic")
    await record(box, ago(hours=1), COLLEAGUE, door=1)
    await record(box, ago(hours=30), COLLEAGUE)

    told = await assistant.asks(place="Front door")
    assert who(told) == [
        ("unknown person", "Front door", 2),
        ("小明", "Front door", 2),
        ("Mallory", "Front door", 1),
    ]
    assert told["seen"][1] == {
        "person": "小明",
        "person_type": "employee",
        "place": "Front door",
        "count": 2,
        "first": local(first),
        "last": local(last),
    }
    assert [row["person_type"] for row in told["seen"]] == [
        "stranger",
        "employee",
        "blocklisted",
    ]
    assert told.keys() == {"from", "to", "seen"}
    # No place is everywhere, of what is exposed; models fill in blanks, and write as they like.
    for arguments in ({}, {"place": "FRONT DOOR", "person": "", "start": None}):
        assert who(await assistant.asks(**arguments)) == who(told)


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-20", "2026-11-20", ["A"]),
        ("2026-11-20T00:00:00", "2026-11-21", ["A", "B"]),
        ("2026-11-20T09:00:00", "2026-11-20T23:00:00-08:00", []),
        ("2026-11-20T16:00:00Z", "2026-11-20T17:00:00Z", ["A"]),
        (None, "2026-11-21T08:29:00", ["A", "B"]),
        (None, "2026-11-21T08:31:00", ["B"]),
    ],
)
async def test_when(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    assistant: Assistant,
    monkeypatch: pytest.MonkeyPatch,
    start: str | None,
    end: str,
    expected: list[str],
) -> None:
    """Times are local unless they say otherwise, a date is its whole day, and a day's span is the default."""
    await set_up()
    await hass.config.async_update(time_zone="America/Los_Angeles")
    assistant.expose(FRONT_DOOR)
    zone = dt_util.get_default_time_zone()
    later = datetime(2027, 1, 1, tzinfo=UTC)
    await record(box, datetime(2026, 11, 20, 8, 30, tzinfo=zone), Identity("1", "A"))
    await record(box, datetime(2026, 11, 21, 8, 0, tzinfo=zone), Identity("2", "B"))
    monkeypatch.setattr("custom_components.se_aibox.llm.dt_util.utcnow", lambda: later)
    told = await assistant.asks(end=end, **({"start": start} if start else {}))
    assert sorted(row["person"] for row in told["seen"]) == expected


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"start": "this morning"}, "is no ISO 8601"),
        ({"end": "2026-13-01"}, "is no ISO 8601"),
        ({"start": "2026-11-20", "end": "2026-11-19"}, "start must be before end"),
        ({"start": "2100-01-01"}, "start must be before end, and in the past"),
        ({"place": "Back yard"}, "Front door"),
        ({"person": "x" * 256}, "person"),
        ({"secret": True}, "secret"),
    ],
)
async def test_arguments_that_do_not_fit(
    set_up: SetUp, assistant: Assistant, arguments: dict[str, Any], complaint: str
) -> None:
    """The model is told what is wrong, so that it can ask better."""
    await set_up()
    assistant.expose(FRONT_DOOR)
    with pytest.raises(vol.Invalid, match=complaint):
        await assistant.asks(**arguments)


async def test_when_did_somebody_come(
    box: EmulatedBox, set_up: SetUp, assistant: Assistant
) -> None:
    """One person by their very name, whatever the box's filter lets through, with the times; two namesakes stay two."""
    await set_up()
    assistant.expose(FRONT_DOOR)
    first, last = ago(hours=5), ago(hours=4)
    await record(box, first, FRIEND)
    await record(box, last, FRIEND)
    await record(box, ago(hours=3), Identity("777", "小明明"))
    await record(box, ago(hours=2), Identity("778", "小明"))
    await record(box, ago(hours=1), COLLEAGUE)

    told = await assistant.asks(person=" 小明 ")
    assert who(told) == [("小明", "Front door", 1), ("小明", "Front door", 2)]
    assert told["seen"][1]["times"] == [local(last), local(first)]
    assert "similar_names" not in told
    # Only what the box's filter let through was looked at.
    assert who(await assistant.asks(person="tom")) == [("Tom", "Front door", 1)]

    told = await assistant.asks(person="明")
    assert told["seen"] == []
    assert told["similar_names"] == ["小明", "小明明"]


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


@pytest.mark.parametrize("dialect", ["nested"])
async def test_places_by_name(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, assistant: Assistant
) -> None:
    """A place goes by the user's name for it, by aliases, area and floor; the model is offered all of these."""
    entry = await set_up()
    front_door, back_door, turnstile = doors_of(hass, box, entry)
    floor = fr.async_get(hass).async_create("Ground floor", aliases={"downstairs"})
    area = ar.async_get(hass).async_create(
        "Hall", floor_id=floor.floor_id, aliases={"lobby"}
    )
    registry = dr.async_get(hass)
    registry.async_update_device(front_door.device_id, name_by_user="Main entrance")
    garden = ar.async_get(hass).async_create("Garden")
    registry.async_update_device(turnstile.device_id, area_id=garden.id)
    for door in (front_door, back_door):
        registry.async_update_device(door.device_id, area_id=area.id)
    er.async_get(hass).async_update_entity(FRONT_DOOR, aliases=["the gate"])
    assistant.expose(
        FRONT_DOOR, "sensor.da_men_last_person", "sensor.lobby_turnstile_last_person"
    )
    await front_door.sees(FRIEND)
    await back_door.sees(COLLEAGUE)

    tool = await assistant.tool()
    assert tool is not None
    schema = probatio.to_openapi(
        tool.parameters, custom_serializer=llm.selector_serializer
    )
    assert schema["properties"]["place"]["enum"] == [
        "Garden",
        "Ground floor",
        "Hall",
        "Lobby turnstile",
        "Main entrance",
        "downstairs",
        "lobby",
        "the gate",
        "大门",
    ]
    for place in ("Main entrance", "The gate"):
        assert who(await assistant.asks(place=place)) == [("小明", "Main entrance", 1)]
    for place in ("hall", "Lobby", "downstairs"):
        assert who(await assistant.asks(place=place)) == [
            ("Tom", "大门", 1),
            ("小明", "Main entrance", 1),
        ]


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
