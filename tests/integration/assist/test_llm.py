"""The look-up of recognitions for an assistant: by person, place and time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import probatio
import pytest
import voluptuous as vol

from emulator import EmulatedBox, Identity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
    llm,
)
from homeassistant.util import dt as dt_util
from tests.integration.conftest import SetUp
from tests.integration.helpers import record
from tests.integration.recognition.automation_helpers import (
    COLLEAGUE,
    CULPRIT,
    FRIEND,
    doors_of,
)

from .llm_helpers import FRONT_DOOR, Assistant, ago, local, sightings

pytest_plugins = ["tests.integration.assist.llm_fixtures"]


async def test_place_lists_each_person_once_with_first_and_last_time(
    box: EmulatedBox, set_up: SetUp, assistant: Assistant
) -> None:
    """Strangers are one row, and nothing else is revealed."""
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

    result = await assistant.asks(place="Front door")
    assert sightings(result) == [
        ("unknown person", "Front door", 2),
        ("小明", "Front door", 2),
        ("Mallory", "Front door", 1),
    ]
    assert result["seen"][1] == {
        "person": "小明",
        "person_type": "employee",
        "place": "Front door",
        "count": 2,
        "first": local(first),
        "last": local(last),
    }
    assert [row["person_type"] for row in result["seen"]] == [
        "stranger",
        "employee",
        "blocklisted",
    ]
    assert result.keys() == {"from", "to", "seen"}
    # No place means all exposed ones. Models also send blanks and other cases.
    for arguments in ({}, {"place": "FRONT DOOR", "person": "", "start": None}):
        assert sightings(await assistant.asks(**arguments)) == sightings(result)


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
async def test_times_are_local_and_dates_are_whole_days(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    assistant: Assistant,
    monkeypatch: pytest.MonkeyPatch,
    start: str | None,
    end: str,
    expected: list[str],
) -> None:
    """Without a start, the span is one day."""
    await set_up()
    await hass.config.async_update(time_zone="America/Los_Angeles")
    assistant.expose(FRONT_DOOR)
    zone = dt_util.get_default_time_zone()
    later = datetime(2027, 1, 1, tzinfo=UTC)
    await record(box, datetime(2026, 11, 20, 8, 30, tzinfo=zone), Identity("1", "A"))
    await record(box, datetime(2026, 11, 21, 8, 0, tzinfo=zone), Identity("2", "B"))
    monkeypatch.setattr("custom_components.se_aibox.llm.dt_util.utcnow", lambda: later)
    result = await assistant.asks(end=end, **({"start": start} if start else {}))
    assert sorted(row["person"] for row in result["seen"]) == expected


@pytest.mark.parametrize("dialect", ["nested"])
async def test_time_that_clocks_show_twice_means_both(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    assistant: Assistant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They were set back from 2 to 1 in that night."""
    await set_up()
    await hass.config.async_update(time_zone="America/Los_Angeles")
    assistant.expose(FRONT_DOOR)
    later = datetime(2027, 1, 1, tzinfo=UTC)
    monkeypatch.setattr("custom_components.se_aibox.llm.dt_util.utcnow", lambda: later)
    first = datetime(2026, 11, 1, 8, 35, tzinfo=UTC)
    await record(box, first, Identity("1", "A"))
    await record(box, first + timedelta(hours=1), Identity("2", "B"))
    result = await assistant.asks(start="2026-11-01T01:30", end="2026-11-01T01:40")
    assert [(row["person"], row["last"]) for row in result["seen"]] == [
        ("B", "2026-11-01T01:35:00-08:00"),
        ("A", "2026-11-01T01:35:00-07:00"),
    ]


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"start": "this morning"}, "is not an ISO 8601"),
        ({"end": "2026-13-01"}, "is not an ISO 8601"),
        ({"start": "2026-02-30T10:00"}, "is not an ISO 8601"),
        ({"end": "2026-02-30T10:00:00Z"}, "is not an ISO 8601"),
        ({"end": "2026-11-20T25:00"}, "is not an ISO 8601"),
        ({"end": "9999-12-31"}, "is not an ISO 8601"),
        ({"start": "0001-01-01T00:00:00+14:00"}, "is not an ISO 8601"),
        ({"start": "2026-11-20", "end": "0001-01-02"}, "start must be before end"),
        ({"start": "2026-11-20", "end": "2026-11-19"}, "start must be before end"),
        ({"start": "2100-01-01"}, "start must be before end, and in the past"),
        ({"place": "Back yard"}, "Front door"),
        ({"person": "x" * 256}, "person"),
        ({"secret": True}, "secret"),
    ],
)
async def test_invalid_argument_is_explained_to_the_model(
    set_up: SetUp, assistant: Assistant, arguments: dict[str, Any], complaint: str
) -> None:
    """It can then correct the argument."""
    await set_up()
    assistant.expose(FRONT_DOOR)
    with pytest.raises(vol.Invalid, match=complaint):
        await assistant.asks(**arguments)


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize("arguments", [{"start": "0001-01-03"}, {"end": "0001-01-03"}])
async def test_year_before_there_were_boxes_is_the_beginning(
    set_up: SetUp, assistant: Assistant, arguments: dict[str, Any]
) -> None:
    """Models send such years for "ever"."""
    await set_up()
    assistant.expose(FRONT_DOOR)
    result = await assistant.asks(**arguments)
    assert result["seen"] == []
    assert result["from"] < "2010-01-02"


async def test_name_is_found_in_another_form(
    box: EmulatedBox, set_up: SetUp, assistant: Assistant
) -> None:
    """The box has its accent as a character of its own."""
    await set_up()
    assistant.expose(FRONT_DOOR)
    await record(box, ago(hours=1), Identity("777", "Zoe\u0308"))

    result = await assistant.asks(person="ZOË")
    assert sightings(result) == [("Zoe\u0308", "Front door", 1)]


async def test_person_is_found_by_name_or_a_part_of_it_with_times(
    box: EmulatedBox, set_up: SetUp, assistant: Assistant
) -> None:
    """Two people with one name stay two rows."""
    await set_up()
    assistant.expose(FRONT_DOOR)
    first, last = ago(hours=5), ago(hours=4)
    await record(box, first, FRIEND)
    await record(box, last, FRIEND)
    await record(box, ago(hours=3), Identity("777", "小明明"))
    await record(box, ago(hours=2), Identity("778", "小明"))
    await record(box, ago(hours=1), COLLEAGUE)

    result = await assistant.asks(person=" 小明 ")
    assert sightings(result) == [("小明", "Front door", 1), ("小明", "Front door", 2)]
    assert result["seen"][1]["times"] == [local(last), local(first)]
    assert "similar_names" not in result
    # Only names that contain it passed the filter of the box.
    assert sightings(await assistant.asks(person="tom")) == [("Tom", "Front door", 1)]

    several = "Several people have this name, or it is a part of theirs."
    assert result["notes"] == [several]
    result = await assistant.asks(person="明")
    assert [row["person"] for row in result["seen"]] == ["小明", "小明明", "小明"]
    assert result["notes"] == [several]


async def test_name_that_is_not_found_has_similar_names_and_the_last_time(
    box: EmulatedBox, set_up: SetUp, assistant: Assistant
) -> None:
    """Not seen is not the same as unknown."""
    await set_up()
    assistant.expose(FRONT_DOOR)
    moment = ago(hours=30)
    await record(box, moment, COLLEAGUE)
    await record(box, ago(hours=1), Identity("777", "Joanna"))
    result = await assistant.asks(person="tom")
    assert result["seen"] == []
    [note] = result["notes"]
    assert note.startswith("Not seen in this time span; the last time was ")
    assert note.endswith(f"{local(moment)}: Tom, Front door.")
    # Also after the time span.
    start, end = local(ago(hours=50)), local(ago(hours=40))
    result = await assistant.asks(person="tom", start=start, end=end)
    assert result["notes"] == [note]
    result = await assistant.asks(person="Anna")
    assert result["similar_names"] == ["Joanna"]
    [note] = result["notes"]
    assert note.startswith("Nobody of this name was found at any time. ")


async def test_person_of_a_box_that_is_away_may_have_been_there(
    hass: HomeAssistant, set_up: SetUp, assistant: Assistant
) -> None:
    """A box that cannot be searched may have records."""
    entry = await set_up()
    assistant.expose(FRONT_DOOR)
    await hass.config_entries.async_unload(entry.entry_id)
    *_, note = (await assistant.asks(person="tom"))["notes"]
    assert note.startswith("Not seen in this time span. Not all ")


@pytest.mark.parametrize("dialect", ["nested"])
async def test_place_is_found_by_name_alias_area_and_floor(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, assistant: Assistant
) -> None:
    """The model is offered all of these names."""
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
        assert sightings(await assistant.asks(place=place)) == [
            ("小明", "Main entrance", 1)
        ]
    for place in ("hall", "Lobby", "downstairs"):
        assert sightings(await assistant.asks(place=place)) == [
            ("Tom", "大门", 1),
            ("小明", "Main entrance", 1),
        ]
