"""A site counts the people who pass, and fires events."""

from datetime import timedelta
from typing import Any

import pytest

from custom_components.se_aibox.const import EVENT_RECOVERED
from custom_components.se_aibox.diagnostics import async_get_config_entry_diagnostics
from custom_components.se_aibox.recognition.events import EVENT_KEYS, event_data
from custom_components.se_aibox.recognition.sighting import SIGNAL_LIVE, Sighting
from emulator import Identity
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.util import dt as dt_util
from tests.integration.box.recovery_helpers import disconnect
from tests.integration.helpers import FiredEvents, until, until_listening
from tests.integration.people.followed_people import ENTRY_IDS, TOM, follow, person_of
from tests.integration.recognition.automation_helpers import CULPRIT, FRIEND, GUEST

from .site_helpers import Office

pytest_plugins = [
    "tests.integration.people.people_fixtures",
    "tests.integration.site.site_fixtures",
]


async def test_people_enter_by_one_box_and_leave_by_another(
    hass: HomeAssistant, office: Office
) -> None:
    """Each passage is an event with the count after it."""
    await office.sees(office.entrance, FRIEND)
    await office.sees(office.other_entrance, GUEST)
    await office.sees(office.room, GUEST)
    await office.sees(office.other_entrance, FRIEND)
    assert office.names == ["小明", "Anna"]
    await office.sees(office.exit, FRIEND)
    await office.sees(office.exit, FRIEND)
    assert office.names == ["Anna"]
    seen = [await office.passages.next() for _ in range(4)]
    assert [(each["kind"], each["count_inside"]) for each in seen] == [
        ("entered", 1),
        ("entered", 2),
        ("entered_again", 2),
        ("left", 1),
    ]
    assert not office.passages.unread
    device = dr.async_get(hass).async_get(
        office.site.device_id or "", include_child_devices=False
    )
    assert device is not None
    assert device.model_id == "site"
    for each in seen:
        assert each["site_entry_id"] == office.entry.entry_id
        assert each["site_device_id"] == device.id
        assert each["site_name"] == "Office"
        assert set(EVENT_KEYS) < each.keys()
    assert seen[0]["identity_name"] == "小明"
    assert seen[0]["device_id"] == office.entrance


async def test_event_has_the_keys_of_a_recognition(
    hass: HomeAssistant, office: Office
) -> None:
    """All of them, in order."""
    sightings: list[Sighting] = []

    @callback
    def _keep(sighting: Sighting) -> None:
        sightings.append(sighting)

    async_dispatcher_connect(hass, SIGNAL_LIVE, _keep)
    await office.sees(office.entrance, FRIEND)
    assert tuple(event_data(sightings[0])) == EVENT_KEYS


@pytest.mark.parametrize("identity", [None, CULPRIT])
async def test_stranger_and_blocklisted_person_do_not_count(
    office: Office, identity: Identity | None
) -> None:
    """Strangers cannot be distinguished."""
    await office.sees(office.entrance, identity)
    assert office.names == []
    assert not office.passages.unread


async def test_person_seen_only_inside_has_entered(office: Office) -> None:
    """They came in unseen."""
    await office.sees(office.room, FRIEND)
    assert await office.kind() == "entered"
    assert office.site.count == 1


async def test_person_on_both_boxes_is_counted_once(office: Office) -> None:
    """Both have one name for the id."""
    tom = person_of(office.boxes.nested, TOM)
    await office.sees(office.entrance, tom)
    await office.sees(office.other_entrance, person_of(office.boxes.flat, TOM))
    assert office.site.count == 1
    await office.sees(office.exit, tom)
    assert office.site.count == 0


async def test_unnamed_person_is_shown_by_id(office: Office) -> None:
    """A box may know no name."""
    await office.sees(office.entrance, Identity("4711", ""))
    assert office.names == ["Unnamed (4711)"]


async def test_follower_of_several_ids_makes_them_one_person(
    hass: HomeAssistant, office: Office, people: Any
) -> None:
    """Also if they are inside already, and until the people are unloaded."""
    tom = person_of(office.boxes.nested, TOM)
    other = next(each for each in office.boxes.flat.people if each.identity_id != TOM)
    await office.sees(office.entrance, tom)
    await office.sees(office.other_entrance, other)
    assert office.site.count == 2
    await follow(hass, people, "Tom", TOM, other.identity_id)
    await office.sees(office.entrance, tom)
    await hass.async_block_till_done()
    assert office.site.count == 1
    await hass.config_entries.async_unload(people.entry_id)
    assert office.site.count == 2


async def test_recovered_passage_moves_the_books_and_fires_nothing(
    hass: HomeAssistant, office: Office
) -> None:
    """It happened while the box was disconnected."""
    box = office.boxes.nested
    entry = hass.config_entries.async_get_known_entry(ENTRY_IDS[box.dialect])
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    await office.sees(office.other_entrance, FRIEND)
    assert await office.kind() == "entered"
    await disconnect(box, entry)
    await box.recognize(box.devices[0], GUEST)
    await box.recognize(box.devices[1], FRIEND)
    await box.port("events").open()
    for _ in range(2):
        await recovered.next()
    await until_listening(entry)
    assert office.names == ["Anna"]
    assert not office.passages.unread


async def test_forgotten_person_left_unseen(office: Office) -> None:
    """When and where is unknown: the keys of the recognition are null."""
    await office.sees(office.entrance, FRIEND)
    await office.sees(office.entrance, GUEST)
    for _ in range(2):
        await office.kind()
    office.hours_pass(17)
    seen = [await office.passages.next() for _ in range(2)]
    assert [each["count_inside"] for each in seen] == [1, 0]
    for each in seen:
        assert each["kind"] == "left_unseen"
        assert each["site_name"] == "Office"
        assert {each[key] for key in EVENT_KEYS} == {None}
    assert office.site.count == 0


async def test_person_forgotten_before_the_recovery_fires_no_passage(
    hass: HomeAssistant, office: Office
) -> None:
    """Perhaps the person was seen meanwhile."""
    await office.sees(office.entrance, FRIEND)
    assert await office.kind() == "entered"
    await hass.config_entries.async_unload(ENTRY_IDS["flat"])
    assert not office.may_be_trusted()
    office.hours_pass(17)
    assert office.site.count == 0
    assert not office.passages.unread


async def test_changed_options_apply_without_a_reload(office: Office) -> None:
    """No one is missed meanwhile, and known sightings count by the new lists."""
    site = office.site
    await office.sees(office.entrance, FRIEND)
    await office.sees(office.exit, FRIEND)
    assert site.count == 0
    await office.change(
        entrances=[office.exit], exits=[office.entrance], person_types=["employee"]
    )
    assert office.site is site
    assert site.count == 1
    await office.sees(office.exit, GUEST)
    assert site.count == 1


async def test_changed_name_renames_the_device(
    hass: HomeAssistant, office: Office
) -> None:
    """The next passage has it, too."""
    hass.config_entries.async_update_entry(office.entry, title="Campus")
    await hass.async_block_till_done()
    device = dr.async_get(hass).async_get(office.site.device_id or "")
    assert device is not None
    assert device.name == "Campus"
    await office.sees(office.entrance, FRIEND)
    assert (await office.passages.next())["site_name"] == "Campus"


async def test_site_is_up_to_date_once_each_box_recovered(
    hass: HomeAssistant, office: Office
) -> None:
    """A box that is not loaded may have seen a person."""
    assert office.may_be_trusted()
    entry_id = ENTRY_IDS["nested"]
    await hass.config_entries.async_unload(entry_id)
    assert not office.may_be_trusted()
    await hass.config_entries.async_setup(entry_id)
    await until(office.may_be_trusted)
    await office.change(entrances=[], exits=[], inside=[])
    assert not office.may_be_trusted()


async def diagnostics(hass: HomeAssistant, office: Office) -> dict[str, Any]:
    """Return the diagnostics of the site."""
    # They are typed for the entries of boxes, as Home Assistant's rules want it.
    entry: Any = office.entry
    return await async_get_config_entry_diagnostics(hass, entry)


async def test_diagnostics_have_counts_and_no_names(
    hass: HomeAssistant, office: Office
) -> None:
    """They have whether the books are up to date."""
    await office.sees(office.entrance, FRIEND)
    shown = await diagnostics(hass, office)
    assert shown["site"] == {"inside": 1, "up_to_date": True}
    assert shown["entry"]["options"] == {
        "entrances": 2,
        "exits": 1,
        "inside": 1,
        "assembly_points": 0,
        "person_types": ["employee", "visitor", "vip"],
        "forget_after": 16,
        "emptied_when_forgotten": False,
        "day_begins_at": "00:00:00",
    }
    assert "小明" not in str(shown)
    await hass.config_entries.async_unload(office.entry.entry_id)
    shown = await diagnostics(hass, office)
    assert "site" not in shown


@pytest.mark.parametrize("minutes", [-60, 60])
async def test_clock_error_of_an_hour_on_one_box_moves_no_one(
    hass: HomeAssistant, office: Office, minutes: int
) -> None:
    """The error is measured: a person who enters there leaves by the other box."""
    box = office.boxes.flat
    entry = hass.config_entries.async_get_known_entry(ENTRY_IDS[box.dialect])
    box.state.clock_offset = minutes * 60.0
    await hass.config_entries.async_reload(entry.entry_id)
    await until_listening(entry)
    await office.sees(office.other_entrance, FRIEND)
    assert await office.kind() == "entered"
    [stay] = office.site.stays
    assert abs(stay.since - dt_util.utcnow()) < timedelta(minutes=1)
    await office.sees(office.exit, FRIEND)
    assert await office.kind() == "left"
    assert office.site.count == 0
