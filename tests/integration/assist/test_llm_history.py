"""Results from live sightings, and from a missing or late history."""

from dataclasses import replace
from datetime import timedelta

import pytest

from custom_components.se_aibox.assist import answer, lookback
from emulator import EmulatedBox, EmulatedSe3, Identity
from homeassistant.core import HomeAssistant
from tests.integration.conftest import SetUp
from tests.integration.helpers import RECOGNITION, FiredEvents, record
from tests.integration.people.followed_people import TITLES, Boxes
from tests.integration.recognition.automation_helpers import COLLEAGUE, FRIEND, doors_of
from tests.integration.se3.se3_helpers import add, make_se3_entry

from .llm_helpers import FRONT_DOOR, Assistant, ago, sightings

pytest_plugins = [
    "tests.integration.assist.llm_fixtures",
    "tests.integration.people.people_fixtures",
    "tests.integration.se3.se3_fixtures",
]


async def test_live_sighting_is_found_before_it_is_in_the_history(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, assistant: Assistant
) -> None:
    """A recorded one is not counted twice."""
    front_door, *_ = doors_of(hass, box, await set_up())
    assistant.expose(FRONT_DOOR)
    await front_door.sees(FRIEND, record_delay=3600)
    await front_door.sees(COLLEAGUE)
    await front_door.sees(record_delay=3600)
    assert sorted(sightings(await assistant.asks())) == [
        ("Tom", "Front door", 1),
        ("unknown person", "Front door", 1),
        ("小明", "Front door", 1),
    ]
    result = await assistant.asks(person="小明")
    assert sightings(result) == [("小明", "Front door", 1)]
    result = await assistant.asks(end=ago(minutes=10).isoformat())
    assert result["seen"] == []


@pytest.mark.parametrize("minutes", [10, -10])
async def test_sighting_is_found_although_the_box_clock_is_off(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    assistant: Assistant,
    minutes: int,
) -> None:
    """It is ten minutes ahead or behind."""
    box.state.clock_offset = minutes * 60.0
    front_door, *_ = doors_of(hass, box, await set_up())
    assistant.expose(FRONT_DOOR)
    await front_door.sees(FRIEND)
    assert sightings(await assistant.asks()) == [("小明", "Front door", 1)]


async def test_sighting_is_found_although_the_clock_error_is_inexact(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, assistant: Assistant
) -> None:
    """By the measured error, it lies in the future."""
    entry = await set_up()
    front_door, *_ = doors_of(hass, box, entry)
    assistant.expose(FRONT_DOOR)
    polled = entry.runtime_data.polls.clock
    assert polled.data is not None
    polled.data = replace(
        polled.data, offset=polled.data.offset - timedelta(seconds=20)
    )
    await front_door.sees(FRIEND)
    assert sightings(await assistant.asks()) == [("小明", "Front door", 1)]


async def test_unreachable_box_answers_from_live_sightings(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, assistant: Assistant
) -> None:
    """A note describes the gap."""
    entry = await set_up()
    front_door, *_ = doors_of(hass, box, entry)
    assistant.expose(FRONT_DOOR)
    await record(box, ago(hours=1), COLLEAGUE)
    await front_door.sees(FRIEND)
    box.state.initializing = True
    result = await assistant.asks()
    assert sightings(result) == [("小明", "Front door", 1)]
    assert result["notes"] == [
        (
            "BM1684-180 does not answer. For each person and place, only the last time"
            " since Home Assistant started is known."
        )
    ]
    assert await hass.config_entries.async_unload(entry.entry_id)
    result = await assistant.asks()
    assert sightings(result) == [("小明", "Front door", 1)]
    assert result["notes"][0].startswith("BM1684-180 is not connected. ")
    box.state.initializing = False


async def test_se3_answers_from_live_sightings(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, assistant: Assistant
) -> None:
    """A note says that it keeps no history."""
    await add(hass, make_se3_entry(se3))
    fired = FiredEvents(hass, RECOGNITION)
    for identity in (FRIEND, COLLEAGUE, FRIEND):
        await se3.recognize(se3.devices[0], identity)
        await fired.next()
    await hass.async_block_till_done()
    [entity_id] = [state.entity_id for state in hass.states.async_all("event")]
    assistant.expose(entity_id)
    result = await assistant.asks()
    assert sorted((row["person"], row["count"]) for row in result["seen"]) == [
        ("Tom", 1),
        ("小明", 1),
    ]
    assert result["notes"][0].startswith("BM1684-180 keeps no history. ")


@pytest.mark.parametrize("dialect", ["nested"])
async def test_limited_result_notes_the_rest(
    box: EmulatedBox,
    set_up: SetUp,
    assistant: Assistant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The limits are on records, rows and the length of names."""
    await set_up()
    assistant.expose(FRONT_DOOR)
    moment = ago(hours=1)
    for number in range(7):
        await record(
            box,
            moment + timedelta(seconds=number),
            Identity(str(number), f"N{number}" * 200),
        )
    monkeypatch.setattr(lookback, "_PER_PAGE", 3)
    monkeypatch.setattr(lookback, "_MOST_RECORDS", 6)
    monkeypatch.setattr(answer, "MOST_ROWS", 4)
    result = await assistant.asks()
    assert [row["person"][:2] for row in result["seen"]] == ["N6", "N5", "N4", "N3"]
    assert {len(row["person"]) for row in result["seen"]} == {255}
    assert result["notes"] == [
        (
            "BM1684-180 has more recognitions than were searched. Ask for a shorter"
            " time span or for one place."
        ),
        "2 more rows are left out. Ask for a shorter time span or for one place.",
    ]
    # A history that ends at the limit is complete.
    monkeypatch.setattr(lookback, "_MOST_RECORDS", 7)
    assert len((await assistant.asks())["notes"]) == 1


async def test_other_box_answers_when_one_is_unreachable(
    hass: HomeAssistant, boxes: Boxes, assistant: Assistant
) -> None:
    """A note names the unreachable one."""
    assistant.expose(FRONT_DOOR, f"{FRONT_DOOR}_2")
    await record(boxes.flat, ago(hours=1), FRIEND)
    boxes.nested.state.initializing = True
    result = await assistant.asks()
    assert sightings(result) == [("小明", "Front door", 1)]
    assert [note.partition(" does")[0] for note in result["notes"]] == [
        TITLES["nested"]
    ]
    boxes.nested.state.initializing = False
