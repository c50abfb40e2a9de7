"""Which recognitions are of a followed person."""

import pytest

from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import Identity
from homeassistant.core import HomeAssistant
from tests.integration.helpers import FiredEvents, state_of

from .followed_people import TOM, Boxes, follow, person_of
from .seen_people import ENTITIES, EVENT, SEEN_AT, Changes, attributes, see

pytest_plugins = [
    "tests.integration.entity_fixtures",
    "tests.integration.people.people_fixtures",
]

pytestmark = pytest.mark.usefixtures("every_entity_enabled")


@pytest.mark.parametrize("how", ["empty", "stranger", "automatic", "employee"])
async def test_stranger_is_never_a_followed_person(
    hass: HomeAssistant, boxes: Boxes, tom: str, fired: FiredEvents, how: str
) -> None:
    """A box reports strangers in one of these ways."""
    for box in boxes:
        await see(fired, box, None, stranger=how)
    assert {state_of(hass, entity_id) for entity_id in ENTITIES} == {"unknown"}


async def test_stranger_with_a_followed_id_is_not_the_person(
    hass: HomeAssistant, boxes: Boxes, tom: str, fired: FiredEvents
) -> None:
    """The box did not recognize the face."""
    await see(
        fired, boxes.flat, None, overrides={"identity_id": TOM, "identity_name": "Tom"}
    )
    assert state_of(hass, SEEN_AT) == "unknown"


async def test_namesake_with_another_id_is_not_the_person(
    hass: HomeAssistant, boxes: Boxes, tom: str, fired: FiredEvents
) -> None:
    """The name alone does not count."""
    for box in boxes:
        await see(fired, box, box.state.enroll(Identity("99", "Tom")))
    assert {state_of(hass, entity_id) for entity_id in ENTITIES} == {"unknown"}


async def test_same_id_with_another_name_on_another_box_is_not_the_person(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry, fired: FiredEvents
) -> None:
    """The person was never enrolled on that box."""
    boxes.flat.people.clear()
    await follow(hass, people, "Tom", TOM)
    await see(fired, boxes.nested, person_of(boxes.nested, TOM))
    changes = Changes(hass, *ENTITIES)
    await see(
        fired, boxes.flat, boxes.flat.state.enroll(Identity(TOM, "Somebody Else"))
    )
    assert changes.seen == []
    await see(fired, boxes.nested, person_of(boxes.nested, TOM))
    assert (EVENT, state_of(hass, EVENT)) in changes.seen


async def test_person_is_recognized_by_another_spelling(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry, fired: FiredEvents
) -> None:
    """The id is not in doubt, and the stored name stays."""
    boxes.nested.state.enroll(Identity("77", "Zoë"))
    boxes.flat.people.clear()
    subentry_id = await follow(hass, people, "Zoë", "77")
    stored = dict(people.subentries[subentry_id].data)
    for identity in (
        Identity("77", "Zoe\u0308"),
        Identity("77 ", "ZOË"),
        Identity("77", " Zoë "),
    ):
        before = state_of(hass, "event.zoe_recognition")
        await see(fired, boxes.nested, identity)
        assert state_of(hass, "event.zoe_recognition") != before
    assert dict(people.subentries[subentry_id].data) == stored


@pytest.mark.parametrize("name", ["", "佚名"])
async def test_nameless_person_is_followed_on_the_box_that_had_the_id(
    hass: HomeAssistant,
    boxes: Boxes,
    people: PeopleConfigEntry,
    fired: FiredEvents,
    name: str,
) -> None:
    """A box may report a missing name in several ways."""
    cleaner = boxes.flat.state.enroll(Identity("55", name))
    await follow(hass, people, "Cleaner", "55")
    await see(fired, boxes.nested, boxes.nested.state.enroll(Identity("55", name)))
    assert state_of(hass, "sensor.cleaner_last_location") == "unknown"
    for reported in (name, "", "佚名"):
        before = state_of(hass, "event.cleaner_recognition")
        await see(fired, boxes.flat, cleaner, overrides={"identity_name": reported})
        assert state_of(hass, "event.cleaner_recognition") != before
    assert state_of(hass, "sensor.cleaner_last_location") == "Front door"


async def test_person_is_recognized_by_each_of_several_ids(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry, fired: FiredEvents
) -> None:
    """The boxes have different ids for the person."""
    boxes.nested.state.enroll(Identity("N1", "Zoë"))
    boxes.flat.state.enroll(Identity("F1", "Zoë Maria"))
    await follow(hass, people, "Zoë", "N1", "F1")
    await see(fired, boxes.nested, person_of(boxes.nested, "N1"))
    first = state_of(hass, "event.zoe_recognition")
    await see(fired, boxes.flat, person_of(boxes.flat, "F1"))
    assert state_of(hass, "event.zoe_recognition") != first
    assert attributes(hass, "event.zoe_recognition")["identity_id"] == "F1"
