"""Repair issues of followed ids that no box knew."""

from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import Identity
from homeassistant.core import HomeAssistant
from tests.integration.box.repairs_helpers import Repairs, issues
from tests.integration.helpers import FiredEvents

from .followed_people import Boxes, follow, offered, reconfigure, submit
from .seen_people import fires

pytest_plugins = ["tests.integration.people.people_fixtures"]

GUEST = "event.guest_recognition"


async def test_unknown_id_fires_only_after_confirmation_and_on_that_box(
    hass: HomeAssistant,
    boxes: Boxes,
    people: PeopleConfigEntry,
    fired: FiredEvents,
    repairs: Repairs,
) -> None:
    """The issue asks about the first name recognized."""
    await follow(hass, people, "Guest", "guest-77")
    boxes.nested.state.enroll(Identity("guest-77", "Anna"))
    boxes.flat.state.enroll(Identity("guest-77", "Bob"))
    for _ in range(2):
        assert not await fires(hass, boxes.nested, fired, "guest-77", GUEST)
        assert not await fires(hass, boxes.flat, fired, "guest-77", GUEST)
    [issue] = issues(hass)
    assert issue.translation_key == "identity_unconfirmed"
    assert issue.translation_placeholders == {
        "person": "Guest",
        "identity_id": "guest-77",
        "old_name": "–",
        "new_name": "Anna",
        "box": "Old box",
        "person_markdown": "Guest",
        "identity_id_markdown": r"guest\-77",
        "old_name_markdown": "–",
        "new_name_markdown": "Anna",
        "box_markdown": "Old box",
    }
    assert "guest-77" not in issue.issue_id
    menu = await repairs.open(issue)
    assert menu["menu_options"] == ["same_person", "stop_following"]
    await repairs.choose(menu, "same_person")
    await hass.async_block_till_done()
    assert issues(hass) == []
    assert await fires(hass, boxes.nested, fired, "guest-77", GUEST)
    assert not await fires(hass, boxes.flat, fired, "guest-77", GUEST)
    assert issues(hass) == []


async def test_rejected_unknown_id_can_be_chosen_by_its_name(
    hass: HomeAssistant,
    boxes: Boxes,
    people: PeopleConfigEntry,
    fired: FiredEvents,
    repairs: Repairs,
) -> None:
    """It then counts on the chosen box only."""
    guest = await follow(hass, people, "Guest", "77")
    boxes.nested.state.enroll(Identity("77", "Anna"))
    assert not await fires(hass, boxes.nested, fired, "77", GUEST)
    [issue] = issues(hass)
    await repairs.choose(await repairs.open(issue), "stop_following")
    await hass.async_block_till_done()
    assert issues(hass) == []
    assert people.subentries[guest].data["identities"] == []

    boxes.flat.state.enroll(Identity("77", "Bob"))
    form = await reconfigure(hass, people, guest, "search")
    form = await submit(hass, form, {"identity_ids": ["77"]})
    choice = offered(form)["Bob · 77 · Employee · New box"]
    await submit(hass, form, {"identities": [choice]})
    await hass.async_block_till_done()
    assert await fires(hass, boxes.flat, fired, "77", GUEST)
    assert not await fires(hass, boxes.nested, fired, "77", GUEST)
    assert issues(hass) == []
