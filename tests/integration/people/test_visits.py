"""Visitors are deleted from every box when their visit is over."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from custom_components.se_aibox.aibox.exceptions import (
    AiBoxConnectionError,
    AiBoxRefusedError,
)
from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import CannedAnswer, EmulatedBox
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from tests.integration.box.recovery_helpers import disconnect
from tests.integration.box.repairs_helpers import issues
from tests.integration.helpers import until, until_listening

from .followed_people import ENTRY_IDS, Boxes
from .visit_helpers import ANNA_ID, DELETE, ENROLL, Visits, asked, losing_answers, on

pytest_plugins = [
    "tests.integration.people.people_fixtures",
    "tests.integration.people.visit_fixtures",
]

KEY = "se_aibox.visitors.01SEAIBOX00000000000PEOPLE"
MINUTES_KEPT = 15
type Storage = dict[str, Any]


@pytest.fixture(params=["nested", "flat"])
def meant(request: pytest.FixtureRequest, boxes: Boxes) -> EmulatedBox:
    """Run a test with the box of each dialect."""
    box: EmulatedBox = getattr(boxes, request.param)
    return box


async def test_visitor_is_deleted_from_both_boxes_at_the_end(
    hass: HomeAssistant, visits: Visits
) -> None:
    """They are not deleted before."""
    await visits.enroll()
    assert visits.open_on == [{"nested", "flat"}]
    await visits.clock.minute()
    assert all(on(box) for box in visits.boxes)
    await visits.end()
    assert not any(on(box) for box in visits.boxes)
    assert visits.open_on == [set()]
    assert issues(hass) == []
    for box in visits.boxes:
        assert len(asked(box, *DELETE[box.dialect])) == 1


async def test_visit_ends_at_its_very_end(visits: Visits) -> None:
    """Not up to a minute later."""
    await visits.enroll(visits.boxes.flat, hours=1 / 3600)
    await until(lambda: on(visits.boxes.flat) is None)
    await visits.clock.settle()


async def test_other_people_are_not_deleted(visits: Visits) -> None:
    before = [list(box.people) for box in visits.boxes]
    await visits.enroll(hours=1)
    await visits.enroll(identity_id="V200", name="Anna Smith", hours=3)
    await visits.end()
    for box, people in zip(visits.boxes, before, strict=True):
        assert [each.identity_id for each in box.people] == [
            *(each.identity_id for each in people),
            "V200",
        ]


async def test_ended_visit_is_erased_a_quarter_of_an_hour_later(
    hass: HomeAssistant, visits: Visits, hass_storage: Storage
) -> None:
    """It is personal data. Until then, a site may recover that a visitor left."""
    await visits.enroll()
    await visits.end()
    await visits.clock.minute(MINUTES_KEPT - 1)
    assert len(hass_storage[KEY]["data"]["visits"]) == 1
    await visits.clock.minute()
    assert hass_storage[KEY]["data"] == {"visits": []}
    assert visits.all == ()


async def test_visit_ends_that_was_over_while_home_assistant_was_off(
    hass: HomeAssistant, visits: Visits, people: PeopleConfigEntry
) -> None:
    """They are deleted as soon as it is back."""
    await visits.enroll()
    await hass.config_entries.async_unload(people.entry_id)
    assert visits.all == ()
    await visits.end(hours=30)
    assert all(on(box) for box in visits.boxes)
    await hass.config_entries.async_setup(people.entry_id)
    await visits.clock.settle()
    assert not any(on(box) for box in visits.boxes)
    assert issues(hass) == []


async def test_visit_is_stored_before_the_box_is_asked(
    hass: HomeAssistant, visits: Visits, hass_storage: Storage, meant: EmulatedBox
) -> None:
    """A crash in between must not let a visitor in forever."""
    meant.state.delays[ENROLL[meant.dialect][1]] = 3600
    enrolling = asyncio.create_task(visits.enroll(meant))
    await until(lambda: bool(asked(meant, *ENROLL[meant.dialect])))
    [stored] = hass_storage[KEY]["data"]["visits"]
    assert stored["identity_id"] == ANNA_ID
    enrolling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await enrolling
    # Perhaps the box enrolls them all the same.
    assert visits.open_on == [{meant.dialect}]


async def test_visitor_enrolled_without_an_answer_is_deleted_at_the_end(
    visits: Visits, meant: EmulatedBox
) -> None:
    """It was unknown whether they were."""
    with (
        losing_answers(meant, *ENROLL[meant.dialect]),
        pytest.raises(AiBoxConnectionError),
    ):
        await visits.enroll(meant)
    assert on(meant) is not None
    await visits.end()
    assert on(meant) is None
    assert visits.open_on == [set()]


async def test_visitor_who_was_refused_is_not_remembered(
    visits: Visits, meant: EmulatedBox
) -> None:
    """The id belongs to another person, who stays."""
    somebody = meant.people[0]
    with pytest.raises(AiBoxRefusedError):
        await visits.enroll(meant, identity_id=somebody.identity_id)
    assert visits.all == ()
    await visits.end()
    assert somebody in meant.people


async def test_second_attempt_that_is_refused_leaves_the_first_visit_as_it_was(
    visits: Visits, meant: EmulatedBox
) -> None:
    """The answer to the first one was lost; the visitor is enrolled until then."""
    with (
        losing_answers(meant, *ENROLL[meant.dialect]),
        pytest.raises(AiBoxConnectionError),
    ):
        await visits.enroll(meant)
    [first] = visits.all
    with pytest.raises(AiBoxRefusedError):
        await visits.enroll(meant, hours=5)
    [kept] = visits.all
    assert kept.visitor == first.visitor
    await visits.end()
    assert on(meant) is None


async def test_visitor_for_a_box_out_of_reach_is_not_remembered(
    visits: Visits, meant: EmulatedBox
) -> None:
    """Nothing was sent."""
    await meant.cut_power()
    with pytest.raises(AiBoxConnectionError):
        await visits.enroll(meant)
    assert visits.all == ()


async def test_visitor_on_several_boxes_is_one_visit(
    hass: HomeAssistant, visits: Visits, people: PeopleConfigEntry
) -> None:
    """Enrolled one after the other, at once, or twice; also after a restart."""
    visitor = await visits.enroll(visits.boxes.nested)
    assert visits.open_on == [{"nested"}]
    await visits.enroll_as(visits.boxes.flat, visitor)
    assert visits.open_on == [{"nested", "flat"}]
    both = visits.all
    with pytest.raises(AiBoxRefusedError):
        await visits.enroll_as(visits.boxes.flat, visitor)
    assert visits.open_on == [{"nested", "flat"}]
    other = replace(visitor, identity_id="V200", host=None)
    await asyncio.gather(*(visits.enroll_as(box, other) for box in visits.boxes))
    assert visits.open_on == [{"nested", "flat"}] * 2
    assert len(both) == 1
    before = visits.all
    assert await hass.config_entries.async_reload(people.entry_id)
    assert visits.all == before


async def test_visit_ends_on_a_box_that_speaks_the_other_dialect_by_now(
    hass: HomeAssistant, visits: Visits
) -> None:
    """Its firmware was updated."""
    box = visits.boxes.nested
    await visits.enroll(box)
    entry = hass.config_entries.async_get_known_entry(ENTRY_IDS["nested"])
    await box.change_dialect("flat")
    await until(lambda: entry.data["dialect"] == "flat")
    await hass.async_block_till_done()
    await until_listening(entry)
    await visits.end()
    await visits.clock.minute()
    assert on(box) is None
    assert visits.open_on == [set()]


async def test_visit_needs_an_end_that_is_to_come(visits: Visits) -> None:
    """No one is enrolled."""
    for hours, begins in ((-1, -2), (0, -1), (1, 2)):
        begin = visits.clock.now() + timedelta(hours=begins)
        with pytest.raises(
            ServiceValidationError, match="is in the past, or before its beginning"
        ):
            await visits.enroll(hours=hours, valid_from=begin)
    assert not any(on(box) for box in visits.boxes)
    assert visits.all == ()


async def test_visitor_is_not_enrolled_while_the_people_entry_is_not_loaded(
    hass: HomeAssistant, visits: Visits, people: PeopleConfigEntry
) -> None:
    await hass.config_entries.async_set_disabled_by(
        people.entry_id, ConfigEntryDisabler.USER
    )
    with pytest.raises(ServiceValidationError, match="Nothing would end this visit"):
        await visits.enroll()
    assert not any(on(box) for box in visits.boxes)


async def test_deletion_whose_answer_is_lost_is_not_repeated(
    visits: Visits, meant: EmulatedBox
) -> None:
    """The next attempt reads that the visitor is gone."""
    await visits.enroll(meant)
    with losing_answers(meant, *DELETE[meant.dialect]):
        await visits.end()
    assert on(meant) is None
    assert visits.open_on == [{meant.dialect}]
    await visits.clock.minute()
    assert visits.open_on == [set()]
    assert len(asked(meant, *DELETE[meant.dialect])) == 1


async def test_restart_in_the_middle_of_a_deletion_loses_nothing(
    hass: HomeAssistant, visits: Visits, people: PeopleConfigEntry, meant: EmulatedBox
) -> None:
    """The box deletes the visitor, but its answer is lost."""
    await visits.enroll()
    method, path = DELETE[meant.dialect]
    with losing_answers(meant, method, path):
        meant.state.delays[path] = 0.2
        visits.clock.set_ahead(timedelta(hours=2))
        await hass.config_entries.async_reload(people.entry_id)
        await until(lambda: bool(asked(meant, method, path)))
        assert await hass.config_entries.async_unload(people.entry_id)
    meant.state.delays.clear()
    await until(lambda: on(meant) is None)
    await hass.config_entries.async_setup(people.entry_id)
    await visits.clock.settle()
    assert not any(on(box) for box in visits.boxes)
    assert visits.open_on == [set()]
    assert len(asked(meant, method, path)) == 1


async def test_clock_set_ahead_ends_the_visit_within_a_minute(visits: Visits) -> None:
    """Though no timer was set for it."""
    await visits.enroll(hours=24)
    await visits.end(hours=24)
    assert not any(on(box) for box in visits.boxes)


async def test_clock_set_back_leaves_the_visit_its_time(visits: Visits) -> None:
    """Timers that run too early delete no one."""
    await visits.enroll(hours=0.01)
    visits.clock.set_ahead(-timedelta(hours=5))
    await visits.clock.minute(3)
    assert all(on(box) for box in visits.boxes)
    visits.clock.set_ahead(timedelta(hours=1))
    await visits.clock.minute()
    assert not any(on(box) for box in visits.boxes)


async def test_clock_set_back_after_a_failure_puts_off_no_attempt(
    visits: Visits, meant: EmulatedBox
) -> None:
    """Attempts are counted in minutes that pass."""
    await visits.enroll(meant)
    meant.state.deletes_nobody = True
    await visits.end(hours=1000)
    assert on(meant) is not None
    meant.state.deletes_nobody = False
    visits.clock.set_ahead(timedelta(hours=2))
    await visits.clock.minute()
    assert on(meant) is None


async def test_box_that_only_says_that_it_deleted_somebody_is_asked_again(
    visits: Visits, meant: EmulatedBox
) -> None:
    """After 1, 2, 4, 8 and 15 minutes."""
    await visits.enroll(meant)
    meant.state.deletes_nobody = True
    await visits.end()
    counts = [len(asked(meant, *DELETE[meant.dialect]))]
    for _ in range(1 + 2 + 4 + 8 + 15 + 15):
        await visits.clock.minute()
        counts.append(len(asked(meant, *DELETE[meant.dialect])))
    tried = [
        minute
        for minute in range(1, len(counts))
        if counts[minute] > counts[minute - 1]
    ]
    assert tried == [1, 3, 7, 15, 30, 45]
    assert on(meant) is not None


async def test_box_that_was_away_at_the_end_is_asked_when_it_is_back(
    hass: HomeAssistant, visits: Visits, meant: EmulatedBox
) -> None:
    """The other box does not wait for it."""
    await visits.enroll()
    await visits.enroll(identity_id="V200", name="Ben", hours=1)
    entry = hass.config_entries.async_get_known_entry(ENTRY_IDS[meant.dialect])
    await meant.cut_power()
    await until(lambda: not entry.runtime_data.data.connected)
    await visits.end()
    [other] = [box for box in visits.boxes if box is not meant]
    assert on(other) is None
    assert visits.open_on == [{meant.dialect}] * 2
    # By now, the attempts are rare.
    await visits.clock.minute(40)
    await meant.start()
    await until_listening(entry)
    await visits.clock.minute()
    assert (on(meant), on(meant, "V200")) == (None, None)
    assert visits.open_on[0] == set()


async def test_box_whose_entry_is_not_loaded_counts_as_away(
    hass: HomeAssistant, visits: Visits
) -> None:
    await visits.enroll(visits.boxes.flat)
    await hass.config_entries.async_unload(ENTRY_IDS["flat"])
    await visits.end()
    assert visits.open_on == [{"flat"}]
    await hass.config_entries.async_setup(ENTRY_IDS["flat"])
    entry = hass.config_entries.async_get_known_entry(ENTRY_IDS["flat"])
    await until_listening(entry)
    await visits.clock.minute()
    assert visits.open_on == [set()]


async def test_box_without_a_confirmed_identity_is_not_asked(
    hass: HomeAssistant, visits: Visits, meant: EmulatedBox
) -> None:
    """Another box at its address could have no person with that id."""
    await visits.enroll(meant)
    entry = hass.config_entries.async_get_known_entry(ENTRY_IDS[meant.dialect])
    await disconnect(meant, entry)
    await visits.end()
    assert on(meant) is not None
    assert visits.open_on == [{meant.dialect}]
    await meant.port("events").open()
    await until_listening(entry)
    await visits.clock.minute()
    assert on(meant) is None


async def test_missing_call_does_not_prove_that_the_visitor_is_gone(
    visits: Visits, meant: EmulatedBox
) -> None:
    """A box of the other dialect answers so to everything."""
    await visits.enroll(meant)
    meant.answer_instead["*"] = CannedAnswer(404, b"<html>404</html>")
    await visits.end()
    assert visits.open_on == [{meant.dialect}]
    meant.answer_instead.clear()
    await visits.clock.minute()
    assert on(meant) is None
    assert visits.open_on == [set()]
