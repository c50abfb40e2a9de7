"""The people that a replaced box knew."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from custom_components.se_aibox.const import EVENT_RECOVERED
from custom_components.se_aibox.people.following import PeopleConfigEntry
from custom_components.se_aibox.people.identity import Identity as FollowedIdentity
from emulator import EmulatedBox, Identity
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from tests.integration.flow.replacement_helpers import new_box, replace_box
from tests.integration.helpers import FiredEvents, state_of
from tests.integration.recognition.automation_helpers import FRIEND
from tests.integration.site.roll_call_helpers import gather_in_the_room, missing, start
from tests.integration.site.site_helpers import Office

from .followed_people import ENTRY_IDS, TOM, Boxes, person_of

pytest_plugins = [
    "tests.integration.people.people_fixtures",
    "tests.integration.site.site_fixtures",
]


@pytest.fixture
async def new() -> AsyncGenerator[EmulatedBox]:
    """Run the box that replaces the one of API 1.x."""
    async with new_box("nested", device_count=2) as box:
        yield box
        assert box.errors == []


def entry_of(hass: HomeAssistant, box: EmulatedBox) -> Any:
    """Return the config entry of a box."""
    return hass.config_entries.async_get_known_entry(ENTRY_IDS[box.dialect])


async def test_followed_person_counts_on_the_new_box_by_id_and_name(
    hass: HomeAssistant,
    boxes: Boxes,
    people: PeopleConfigEntry,
    tom: str,
    new: EmulatedBox,
) -> None:
    """An id without a name may be anyone's there, so it belongs to no one."""
    entry = entry_of(hass, boxes.nested)
    unnamed = FollowedIdentity("10010804", {entry.entry_id: ""})
    hass.config_entries.async_update_subentry(
        people,
        people.subentries[tom],
        data=people.runtime_data.followed[tom].with_identity(unnamed).as_data(),
    )
    await replace_box(hass, entry, new)
    await hass.async_block_till_done()
    kept, left = people.runtime_data.followed[tom].identities.values()
    assert kept.names[entry.entry_id] == "Tom"
    assert entry.entry_id not in left.names
    live = FiredEvents(hass, "se_aibox_recognition")
    await new.recognize(new.devices[0], person_of(new, TOM))
    await live.next()
    await hass.async_block_till_done()
    assert state_of(hass, "sensor.tom_last_location") == "Front door"


def test_identity_with_a_name_is_the_same_person_on_any_box() -> None:
    """Only identities without a name on the box are removed."""
    identity = FollowedIdentity("1", {"a": "", "b": "Tom"})
    assert identity.without_unnamed("b") is identity
    assert identity.without_unnamed("c") is identity
    assert identity.without_unnamed("a") == FollowedIdentity("1", {"b": "Tom"})


async def test_people_inside_stay_and_are_distinct_from_those_of_the_new_box(
    hass: HomeAssistant, office: Office, new: EmulatedBox
) -> None:
    """The new box gives their ids to others."""
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    await gather_in_the_room(office)
    await office.sees(office.entrance, FRIEND)
    await office.kind()
    await start(hass)
    nested = office.boxes.nested
    await replace_box(hass, entry_of(hass, nested), new)
    assert office.names == [FRIEND.name]
    for number, place in enumerate((office.entrance, office.exit)):
        # The devices are those of the old box.
        office._places[place] = (new, number)

    namesake = Identity(FRIEND.identity_id, "Somebody else")
    await office.sees(office.exit, namesake)
    assert office.names == [FRIEND.name]
    assert await missing(hass) == [FRIEND.name]
    await office.sees(office.exit, FRIEND)
    assert await office.kind() == "left"
    assert office.names == []
    assert await missing(hass) == []
    assert recovered.unread == 0


async def test_people_inside_a_site_that_was_not_loaded_are_distinct_later(
    hass: HomeAssistant, office: Office, new: EmulatedBox
) -> None:
    """The site stores ids of the old box, as does its roll call."""
    await gather_in_the_room(office)
    await office.sees(office.entrance, FRIEND)
    await start(hass)
    entries = hass.config_entries
    await entries.async_set_disabled_by(office.entry.entry_id, ConfigEntryDisabler.USER)
    await replace_box(hass, entry_of(hass, office.boxes.nested), new)
    await entries.async_set_disabled_by(office.entry.entry_id, None)
    await hass.async_block_till_done()
    for number, place in enumerate((office.entrance, office.exit)):
        # The devices are those of the old box.
        office._places[place] = (new, number)

    namesake = Identity(FRIEND.identity_id, "Somebody else")
    await office.sees(office.exit, namesake)
    assert office.names == [FRIEND.name]
    assert await missing(hass) == [FRIEND.name]

    # What the new box saw is not retired by the next set-up.
    await office.sees(office.entrance, namesake)
    assert office.names == [FRIEND.name, "Somebody else"]
    await entries.async_reload(office.entry.entry_id)
    await office.sees(office.exit, Identity(FRIEND.identity_id, "Renamed"))
    assert office.names == [FRIEND.name]
    assert await missing(hass) == [FRIEND.name]


async def test_person_whom_another_box_saw_stays_the_same_person(
    hass: HomeAssistant, office: Office, new: EmulatedBox
) -> None:
    """Only the identities of the replaced box change, and there is no roll call."""
    await office.sees(office.other_entrance, FRIEND)
    assert await office.kind() == "entered"
    await replace_box(hass, entry_of(hass, office.boxes.nested), new)
    await office.sees(office.other_entrance, FRIEND)
    assert await office.kind() == "entered_again"
    assert office.names == [FRIEND.name]
    # As after a restart.
    await hass.config_entries.async_reload(office.entry.entry_id)
    await office.sees(office.other_entrance, FRIEND)
    assert await office.kind() == "entered_again"
    assert office.names == [FRIEND.name]
