"""Changing somebody who is enrolled on boxes."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import voluptuous as vol

from custom_components.se_aibox.people.following import PeopleConfigEntry
from custom_components.se_aibox.people.visitors import async_visits
from emulator import CannedAnswer, EmulatedBox, Identity, PersonType, Variant
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util
from tests.emulator.pictures import colored, photo
from tests.integration.conftest import SetUp
from tests.integration.helpers import ENTRY_ID, Dialect
from tests.integration.people.visit_helpers import losing_answers

from .action_helpers import act, keep, of_box, one

pytest_plugins = ["tests.integration.people.people_fixtures"]

ANNA = Identity("20001", "Anna", room="101", address="Main Street 1")
WHO: dict[str, object] = {"identity_id": "20001", "name": "anna"}
UPDATES: dict[Dialect, str] = {
    "nested": "/SophonFogSys/api/users",
    "flat": "/sophon/v2/face/updateidentity",
}
UPDATE_CALLS: dict[str, tuple[str, str]] = {
    "nested": ("PUT", UPDATES["nested"]),
    "flat": ("POST", UPDATES["flat"]),
}


@pytest.fixture
async def anna(box: EmulatedBox, set_up: SetUp) -> Identity:
    """Enroll Anna, and set up the box."""
    box.state.permission_groups["f4add9c0"] = "Office"
    enrolled = box.state.enroll(ANNA)
    await set_up()
    return enrolled


async def update(hass: HomeAssistant, **changes: object) -> dict[str, Any]:
    """Change Anna; return what the response says of the box."""
    return one(await act(hass, "update_person", of_box(**{**WHO, **changes})))


async def stored(hass: HomeAssistant) -> dict[str, Any]:
    """Return what the box has of Anna."""
    found = one(await act(hass, "get_people", of_box(identity_ids=["20001"])))
    person: dict[str, Any] = found["people"][0]
    return person


async def test_change_leaves_everything_else_as_it_is(
    hass: HomeAssistant, box: EmulatedBox, anna: Identity
) -> None:
    assert (await update(hass, new_name="Anne"))["identity_id"] == "20001"
    assert box.state.find_identity("20001") == replace(anna, name="Anne")


async def test_type_groups_and_details_are_changed(
    hass: HomeAssistant, anna: Identity
) -> None:
    await update(
        hass,
        person_type="vip",
        permission_group="Office",
        department="Sales",
        telephone=5550100,
    )
    person = await stored(hass)
    assert person["person_type"] == "vip"
    assert [group["name"] for group in person["permission_groups"]] == ["Office"]
    assert (person["department"], person["telephone"]) == ("Sales", "5550100")
    await update(hass, department="")
    person = await stored(hass)
    assert (person["department"], person["telephone"]) == (None, "5550100")


@pytest.mark.parametrize("replaces", [False, True])
async def test_face_is_added_or_replaces_all(
    hass: HomeAssistant,
    box: EmulatedBox,
    anna: Identity,
    tmp_path: Path,
    replaces: bool,
) -> None:
    # No page says which of the two an update of a 1.x box does.
    box.state.variant = Variant(update_replaces_face=replaces)
    file = keep(hass, tmp_path, "anna.jpg", photo())
    await update(hass, file=file, replace_faces=replaces)
    person = box.state.find_identity("20001")
    assert person is not None
    assert len(person.matching_looks) == (1 if replaces else 2)
    assert (anna.subject in person.matching_looks) is not replaces
    answer = await act(hass, "recognize_picture", of_box(file=file))
    assert answer["identity_name"] == "Anna"


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize("replaces", [False, True])
async def test_face_that_the_box_takes_otherwise_is_a_failure_in_words(
    hass: HomeAssistant,
    box: EmulatedBox,
    anna: Identity,
    tmp_path: Path,
    replaces: bool,
) -> None:
    box.state.variant = Variant(update_replaces_face=not replaces)
    file = keep(hass, tmp_path, "anna.jpg", photo())
    with pytest.raises(HomeAssistantError) as raised:
        await update(hass, file=file, replace_faces=replaces)
    assert str(raised.value).endswith("Check in its web page: enrolled faces")


async def test_unusable_face_changes_nothing(
    hass: HomeAssistant, box: EmulatedBox, anna: Identity, tmp_path: Path
) -> None:
    file = keep(hass, tmp_path, "red.jpg", colored((200, 10, 10)))
    with pytest.raises(HomeAssistantError, match="found no face"):
        await update(hass, file=file, new_name="Anne")
    assert box.state.find_identity("20001") == anna


@pytest.mark.parametrize(
    ("who", "key"),
    [
        ({"name": "Tom"}, "refused_identity_mismatch"),
        ({"name": ""}, "refused_identity_mismatch"),
        ({"identity_id": "99999"}, "refused_identity_unknown"),
        ({"identity_id": "99999", "host": "Tom"}, "refused_identity_unknown"),
    ],
)
async def test_wrong_id_or_name_changes_nobody(
    hass: HomeAssistant,
    box: EmulatedBox,
    anna: Identity,
    who: dict[str, object],
    key: str,
) -> None:
    with pytest.raises(HomeAssistantError) as raised:
        await update(hass, **who, new_name="Anne")
    assert raised.value.translation_key == key
    assert box.state.find_identity("20001") == anna


@pytest.mark.parametrize("name", ["", "佚名"])
async def test_person_without_a_name_is_changed_by_none(
    hass: HomeAssistant, box: EmulatedBox, anna: Identity, name: str
) -> None:
    box.state.keep(replace(anna, name="佚名"))
    await update(hass, name=name, new_name="Anna")
    assert box.state.find_identity("20001") == anna


async def test_another_difference_than_asked_for_is_a_failure_in_words(
    hass: HomeAssistant, box: EmulatedBox, anna: Identity, dialect: Dialect
) -> None:
    """The box resets a field that was sent."""
    field = "type" if dialect == "nested" else "user_type"
    box.state.keep(replace(anna, person_type=PersonType.VIP))
    box.state.reset_by_updates.add(field)
    with pytest.raises(HomeAssistantError) as raised:
        await update(hass, new_name="Anne")
    assert raised.value.translation_key == "changed_otherwise"
    assert str(raised.value).endswith("Check in its web page: person type")


# A 1.x box reads and changes people by one path.
@pytest.mark.parametrize("dialect", ["flat"])
async def test_answer_that_cannot_be_read_says_that_nobody_knows(
    hass: HomeAssistant, box: EmulatedBox, anna: Identity, dialect: Dialect
) -> None:
    box.answer_instead[UPDATES[dialect]] = CannedAnswer(200, b"no JSON")
    with pytest.raises(HomeAssistantError) as raised:
        await update(hass, new_name="Anne")
    assert raised.value.translation_key == "change_no_answer"


@pytest.mark.parametrize("dialect", ["flat"])
async def test_firmware_without_the_call_says_so(
    hass: HomeAssistant, box: EmulatedBox, anna: Identity
) -> None:
    """Neither by the name of the page, nor by that of the overview."""
    for path in (UPDATES["flat"], "/sophon/v2/face/updateidenity"):
        box.answer_instead[path] = CannedAnswer(404, b"", "text/html")
    with pytest.raises(HomeAssistantError) as raised:
        await update(hass, new_name="Anne")
    assert raised.value.translation_key == "box_lacks_call"
    assert box.state.find_identity("20001") == anna


async def test_managed_box_is_refused_with_the_reason(
    hass: HomeAssistant, box: EmulatedBox, anna: Identity, dialect: Dialect
) -> None:
    settings = box.state.settings
    settings.platform_url = "http://platform.example"
    settings.platform_login = 0
    settings.work_mode = "mq"
    for action, data in (
        ("update_person", {**WHO, "new_name": "Anne"}),
        ("delete_person", WHO),
    ):
        with pytest.raises(HomeAssistantError) as raised:
            await act(hass, action, of_box(**data))
        assert raised.value.translation_key == "refused_managed"
    assert box.state.find_identity("20001") == anna


async def test_nothing_to_change_is_refused(
    hass: HomeAssistant, box: EmulatedBox, anna: Identity
) -> None:
    asked = len(box.requests)
    for nothing, key in (
        ({}, "nothing_to_change"),
        ({"may_share_face": True}, "nothing_to_change"),
        ({"replace_faces": True}, "not_one_picture"),
    ):
        with pytest.raises(ServiceValidationError) as raised:
            await update(hass, **nothing)
        assert raised.value.translation_key == key
    assert len(box.requests) == asked


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize(
    "wrong",
    [
        {"identity_id": ""},
        {"name": None},
        {"new_name": " "},
        {"department": True},
        {"department": "x" * 256},
        {"permission_group": []},
        {"valid_until": "tomorrow"},
        {"person_type": "stranger"},
    ],
)
async def test_invalid_data_is_refused_before_a_request(
    hass: HomeAssistant, box: EmulatedBox, anna: Identity, wrong: dict[str, object]
) -> None:
    asked = len(box.requests)
    with pytest.raises(vol.Invalid):
        await update(hass, **{"new_name": "Anne", **wrong})
    assert len(box.requests) == asked


async def test_visit_that_is_extended_is_remembered_with_the_new_end(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    people: PeopleConfigEntry,
    tmp_path: Path,
) -> None:
    """Otherwise it would not be ended: the box would have another end."""
    await set_up()
    now = dt_util.utcnow().replace(microsecond=0)
    await act(
        hass,
        "enroll_person",
        of_box(
            **WHO,
            file=keep(hass, tmp_path, "anna.jpg", photo()),
            person_type="visitor",
            permission_group="visitor",
            valid_until=(now + timedelta(hours=1)).isoformat(),
        ),
    )
    later = now + timedelta(hours=5)
    await update(hass, valid_until=later.isoformat())
    [visit] = async_visits(hass)
    assert visit.visitor.valid_until == later
    assert (await stored(hass))["valid_until"] == later.isoformat()


async def test_visit_that_gets_an_end_is_remembered_from_then_on(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, people: PeopleConfigEntry
) -> None:
    """The visitor was enrolled without one, or elsewhere."""
    box.state.enroll(replace(ANNA, person_type=PersonType.VISITOR))
    await set_up()
    await update(hass, host="小红")
    assert async_visits(hass) == ()
    end = dt_util.utcnow().replace(microsecond=0) + timedelta(hours=1)
    await update(hass, valid_until=end.isoformat())
    [visit] = async_visits(hass)
    assert (visit.visitor.valid_until, visit.visitor.host) == (end, "小红")
    assert visit.enrolled_on == {ENTRY_ID}


async def test_visit_whose_end_may_have_been_taken_is_remembered(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, people: PeopleConfigEntry
) -> None:
    """Nobody else would end it, and the box may let the visitor in for good."""
    box.state.enroll(replace(ANNA, person_type=PersonType.VISITOR))
    await set_up()
    end = dt_util.utcnow().replace(microsecond=0) + timedelta(hours=1)
    with (
        losing_answers(box, *UPDATE_CALLS[box.dialect]),
        pytest.raises(HomeAssistantError) as raised,
    ):
        await update(hass, new_name="Anne", valid_until=end.isoformat())
    assert raised.value.translation_key == "change_no_answer"
    [visit] = async_visits(hass)
    assert (visit.visitor.valid_until, visit.visitor.name) == (end, "Anne")
    assert visit.enrolled_on == {ENTRY_ID}


async def test_visit_whose_end_is_not_taken_for_sure_is_not_remembered(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, people: PeopleConfigEntry
) -> None:
    """Nothing was sent."""
    box.state.enroll(replace(ANNA, person_type=PersonType.VISITOR, name="Anne"))
    await set_up()
    with pytest.raises(HomeAssistantError):
        await update(hass, valid_until="2099-01-01 12:00:00", person_type="visitor")
    assert async_visits(hass) == ()


async def test_visit_that_ends_before_its_beginning_on_the_box_is_remembered(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, people: PeopleConfigEntry
) -> None:
    """The box has the end by then."""
    box.state.enroll(replace(ANNA, person_type=PersonType.VISITOR))
    await set_up()
    now = dt_util.utcnow().replace(microsecond=0)
    end = now + timedelta(hours=1)
    await update(hass, valid_from=(now + timedelta(days=1)).isoformat())
    await update(hass, valid_until=end.isoformat())
    [visit] = async_visits(hass)
    assert (visit.visitor.valid_from, visit.visitor.valid_until) == (end, end)


@pytest.mark.parametrize("made", [PersonType.EMPLOYEE, PersonType.VISITOR])
async def test_visitor_changed_by_somebody_else_is_still_remembered(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    people: PeopleConfigEntry,
    made: PersonType,
) -> None:
    """The web page took the end away, or the type: the user is asked at the end."""
    box.state.enroll(replace(ANNA, person_type=PersonType.VISITOR))
    await set_up()
    end = dt_util.utcnow().replace(microsecond=0) + timedelta(hours=1)
    await update(hass, valid_until=end.isoformat())
    box.state.keep(replace(ANNA, person_type=made))
    await update(hass, telephone="5550100")
    [visit] = async_visits(hass)
    assert visit.visitor.valid_until == end
    await update(hass, person_type="employee", new_name="Anne")
    assert async_visits(hass) == ()


async def test_end_that_nobody_would_keep_is_refused(
    hass: HomeAssistant, box: EmulatedBox, anna: Identity
) -> None:
    """The entry of the followed people remembers visits."""
    with pytest.raises(ServiceValidationError) as raised:
        await update(hass, valid_until="2099-01-01 12:00:00")
    assert raised.value.translation_key == "visit_needs_people"
    assert box.state.find_identity("20001") == anna


@pytest.mark.parametrize("change", [{}, {"person_type": "vip"}])
async def test_times_of_somebody_who_is_no_visitor_are_refused(
    hass: HomeAssistant,
    box: EmulatedBox,
    anna: Identity,
    people: PeopleConfigEntry,
    change: dict[str, object],
) -> None:
    """Home Assistant ends only visits."""
    with pytest.raises(ServiceValidationError) as raised:
        await update(hass, valid_until="2099-01-01 12:00:00", **change)
    assert raised.value.translation_key == "only_of_visitors"
    assert box.state.find_identity("20001") == anna
