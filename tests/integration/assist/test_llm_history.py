"""Who was seen, of what is not on record yet, and of boxes whose history is late, wrong, away or none."""

from dataclasses import replace
from datetime import timedelta

import pytest

from custom_components.se_aibox.assist import answer, lookback
from emulator import EmulatedBox, EmulatedSe3, Identity
from homeassistant.core import HomeAssistant
from tests.integration.conftest import SetUp
from tests.integration.helpers import RECOGNITION, Heard, record
from tests.integration.people.followed_people import TITLES, Boxes
from tests.integration.recognition.automation_helpers import COLLEAGUE, FRIEND, doors_of
from tests.integration.se3.se3_helpers import add, make_se3_entry

from .llm_helpers import FRONT_DOOR, Assistant, ago, who

pytest_plugins = [
    "tests.integration.assist.llm_fixtures",
    "tests.integration.people.people_fixtures",
    "tests.integration.se3.se3_fixtures",
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
    box.state.clock_offset = minutes * 60.0
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
    box.state.initializing = True
    told = await assistant.asks()
    assert who(told) == [("小明", "Front door", 1)]
    assert told["notes"] == [
        (
            "BM1684-180 does not answer. For each person and place, only the last time"
            " since Home Assistant started is known."
        )
    ]
    assert await hass.config_entries.async_unload(entry.entry_id)
    told = await assistant.asks()
    assert who(told) == [("小明", "Front door", 1)]
    assert told["notes"][0].startswith("BM1684-180 is not connected. ")
    box.state.initializing = False


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
    assert told["notes"][0].startswith("BM1684-180 keeps no history. ")


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
    monkeypatch.setattr(lookback, "_PER_PAGE", 3)
    monkeypatch.setattr(lookback, "_MOST_RECORDS", 6)
    monkeypatch.setattr(answer, "_MOST_ROWS", 4)
    told = await assistant.asks()
    assert [row["person"][:2] for row in told["seen"]] == ["N6", "N5", "N4", "N3"]
    assert {len(row["person"]) for row in told["seen"]} == {255}
    assert told["notes"] == [
        (
            "BM1684-180 has more recognitions than were searched. Ask for a shorter"
            " time span or for one place."
        ),
        "2 more rows are left out. Ask for a shorter time span or for one place.",
    ]
    # What ends just there is complete.
    monkeypatch.setattr(lookback, "_MOST_RECORDS", 7)
    assert len((await assistant.asks())["notes"]) == 1


async def test_one_of_two_boxes_is_away(
    hass: HomeAssistant, boxes: Boxes, assistant: Assistant
) -> None:
    """The other one answers."""
    assistant.expose(FRONT_DOOR, f"{FRONT_DOOR}_2")
    await record(boxes.flat, ago(hours=1), FRIEND)
    boxes.nested.state.initializing = True
    told = await assistant.asks()
    assert who(told) == [("小明", "Front door", 1)]
    assert [note.partition(" does")[0] for note in told["notes"]] == [TITLES["nested"]]
    boxes.nested.state.initializing = False
