"""Repairs of visits that go on though they should be over."""

from datetime import timedelta
import logging
from typing import Any

import pytest

from custom_components.se_aibox.aibox.enrolled import PersonChange, PersonDetails
from custom_components.se_aibox.aibox.models import PersonType
from custom_components.se_aibox.aibox.people import EnrolledPeople
from custom_components.se_aibox.coordinator import async_loaded_box
from custom_components.se_aibox.people.following import PeopleConfigEntry
from custom_components.se_aibox.people.visitors import (
    async_follow_change,
    async_forget_visit,
)
from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
from tests.integration.box.repairs_helpers import Repairs, issues, raised
from tests.integration.helpers import until, until_listening
from tests.integration.texts import texts

from .followed_people import ENTRY_IDS, TITLES, Boxes, make_people_entry
from .visit_helpers import ANNA_ID, DELETE, Visits, asked, on

pytest_plugins = [
    "tests.integration.people.people_fixtures",
    "tests.integration.people.visit_fixtures",
]

KEY = "se_aibox.visitors.01SEAIBOX00000000000PEOPLE"
type Storage = dict[str, Any]


@pytest.fixture(params=["nested", "flat"])
def meant(request: pytest.FixtureRequest, boxes: Boxes) -> EmulatedBox:
    """Run a test with the box of each dialect."""
    box: EmulatedBox = getattr(boxes, request.param)
    return box


def people_of(hass: HomeAssistant, box: EmulatedBox) -> EnrolledPeople:
    """Return the calls for the people of a box."""
    loaded = async_loaded_box(hass, ENTRY_IDS[box.dialect])
    assert loaded is not None
    return EnrolledPeople(loaded.client.rest)


LATER = timedelta(hours=3)
CHANGES = {
    "name": PersonChange(name="Anne Smith"),
    "type": PersonChange(person_type=PersonType.EMPLOYEE),
    "end": PersonChange(),
}


async def change(
    hass: HomeAssistant, visits: Visits, box: EmulatedBox, what: str
) -> None:
    """Change the visitor as a user of the box's web page does."""
    planned = CHANGES[what]
    if what == "end":
        until_then = visits.clock.now() + LATER
        planned = PersonChange(details=PersonDetails(valid_until=until_then))
    await people_of(hass, box).update(ANNA_ID, "Anna Smith", planned)


@pytest.mark.parametrize("what", CHANGES)
async def test_visitor_who_was_changed_on_the_box_is_not_deleted(
    hass: HomeAssistant, visits: Visits, meant: EmulatedBox, what: str
) -> None:
    """The repair is raised at once. On the other box, the visit ends."""
    visitor = await visits.enroll()
    await change(hass, visits, meant, what)
    await visits.end()
    assert on(meant) is not None
    assert visits.open_on == [{meant.dialect}]
    [issue] = issues(hass)
    assert issue.translation_key == "visit_changed"
    assert issue.is_fixable
    assert issue.severity is ir.IssueSeverity.ERROR
    ended_at = f"{dt_util.as_local(visitor.valid_until):%Y-%m-%d %H:%M}"
    assert issue.translation_placeholders == {
        "visitor": "Anna Smith",
        "visitor_markdown": "Anna Smith",
        "identity_id": ANNA_ID,
        "identity_id_markdown": ANNA_ID,
        "box": TITLES[meant.dialect],
        "box_markdown": TITLES[meant.dialect],
        "until": ended_at,
    }
    # Diagnostics show the issue id.
    assert "Anna" not in issue.issue_id
    assert ANNA_ID not in issue.issue_id
    # It stays one issue, however long it lasts.
    visits.clock.set_ahead(timedelta(hours=30))
    await visits.clock.minute(20)
    assert issues(hass) == [issue]
    assert asked(meant, *DELETE[meant.dialect]) == []


async def test_repair_vanishes_when_the_changed_visitor_is_deleted_by_hand(
    hass: HomeAssistant, visits: Visits, meant: EmulatedBox
) -> None:
    await visits.enroll(meant)
    await change(hass, visits, meant, "name")
    await visits.end()
    assert raised(hass) == {"visit_changed"}
    meant.state.remove_person(ANNA_ID)
    await visits.clock.minute()
    assert issues(hass) == []
    assert visits.open_on == [set()]


async def test_visitor_who_is_as_enrolled_again_is_deleted(
    hass: HomeAssistant, visits: Visits, meant: EmulatedBox
) -> None:
    await visits.enroll(meant)
    await change(hass, visits, meant, "type")
    await visits.end()
    assert raised(hass) == {"visit_changed"}
    back = PersonChange(person_type=PersonType.VISITOR)
    await people_of(hass, meant).update(ANNA_ID, "Anna Smith", back)
    await visits.clock.minute()
    assert on(meant) is None
    assert issues(hass) == []


async def test_identity_that_belongs_to_another_person_by_now_is_kept(
    hass: HomeAssistant, visits: Visits, meant: EmulatedBox
) -> None:
    """Neither the id nor the name alone identifies the visitor."""
    await visits.enroll(meant)
    visitor = meant.state.remove_person(ANNA_ID)
    meant.people.append(type(visitor)(ANNA_ID, "Somebody"))
    meant.people.append(type(visitor)("V300", "Anna Smith", visitor.person_type))
    await visits.end()
    assert on(meant) is not None
    assert on(meant, "V300") is not None
    assert raised(hass) == {"visit_changed"}


async def test_box_away_for_an_hour_past_the_end_raises_a_repair(
    hass: HomeAssistant, visits: Visits, meant: EmulatedBox
) -> None:
    """It names the visitor and the box, and vanishes when the visit has ended."""
    await visits.enroll()
    entry = hass.config_entries.async_get_known_entry(ENTRY_IDS[meant.dialect])
    await meant.cut_power()
    await until(lambda: not entry.runtime_data.data.connected)
    await visits.end(hours=1.9)
    assert "visit_not_ended" not in raised(hass)
    await visits.end(hours=2)
    [issue] = [
        each for each in issues(hass) if each.translation_key == "visit_not_ended"
    ]
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["visitor"] == "Anna Smith"
    assert issue.translation_placeholders["box"] == TITLES[meant.dialect]
    for language, words in (("en", "still let in"), ("zh-Hans", "仍可通行")):
        text = texts(language)["issues"]["visit_not_ended"]
        assert words in text["title"]
        assert words in text["fix_flow"]["step"]["confirm"]["description"]
    await meant.start()
    await until_listening(entry)
    await visits.clock.minute()
    assert on(meant) is None
    assert "visit_not_ended" not in raised(hass)


async def test_box_that_refuses_raises_the_same_repair(
    hass: HomeAssistant, visits: Visits, meant: EmulatedBox
) -> None:
    """It may belong to a platform by now, or fail to delete a person."""
    await visits.enroll(meant)
    meant.state.undeletable.add(ANNA_ID)
    await visits.end(hours=2)
    # Once may be a start, when the box was not loaded yet.
    assert issues(hass) == []
    await visits.clock.minute()
    assert raised(hass) == {"visit_not_ended"}
    meant.state.undeletable.clear()
    await visits.clock.minute(4)
    assert on(meant) is None
    assert issues(hass) == []


async def test_repairs_are_there_again_after_a_restart(
    hass: HomeAssistant, visits: Visits, people: PeopleConfigEntry, meant: EmulatedBox
) -> None:
    """Not before the box was asked."""
    await visits.enroll(meant)
    meant.state.undeletable.add(ANNA_ID)
    await visits.end(hours=2)
    await hass.config_entries.async_unload(people.entry_id)
    assert issues(hass) == []
    await hass.config_entries.async_setup(people.entry_id)
    await visits.clock.minute(2)
    assert raised(hass) == {"visit_not_ended"}


@pytest.mark.parametrize("kind", ["visit_changed", "visit_not_ended"])
async def test_visitor_stays_on_the_box_at_the_users_word(
    hass: HomeAssistant, visits: Visits, repairs: Repairs, meant: EmulatedBox, kind: str
) -> None:
    """Home Assistant ends the visit there no more."""
    await visits.enroll(meant)
    if kind == "visit_changed":
        await change(hass, visits, meant, "name")
    else:
        meant.state.undeletable.add(ANNA_ID)
    await visits.end(hours=2)
    await visits.clock.minute()
    [issue] = issues(hass)
    assert issue.translation_key == kind
    form = await repairs.open(issue)
    assert form["description_placeholders"] == issue.translation_placeholders
    result = await repairs.submit(form)
    assert result["type"] == "create_entry"
    await visits.clock.settle()
    assert issues(hass) == []
    meant.state.undeletable.clear()
    await visits.clock.minute(20)
    assert on(meant) is not None
    assert visits.all == ()


async def test_answer_about_a_visit_that_has_ended_meanwhile_changes_nothing(
    hass: HomeAssistant, visits: Visits, repairs: Repairs, meant: EmulatedBox
) -> None:
    """The dialog ends with a reason."""
    await visits.enroll(meant)
    meant.state.undeletable.add(ANNA_ID)
    await visits.end(hours=2)
    await visits.clock.minute()
    form = await repairs.open(issues(hass)[0])
    meant.state.undeletable.clear()
    await visits.clock.minute(4)
    result = await repairs.submit(form)
    assert (result["type"], result["reason"]) == ("abort", "no_longer_asked")


async def test_answer_while_visits_are_not_loaded_changes_nothing(
    hass: HomeAssistant, visits: Visits, people: PeopleConfigEntry, repairs: Repairs
) -> None:
    await visits.enroll(visits.boxes.flat)
    visits.boxes.flat.state.undeletable.add(ANNA_ID)
    await visits.end(hours=2)
    await visits.clock.minute()
    form = await repairs.open(issues(hass)[0])
    await hass.config_entries.async_unload(people.entry_id)
    result = await repairs.submit(form)
    assert (result["type"], result["reason"]) == ("abort", "no_longer_asked")


async def test_visit_on_a_removed_box_is_a_repair_until_it_is_confirmed(
    hass: HomeAssistant, visits: Visits, repairs: Repairs
) -> None:
    """Home Assistant can no longer delete the visitor there."""
    await visits.enroll(visits.boxes.flat)
    await hass.config_entries.async_remove(ENTRY_IDS["flat"])
    await visits.end(hours=2)
    await visits.clock.minute()
    [issue] = issues(hass)
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["box"] == "–"
    await repairs.submit(await repairs.open(issue))
    await visits.clock.settle()
    assert issues(hass) == []


async def test_removed_people_entry_erases_visits_and_names_boxes_with_visitors(
    hass: HomeAssistant,
    visits: Visits,
    people: PeopleConfigEntry,
    hass_storage: Storage,
) -> None:
    """Their visits no longer end. The repair has no name."""
    await visits.enroll()
    await visits.enroll(visits.boxes.flat, identity_id="V200", name="Ben")
    await hass.config_entries.async_remove(people.entry_id)
    assert KEY not in hass_storage
    [issue] = issues(hass)
    assert issue.translation_key == "visits_abandoned"
    assert issue.translation_placeholders == {
        "boxes": "New box, Old box",
        "boxes_markdown": "New box\\, Old box",
        "count": "2",
    }


async def test_removed_people_entry_without_open_visits_raises_no_repair(
    hass: HomeAssistant,
    visits: Visits,
    people: PeopleConfigEntry,
    hass_storage: Storage,
) -> None:
    await visits.enroll()
    await visits.end()
    await hass.config_entries.async_remove(people.entry_id)
    assert KEY not in hass_storage
    assert issues(hass) == []


@pytest.mark.parametrize(
    "stored",
    [
        {"version": 99, "minor_version": 1, "key": KEY, "data": {"visits": []}},
        {"version": 1, "minor_version": 1, "key": KEY, "data": {}},
        {"version": 1, "minor_version": 1, "key": KEY, "data": {"visits": [{}]}},
    ],
)
async def test_damaged_visits_are_a_repair(
    hass: HomeAssistant, hass_storage: Storage, stored: Storage
) -> None:
    """It goes with the entry."""
    hass_storage[KEY] = stored
    entry = make_people_entry()
    await hass.config_entries.async_add(entry)
    await hass.async_block_till_done()
    assert raised(hass) == {"visits_lost"}
    await hass.config_entries.async_remove(entry.entry_id)
    assert issues(hass) == []
    assert KEY not in hass_storage


async def test_end_that_home_assistant_changes_is_the_end_of_the_visit(
    hass: HomeAssistant, visits: Visits, meant: EmulatedBox
) -> None:
    """On that box; the other one keeps its end."""
    visitor = await visits.enroll()
    later = visitor.valid_until + LATER
    record = await people_of(hass, meant).update(
        ANNA_ID, "Anna Smith", PersonChange(details=PersonDetails(valid_until=later))
    )
    await async_follow_change(hass, ENTRY_IDS[meant.dialect], record)
    assert len(visits.all) == 2
    await visits.end()
    assert [on(box) is not None for box in visits.boxes] == [
        box is meant for box in visits.boxes
    ]
    assert issues(hass) == []
    await visits.end(hours=4)
    assert on(meant) is None
    assert issues(hass) == []


async def test_change_of_anything_else_leaves_the_visit_one(
    hass: HomeAssistant, visits: Visits, meant: EmulatedBox
) -> None:
    await visits.enroll()
    before = visits.all
    record = await people_of(hass, meant).update(
        ANNA_ID, "Anna Smith", PersonChange(details=PersonDetails(telephone="123"))
    )
    await async_follow_change(hass, ENTRY_IDS[meant.dialect], record)
    assert visits.all == before


async def test_visitor_who_becomes_an_employee_stays(
    hass: HomeAssistant, visits: Visits, meant: EmulatedBox
) -> None:
    await visits.enroll()
    record = await people_of(hass, meant).update(
        ANNA_ID, "Anna Smith", PersonChange(person_type=PersonType.EMPLOYEE)
    )
    await async_follow_change(hass, ENTRY_IDS[meant.dialect], record)
    await visits.end()
    assert on(meant) is not None
    assert issues(hass) == []


async def test_change_of_a_person_without_a_visit_begins_no_visit(
    hass: HomeAssistant, visits: Visits, people: PeopleConfigEntry, meant: EmulatedBox
) -> None:
    tom = meant.people[0]
    record = await people_of(hass, meant).person(tom.identity_id)
    assert record is not None
    entry_id = ENTRY_IDS[meant.dialect]
    for _ in range(2):
        await async_follow_change(hass, entry_id, record)
        await async_forget_visit(hass, entry_id, tom.identity_id)
        assert visits.all == ()
        await hass.config_entries.async_unload(people.entry_id)


async def test_deleted_visitor_is_forgotten_at_once(
    hass: HomeAssistant, visits: Visits, hass_storage: Storage
) -> None:
    """On each box by itself."""
    await visits.enroll()
    for box, left in zip(visits.boxes, ([{"flat"}], []), strict=True):
        await people_of(hass, box).delete(ANNA_ID, "Anna Smith")
        await async_forget_visit(hass, ENTRY_IDS[box.dialect], ANNA_ID)
        assert visits.open_on == left
    assert hass_storage[KEY]["data"] == {"visits": []}


async def test_visit_that_is_prolonged_while_the_box_is_asked_goes_on(
    hass: HomeAssistant, visits: Visits, meant: EmulatedBox
) -> None:
    """The visitor was read as enrolled, and is not deleted."""
    visitor = await visits.enroll(meant)
    record = await people_of(hass, meant).person(ANNA_ID)
    assert record is not None
    path = (
        "/SophonFogSys/api/users"
        if meant.dialect == "nested"
        else ("/sophon/v2/face/getidentity")
    )
    meant.state.delays[path] = 0.2
    visits.clock.set_ahead(timedelta(hours=1, seconds=1))
    before = len(meant.requests)
    asking = hass.async_create_task(visits.clock.minute())
    await until(lambda: any(each.path == path for each in meant.requests[before:]))
    details = PersonDetails(
        valid_from=visitor.valid_from, valid_until=visitor.valid_until + LATER
    )
    await async_follow_change(
        hass,
        ENTRY_IDS[meant.dialect],
        type(record)(ANNA_ID, "Anna Smith", PersonType.VISITOR, details=details),
    )
    await asking
    assert on(meant) is not None
    assert asked(meant, *DELETE[meant.dialect]) == []
    assert issues(hass) == []


async def test_log_of_visits_has_no_names(
    hass: HomeAssistant,
    visits: Visits,
    meant: EmulatedBox,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It holds for every error."""
    caplog.set_level(logging.DEBUG)
    await visits.enroll(meant)
    meant.state.undeletable.add(ANNA_ID)
    await visits.end(hours=2)
    await hass.config_entries.async_unload(ENTRY_IDS[meant.dialect])
    await visits.clock.minute(3)
    assert raised(hass) == {"visit_not_ended"}
    lines = [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("custom_components.se_aibox")
    ]
    assert sum("Cannot end a visit yet" in line for line in lines) >= 2
    secrets = ("Anna", "Smith", ANNA_ID, "Tom", "Acme", "Interview")
    assert [line for line in lines if any(each in line for each in secrets)] == []
