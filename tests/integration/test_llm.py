"""What an assistant with a language model can look up, and what it cannot."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
import json
from typing import Any

import probatio
import pytest
import voluptuous as vol

from custom_components.se_aibox import llm_answer, llm_lookback
from custom_components.se_aibox.people import PeopleConfigEntry
from emulator import EmulatedBox, EmulatedSe3, Identity
from homeassistant.components.homeassistant import async_should_expose
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
    llm,
)
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from .automation_helpers import COLLEAGUE, CULPRIT, FRIEND, doors_of
from .conftest import SetUp
from .followed_people import TITLES, TOM, Boxes, device_id_of, follow, person_of
from .helpers import RECOGNITION, Heard, record
from .se3_helpers import add, make_se3_entry

pytest_plugins = ["tests.integration.people_fixtures", "tests.integration.se3_fixtures"]

TOOL = "se_aibox__who_was_seen"
ASSISTANT = "conversation"
FRONT_DOOR = "event.front_door_recognition"


class Assistant:
    """An assistant with a language model, and what the user lets it know."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Take where it lives."""
        self._hass = hass

    def expose(self, *entity_ids: str) -> None:
        """Let it know about entities."""
        for entity_id in entity_ids:
            assert not async_should_expose(self._hass, ASSISTANT, entity_id)
            async_expose_entity(self._hass, ASSISTANT, entity_id, True)

    async def api(self) -> llm.APIInstance:
        """Return what it is offered."""
        context = llm.LLMContext(
            platform="test",
            context=Context(),
            language="en",
            assistant=ASSISTANT,
            device_id=None,
        )
        return await llm.async_get_api(self._hass, llm.LLM_API_ASSIST, context)

    async def tool(self) -> llm.Tool | None:
        """Return our tool, if it is offered it."""
        tools = (await self.api()).tools
        return next((tool for tool in tools if tool.name == TOOL), None)

    async def asks(self, **arguments: Any) -> dict[str, Any]:
        """Look up, as an assistant does."""
        result = await (await self.api()).async_call_tool(
            llm.ToolInput(TOOL, arguments)
        )
        assert not result.error
        # It goes to the model as JSON.
        told = json.loads(json.dumps(result.data))
        assert isinstance(told, dict)
        return told


@pytest.fixture
async def assistant(hass: HomeAssistant) -> Assistant:
    """Set up what assistants need."""
    for domain in ("homeassistant", "llm"):
        assert await async_setup_component(hass, domain, {})
    return Assistant(hass)


def ago(**span: float) -> datetime:
    """Return a time in the past, to the second."""
    return datetime.now(UTC).replace(microsecond=0) - timedelta(**span)


def local(moment: datetime) -> str:
    """Return a time as an assistant is told it."""
    return moment.astimezone(dt_util.get_default_time_zone()).isoformat()


def who(told: dict[str, Any]) -> list[tuple[str, str, int]]:
    """Return who was seen where, how often."""
    return [(row["person"], row["place"], row["count"]) for row in told["seen"]]


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


async def test_live_before_it_is_on_record(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, assistant: Assistant
) -> None:
    """What was seen just now is told although the history does not have it yet, and once, when it has."""
    front_door, *_ = doors_of(hass, box, await set_up())
    assistant.expose(FRONT_DOOR)
    await front_door.sees(FRIEND, record_delay=3600)
    await front_door.sees(COLLEAGUE)
    await front_door.sees(record_delay=3600)
    assert sorted(who(await assistant.asks())) == [
        ("Tom", "Front door", 1),
        ("unknown person", "Front door", 1),
        ("小明", "Front door", 1),
    ]
    told = await assistant.asks(person="小明")
    assert who(told) == [("小明", "Front door", 1)]
    told = await assistant.asks(end=ago(minutes=10).isoformat())
    assert told["seen"] == []


@pytest.mark.parametrize("minutes", [10, -10])
async def test_clock_of_the_box_is_off(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    assistant: Assistant,
    minutes: int,
) -> None:
    """What a box saw just now is found although its clock is ahead of ours, and nothing later is asked for."""
    box.clock_offset = minutes * 60.0
    front_door, *_ = doors_of(hass, box, await set_up())
    assistant.expose(FRONT_DOOR)
    await front_door.sees(FRIEND)
    assert who(await assistant.asks()) == [("小明", "Front door", 1)]


async def test_clock_error_that_is_measured_too_small(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, assistant: Assistant
) -> None:
    """A face that is newer than now, as far as the box's clock is known, is not forgotten between history and memory."""
    entry = await set_up()
    front_door, *_ = doors_of(hass, box, entry)
    assistant.expose(FRONT_DOOR)
    polled = entry.runtime_data.polls.clock
    assert polled.data is not None
    polled.data = replace(
        polled.data, offset=polled.data.offset - timedelta(seconds=20)
    )
    await front_door.sees(FRIEND)
    assert who(await assistant.asks()) == [("小明", "Front door", 1)]


async def test_box_that_does_not_answer(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, assistant: Assistant
) -> None:
    """It is said, together with what is known all the same."""
    entry = await set_up()
    front_door, *_ = doors_of(hass, box, entry)
    assistant.expose(FRONT_DOOR)
    await record(box, ago(hours=1), COLLEAGUE)
    await front_door.sees(FRIEND)
    box.initializing = True
    told = await assistant.asks()
    assert who(told) == [("小明", "Front door", 1)]
    assert told["notes"] == [
        (
            "BM1684-180 does not answer: of each person and place only the last time since Home Assistant"
            " started is known."
        )
    ]
    assert await hass.config_entries.async_unload(entry.entry_id)
    told = await assistant.asks()
    assert who(told) == [("小明", "Front door", 1)]
    assert told["notes"][0].startswith("BM1684-180 is not connected: ")
    box.initializing = False


async def test_se3(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, assistant: Assistant
) -> None:
    """A box without a history tells what was seen live."""
    await add(hass, make_se3_entry(se3))
    heard = Heard(hass, RECOGNITION)
    for identity in (FRIEND, COLLEAGUE, FRIEND):
        await se3.recognize(se3.devices[0], identity)
        await heard.next()
    await hass.async_block_till_done()
    [entity_id] = [state.entity_id for state in hass.states.async_all("event")]
    assistant.expose(entity_id)
    told = await assistant.asks()
    assert sorted((row["person"], row["count"]) for row in told["seen"]) == [
        ("Tom", 1),
        ("小明", 1),
    ]
    assert told["notes"][0].startswith("BM1684-180 keeps no history: ")


@pytest.mark.parametrize("dialect", ["nested"])
async def test_bounds(
    box: EmulatedBox,
    set_up: SetUp,
    assistant: Assistant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However much there is, the answer is short and comes soon, and says what is missing."""
    await set_up()
    assistant.expose(FRONT_DOOR)
    moment = ago(hours=1)
    for number in range(7):
        await record(
            box,
            moment + timedelta(seconds=number),
            Identity(str(number), f"N{number}" * 200),
        )
    monkeypatch.setattr(llm_lookback, "_PER_PAGE", 3)
    monkeypatch.setattr(llm_lookback, "_MOST_RECORDS", 6)
    monkeypatch.setattr(llm_answer, "_MOST_ROWS", 4)
    told = await assistant.asks()
    assert [row["person"][:2] for row in told["seen"]] == ["N6", "N5", "N4", "N3"]
    assert {len(row["person"]) for row in told["seen"]} == {255}
    assert told["notes"] == [
        "BM1684-180 has more than was looked at: ask for a shorter time or one place.",
        "2 more rows are left out: ask for a shorter time or for one place.",
    ]
    # What ends just there is complete.
    monkeypatch.setattr(llm_lookback, "_MOST_RECORDS", 7)
    assert len((await assistant.asks())["notes"]) == 1


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


async def test_one_of_two_boxes_is_away(
    hass: HomeAssistant, boxes: Boxes, assistant: Assistant
) -> None:
    """The other one answers."""
    assistant.expose(FRONT_DOOR, f"{FRONT_DOOR}_2")
    await record(boxes.flat, ago(hours=1), FRIEND)
    boxes.nested.initializing = True
    told = await assistant.asks()
    assert who(told) == [("小明", "Front door", 1)]
    assert [note.partition(" does")[0] for note in told["notes"]] == [TITLES["nested"]]
    boxes.nested.initializing = False


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
