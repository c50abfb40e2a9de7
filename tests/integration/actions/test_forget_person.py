"""Forgetting a person, on all boxes and in Home Assistant."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from custom_components.se_aibox.people.following import PeopleConfigEntry
from custom_components.se_aibox.people.visitors import async_visits
from custom_components.se_aibox.recognition.memory import async_get_memory
from emulator import CannedAnswer, EmulatedBox, EmulatedSe3, Identity
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er, restore_state
from homeassistant.util import dt as dt_util
from tests.emulator.pictures import photo
from tests.integration.box.recovery_helpers import disconnect
from tests.integration.conftest import Look, SetUp
from tests.integration.helpers import FiredEvents, until
from tests.integration.people.followed_people import (
    ENTRY_IDS,
    TOM,
    Boxes,
    follow,
    person_of,
)
from tests.integration.people.seen_people import ENTITIES
from tests.integration.se3.se3_helpers import add, make_se3_entry
from tests.integration.site.roll_call_helpers import missing, start
from tests.integration.site.site_helpers import SITE_ENTRY_ID, Office

from .action_helpers import act, keep, of_boxes, of_title

pytest_plugins = [
    "tests.integration.people.people_fixtures",
    "tests.integration.se3.se3_fixtures",
    "tests.integration.site.site_fixtures",
]


def who(box: EmulatedBox, identity_id: str = TOM) -> dict[str, object]:
    """Return the id and the name of somebody."""
    identity = person_of(box, identity_id)
    return {"identity_id": identity_id, "name": identity.name}


@pytest.fixture
async def visitor(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry, tmp_path: Path
) -> dict[str, str]:
    """Enroll a visitor on both boxes; return the id and the name."""
    anna = {"identity_id": "20001", "name": "Anna"}
    data = of_boxes(
        boxes,
        **anna,
        person_type="visitor",
        permission_group="visitor",
        valid_until=(dt_util.utcnow() + timedelta(hours=1)).isoformat(),
        file=keep(hass, tmp_path, "anna.jpg", photo()),
    )
    await act(hass, "enroll_person", data)
    return anna


async def forget(hass: HomeAssistant, **data: object) -> dict[str, Any]:
    """Forget somebody, and return the response."""
    return await act(hass, "forget_person", data)


async def test_person_is_deleted_from_every_box_that_has_the_id_by_this_name(
    hass: HomeAssistant, boxes: Boxes
) -> None:
    """Where it belongs to somebody else, nothing is deleted."""
    wanted = who(boxes.nested)
    other = replace(person_of(boxes.flat, TOM), name="Somebody else")
    boxes.flat.state.keep(other)
    response = await forget(hass, **wanted)
    old, new = (of_title(response, title) for title in ("Old box", "New box"))
    assert (old["ok"], old["deleted"]) == (True, True)
    assert (new["ok"], new["deleted"]) == (True, False)
    assert boxes.nested.state.find_identity(TOM) is None
    assert boxes.flat.state.find_identity(TOM) == other


async def test_followed_person_is_removed_with_device_and_entities(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry, tom: str
) -> None:
    """Nothing would be restored, either."""
    response = await forget(hass, **who(boxes.nested))
    assert response["erased"]["followed_people"] == 1
    assert response["erased"]["still_followed"] == 0
    assert tom not in people.subentries
    await hass.async_block_till_done()
    assert not [each for each in ENTITIES if er.async_get(hass).async_get(each)]
    stored = restore_state.async_get(hass).last_states
    assert not [each for each in stored if ".tom_" in each]


async def test_followed_person_with_other_ids_keeps_those(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    other = next(one for one in boxes.flat.people if one.identity_id != TOM)
    subentry_id = await follow(hass, people, "Tom", TOM, other.identity_id)
    response = await forget(hass, **who(boxes.nested))
    assert response["erased"]["followed_people"] == 0
    assert response["erased"]["still_followed"] == 1
    [identity] = people.subentries[subentry_id].data["identities"]
    assert identity["identity_id"] == other.identity_id


async def test_followed_namesake_of_another_id_stays(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry, tom: str
) -> None:
    for box in boxes:
        box.state.enroll(replace(person_of(box, TOM), identity_id="99"))
    await forget(hass, **who(boxes.nested, "99"))
    assert tom in people.subentries


async def test_followed_person_is_removed_while_their_entry_is_not_loaded(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry, tom: str
) -> None:
    """They are stored in the entry, and have no states."""
    await hass.config_entries.async_unload(people.entry_id)
    response = await forget(hass, **who(boxes.nested))
    assert response["erased"]["followed_people"] == 1
    assert tom not in people.subentries


async def test_recognitions_and_pictures_are_erased_but_not_those_of_others(
    hass: HomeAssistant, boxes: Boxes, fired: FiredEvents, look: Look
) -> None:
    paths: dict[str, str] = {}
    other = next(one for one in boxes.flat.people if one.identity_id != TOM)
    for identity in (person_of(boxes.flat, TOM), other):
        await boxes.flat.recognize(boxes.flat.devices[0], identity)
        event = await fired.next()
        paths[identity.identity_id] = event["pictures"]["face"]
        await look(event["pictures"]["face"])
    response = await forget(hass, **who(boxes.flat))
    assert response["erased"]["recognitions"] == 1
    assert response["erased"]["pictures"] >= 1
    sightings = async_get_memory(hass).async_all()
    [left] = [each.recognition.identity_id for each in sightings]
    assert left == other.identity_id
    held = hass.config_entries.async_get_known_entry(
        ENTRY_IDS["flat"]
    ).runtime_data.pictures
    kept = paths[other.identity_id].split("/")[-2]
    assert held.kinds_held(kept)
    assert not held.kinds_held(paths[TOM].split("/")[-2])


async def test_picture_that_is_being_fetched_is_not_shown_any_more(
    hass: HomeAssistant, boxes: Boxes, fired: FiredEvents, look: Look
) -> None:
    """The box takes its time to send it."""
    # Where the scene of a recognition is looked up.
    path = "/sophon/v2/face/getevent"
    boxes.flat.state.delays[path] = 3600
    tom = person_of(boxes.flat, TOM)
    await boxes.flat.recognize(boxes.flat.devices[0], tom)
    scene = (await fired.next())["pictures"]["scene"]
    entry = hass.config_entries.async_get_known_entry(ENTRY_IDS["flat"])
    looking = asyncio.ensure_future(look(scene))
    await until(lambda: any(each.path == path for each in boxes.flat.requests))
    await forget(hass, **who(boxes.flat))
    assert (await looking).status == HTTPStatus.NOT_FOUND
    assert entry.runtime_data.pictures.held == 0


async def test_earlier_sightings_of_a_forgotten_person_do_not_count(
    hass: HomeAssistant, boxes: Boxes, fired: FiredEvents
) -> None:
    """Also if somebody is enrolled under the id again."""
    memory = async_get_memory(hass)
    tom = person_of(boxes.flat, TOM)
    for _ in range(2):
        await boxes.flat.recognize(boxes.flat.devices[0], tom)
        await fired.next()
    assert memory.async_earlier(memory.async_all()[-1]).count == 1
    await forget(hass, **who(boxes.flat))
    boxes.flat.state.enroll(tom)
    await boxes.flat.recognize(boxes.flat.devices[0], tom)
    await fired.next()
    assert memory.async_earlier(memory.async_all()[-1]).count == 0


async def test_books_and_roll_call_of_a_site_no_longer_have_the_person(
    hass: HomeAssistant, boxes: Boxes, office: Office
) -> None:
    """Nobody leaves by that: nothing is delivered."""
    tom, other = (person_of(boxes.nested, TOM), boxes.nested.people[1])
    for identity in (tom, other):
        await office.sees(office.entrance, identity)
        await office.passages.next()
    await start(hass)
    assert len(await missing(hass)) == 2
    response = await forget(hass, **who(boxes.nested))
    assert response["erased"]["sites"] == 1
    await hass.async_block_till_done()
    assert office.names == [other.name]
    assert await missing(hass) == [other.name]
    assert not office.passages.unread


async def test_person_who_is_only_on_the_roll_call_is_taken_off(
    hass: HomeAssistant, boxes: Boxes, office: Office
) -> None:
    """The books forgot them by now."""
    tom = person_of(boxes.nested, TOM)
    await office.sees(office.entrance, tom)
    await start(hass)
    office.hours_pass(48)
    response = await forget(hass, **who(boxes.nested))
    assert response["erased"]["sites"] == 1
    assert await missing(hass) == []


async def test_person_who_is_on_no_roll_call_leaves_it_as_it_is(
    hass: HomeAssistant, boxes: Boxes, office: Office
) -> None:
    tom, other = (person_of(boxes.nested, TOM), boxes.nested.people[1])
    await office.sees(office.entrance, other)
    await start(hass)
    await office.sees(office.entrance, tom)
    response = await forget(hass, **who(boxes.nested))
    assert response["erased"]["sites"] == 1
    assert await missing(hass) == [other.name]


async def test_site_that_is_not_loaded_is_named_among_what_stays(
    hass: HomeAssistant, boxes: Boxes, office: Office
) -> None:
    await hass.config_entries.async_unload(SITE_ENTRY_ID)
    response = await forget(hass, **who(boxes.nested))
    assert response["kept"][-1].endswith("Office.")
    assert len(response["kept"]) == 4


async def test_visit_is_forgotten(
    hass: HomeAssistant, boxes: Boxes, visitor: dict[str, str]
) -> None:
    assert async_visits(hass)
    # Someone deleted the visitor in the web page of one box.
    boxes.nested.people.remove(person_of(boxes.nested, visitor["identity_id"]))
    response = await forget(hass, **visitor)
    assert response["erased"]["visits"] == 1
    assert async_visits(hass) == ()


async def test_visit_is_still_ended_on_a_box_that_does_not_answer(
    hass: HomeAssistant, boxes: Boxes, visitor: dict[str, str]
) -> None:
    await boxes.nested.port("rest").close()
    response = await forget(hass, **visitor)
    assert "Old box did not answer" in of_title(response, "Old box")["error"]
    assert of_title(response, "New box")["deleted"]
    [visit] = async_visits(hass)
    assert visit.open_on == {ENTRY_IDS["nested"]}


async def test_visit_is_still_ended_on_a_box_that_lost_the_call(
    hass: HomeAssistant, boxes: Boxes, visitor: dict[str, str]
) -> None:
    """It speaks the other dialect: nobody knows whether it has the visitor."""
    boxes.nested.answer_instead["*"] = CannedAnswer(404, b"<html>404</html>")
    response = await forget(hass, **visitor)
    boxes.nested.answer_instead.clear()
    assert not of_title(response, "Old box")["ok"]
    assert of_title(response, "New box")["deleted"]
    [visit] = async_visits(hass)
    assert visit.open_on == {ENTRY_IDS["nested"]}


@pytest.mark.parametrize("action", ["forget_person", "delete_person"])
async def test_visit_is_still_ended_on_a_box_without_a_confirmed_identity(
    hass: HomeAssistant,
    boxes: Boxes,
    visitor: dict[str, str],
    action: str,
) -> None:
    """Another box may answer at its address."""
    entry = hass.config_entries.async_get_known_entry(ENTRY_IDS["nested"])
    await disconnect(boxes.nested, entry)
    data = of_boxes(boxes, **visitor) if action == "delete_person" else visitor
    response = await act(hass, action, data)
    assert of_title(response, "New box")["ok"]
    assert of_title(response, "Old box")["ok"] is (action == "delete_person")
    [visit] = async_visits(hass)
    assert visit.open_on == {ENTRY_IDS["nested"]}


async def test_failure_on_a_box_is_an_error_if_nobody_reads_the_response(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry, tom: str
) -> None:
    """What Home Assistant remembers is erased all the same."""
    data = who(boxes.nested)
    await boxes.nested.port("rest").close()
    with pytest.raises(HomeAssistantError) as raised:
        await hass.services.async_call("se_aibox", "forget_person", data, blocking=True)
    assert str(raised.value).startswith("Done on New box, but not on all boxes.")
    assert boxes.flat.state.find_identity(TOM) is None
    assert tom not in people.subentries


async def test_refusal_of_a_box_is_a_failure_of_that_box(
    hass: HomeAssistant, boxes: Boxes
) -> None:
    boxes.flat.state.undeletable.add(TOM)
    response = await forget(hass, **who(boxes.nested))
    assert of_title(response, "Old box")["deleted"]
    failed = of_title(response, "New box")
    assert (failed["ok"], "deleted" in failed) == (False, False)


async def test_unknown_person_is_refused(hass: HomeAssistant, boxes: Boxes) -> None:
    """A typing error must not look like success."""
    with pytest.raises(ServiceValidationError) as raised:
        await forget(hass, identity_id=TOM, name="Nobody")
    assert raised.value.translation_key == "nobody_to_forget"
    for box in boxes:
        assert box.state.find_identity(TOM) is not None


async def test_response_lists_data_that_cannot_be_erased(
    hass: HomeAssistant, boxes: Boxes
) -> None:
    kept = (await forget(hass, **who(boxes.nested)))["kept"]
    assert len(kept) == 3
    assert kept[0].startswith("The boxes keep their own records")


async def test_pushes_of_an_se3_are_forgotten_and_the_box_is_named(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, fired: FiredEvents
) -> None:
    """It has no call to delete anybody."""
    await add(hass, make_se3_entry(se3))
    for identity in se3.people[:2]:
        await se3.recognize(se3.devices[0], identity)
        await fired.next()
    tom = se3.people[0]
    response = await forget(hass, identity_id=tom.identity_id, name=tom.name)
    [box] = response["boxes"]
    assert not box["ok"]
    # The push, and the sighting.
    assert response["erased"]["recognitions"] == 2
    entry = hass.config_entries.async_get_known_entry(box["config_entry_id"])
    left = [seen.identity_id for seen in entry.runtime_data.history._pushes]
    assert left == [se3.people[1].identity_id]


async def test_person_without_a_name_is_forgotten_where_the_box_had_them(
    hass: HomeAssistant, boxes: Boxes, fired: FiredEvents
) -> None:
    """On another box, the id without a name may be somebody else."""
    nobody = Identity("77", "佚名")
    for box in boxes:
        box.state.enroll(nobody)
        await box.recognize(box.devices[0], nobody)
        await fired.next()
    boxes.flat.state.keep(replace(nobody, name="Tim"))
    response = await forget(hass, identity_id="77", name="")
    assert response["erased"]["recognitions"] == 1
    [left] = async_get_memory(hass).async_all()
    assert left.entry_id == ENTRY_IDS["flat"]


async def test_person_is_refused_while_photos_may_not_leave_a_1x_box(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    await set_up({"pictures": ["captured"]})
    tom = box.people[0]
    data = {"identity_id": tom.identity_id, "name": tom.name}
    response = await forget(hass, **data)
    assert response["boxes"][0]["ok"] is (box.dialect == "flat")
    assert (box.state.find_identity(tom.identity_id) is None) is (box.dialect == "flat")
