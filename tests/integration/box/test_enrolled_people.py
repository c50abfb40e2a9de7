"""How many people are enrolled on a box, and how many fit."""

from datetime import timedelta

import pytest

from custom_components.se_aibox.box.issues import Fault
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from emulator import EmulatedBox, Identity
from homeassistant.core import HomeAssistant
from tests.integration.conftest import SetUp
from tests.integration.helpers import let_time_pass, state_becomes, state_of, until

from .repairs_helpers import issue_of

ENROLLED = "sensor.bm1684_180_enrolled_people"
USERS = "/SophonFogSys/api/users"


def crowd(box: EmulatedBox, count: int) -> None:
    """Leave so many people on the box."""
    box.people[:] = (Identity(f"9{n:06d}", f"P{n}") for n in range(count))


async def count(entry: SeAiBoxConfigEntry) -> None:
    """Count the people now."""
    await entry.runtime_data.polls.people.async_refresh()


async def test_people_are_counted_after_a_minute_and_every_ten(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The start has more urgent questions."""
    box.settings.group_size = 50_000
    crowd(box, 12)
    await set_up()
    await hass.async_block_till_done()
    assert state_of(hass, ENROLLED) == "unavailable"
    let_time_pass(hass, timedelta(seconds=61))
    await state_becomes(hass, ENROLLED, "12")
    state = hass.states.get(ENROLLED)
    assert state is not None
    assert state.attributes["capacity"] == 50_000
    assert state.attributes["state_class"] == "measurement"
    assert "unit_of_measurement" not in state.attributes

    crowd(box, 13)
    let_time_pass(hass, timedelta(seconds=61 + 601))
    await state_becomes(hass, ENROLLED, "13")


@pytest.mark.parametrize("dialect", ["nested"])
async def test_people_whose_photos_would_come_along_are_counted_with_consent(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The switch forbids it, and allows it again."""
    entry = await set_up()
    await count(entry)
    people = state_of(hass, ENROLLED)
    assert people == str(len(box.people))
    switch = {"entity_id": "switch.bm1684_180_pictures"}
    await hass.services.async_call("switch", "turn_off", switch, blocking=True)
    asked = sum(request.path == USERS for request in box.requests)
    await count(entry)
    assert state_of(hass, ENROLLED) == "unavailable"
    assert sum(request.path == USERS for request in box.requests) == asked
    await hass.services.async_call("switch", "turn_on", switch, blocking=True)
    await count(entry)
    assert state_of(hass, ENROLLED) == people


@pytest.mark.parametrize("dialect", ["flat"])
async def test_people_without_photos_are_counted_without_pictures(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The answer has none."""
    entry = await set_up()
    switch = {"entity_id": "switch.bm1684_180_pictures"}
    await hass.services.async_call("switch", "turn_off", switch, blocking=True)
    await count(entry)
    assert state_of(hass, ENROLLED) == str(len(box.people))


async def test_nearly_full_box_is_an_issue_until_people_are_deleted(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Between the two limits it neither comes nor goes."""
    box.settings.group_size = 100
    entry = await set_up()
    seen: list[tuple[int, str | None, str | None]] = []
    for people in (94, 95, 100, 93, 92, 94):
        crowd(box, people)
        await count(entry)
        issue = issue_of(hass, Fault.GROUP_NEARLY_FULL)
        numbers = (issue.translation_placeholders or {}) if issue else {}
        key = issue.translation_key if issue else None
        seen.append((people, key, numbers.get("enrolled")))
    assert seen == [
        (94, None, None),
        (95, "group_nearly_full", "95"),
        (100, "group_full", "100"),
        (93, "group_nearly_full", "93"),
        (92, None, None),
        (94, None, None),
    ]


async def test_box_that_does_not_say_how_many_fit_is_never_nearly_full(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The sensor counts all the same."""
    box.settings.group_size = 0
    entry = await set_up()
    crowd(box, 100)
    await count(entry)
    assert issue_of(hass, Fault.GROUP_NEARLY_FULL) is None
    state = hass.states.get(ENROLLED)
    assert state is not None
    assert state.state == "100"
    assert state.attributes["capacity"] is None


async def test_count_is_unavailable_while_the_box_does_not_answer(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The issue stays: people are not deleted by that."""
    box.settings.group_size = 100
    entry = await set_up()
    crowd(box, 99)
    await count(entry)
    assert state_of(hass, ENROLLED) == "99"
    await box.stop()
    await until(lambda: not entry.runtime_data.data.connected)
    await count(entry)
    assert state_of(hass, ENROLLED) == "unavailable"
    assert issue_of(hass, Fault.GROUP_NEARLY_FULL) is not None
