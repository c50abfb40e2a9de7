"""A followed person as a tracker, beside a phone, of a real person."""

from typing import Any

import pytest

from custom_components.se_aibox.const import EVENT_RECOVERED
from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import Identity
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from tests.integration.box.recovery_helpers import disconnect
from tests.integration.helpers import FiredEvents, restore, state_of, until_listening
from tests.integration.people.followed_people import (
    ENTRY_IDS,
    TOM,
    device_id_of,
    follow,
    person_of,
)
from tests.integration.recognition.automation_helpers import GUEST

from .site_helpers import SITE_ENTRY_ID, Office, make_site_entry, site_options

pytest_plugins = [
    "tests.integration.entity_fixtures",
    "tests.integration.people.people_fixtures",
    "tests.integration.site.site_fixtures",
]

TRACKER = "device_tracker.tom_presence"
PHONE = "device_tracker.phone"
PERSON = "person.tom"


@pytest.fixture
async def household(hass: HomeAssistant) -> None:
    """Set up zones, and a person with a phone and the tracker."""
    assert await async_setup_component(hass, "zone", {})
    person = {"id": "tom", "name": "Tom", "device_trackers": [PHONE, TRACKER]}
    other = {"id": "wang", "name": "Wang", "device_trackers": [PHONE]}
    assert await async_setup_component(hass, "person", {"person": [other, person]})
    hass.states.async_set(
        "zone.campus",
        "0",
        {"radius": 10, "latitude": 1, "longitude": 1, "friendly_name": "Campus"},
    )


@pytest.fixture
async def tom(
    hass: HomeAssistant,
    household: None,
    every_entity_enabled: None,
    office: Office,
    people: PeopleConfigEntry,
) -> Identity:
    """Follow Tom, with a tracker."""
    await follow(hass, people, "Tom", TOM)
    return person_of(office.boxes.nested, TOM)


def phone_says(hass: HomeAssistant, state: str) -> None:
    """Let the phone report where it is."""
    hass.states.async_set(
        PHONE,
        state,
        {"source_type": "gps", "tracking_type": "position", "in_zones": []},
        force_update=True,
    )


def states(hass: HomeAssistant) -> tuple[str, str]:
    """Return where the tracker and the person are."""
    return state_of(hass, TRACKER), state_of(hass, PERSON)


def zones(hass: HomeAssistant) -> list[str]:
    """Return the zones that the tracker is in."""
    state = hass.states.get(TRACKER)
    assert state is not None
    in_zones: list[str] = state.attributes["in_zones"]
    return in_zones


async def miss(hass: HomeAssistant, office: Office, number: int, who: Identity) -> None:
    """Let the first box recover that a person passed a capture device."""
    box = office.boxes.nested
    entry = hass.config_entries.async_get_known_entry(ENTRY_IDS[box.dialect])
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    await disconnect(box, entry)
    await box.recognize(box.devices[number], who)
    await box.port("events").open()
    await recovered.next()
    await until_listening(entry)
    await hass.async_block_till_done()


async def test_tracker_is_off_by_default(
    hass: HomeAssistant, people: PeopleConfigEntry, office: Office
) -> None:
    """A face is weaker than a phone."""
    await follow(hass, people, "Tom", TOM)
    entity = er.async_get(hass).async_get(TRACKER)
    assert entity is not None
    assert entity.disabled_by is er.RegistryEntryDisabler.INTEGRATION


async def test_person_is_home_inside_and_away_after_an_exit(
    hass: HomeAssistant, office: Office, tom: Identity
) -> None:
    """By whichever box; others do not count."""
    assert states(hass) == ("unknown", "unknown")
    phone_says(hass, "not_home")
    await office.sees(office.other_entrance, GUEST)
    assert states(hass) == ("unknown", "not_home")
    await office.sees(office.other_entrance, person_of(office.boxes.flat, TOM))
    assert states(hass) == ("home", "home")
    assert zones(hass) == ["zone.home"]
    await office.sees(office.exit, tom)
    assert states(hass) == ("not_home", "not_home")
    assert zones(hass) == []


async def test_person_is_in_the_zone_of_the_site(
    hass: HomeAssistant, office: Office, tom: Identity
) -> None:
    """Another zone applies at once."""
    await office.change(zone="zone.campus")
    await office.sees(office.entrance, tom)
    assert states(hass) == ("Campus", "Campus")
    assert zones(hass) == ["zone.campus"]
    await office.change(zone=None)
    assert states(hass) == ("home", "home")


async def test_person_who_is_forgotten_is_unknown(
    hass: HomeAssistant, office: Office, tom: Identity
) -> None:
    """The phone counts again."""
    phone_says(hass, "not_home")
    await office.sees(office.entrance, tom)
    assert states(hass) == ("home", "home")
    office.hours_pass(17)
    await hass.async_block_till_done()
    assert states(hass) == ("unknown", "not_home")


async def test_recovered_entrance_sets_no_one_to_home(
    hass: HomeAssistant, office: Office, tom: Identity
) -> None:
    """The next live one does."""
    phone_says(hass, "not_home")
    await miss(hass, office, 0, tom)
    assert office.names == ["Tom"]
    assert states(hass) == ("unknown", "not_home")
    await office.sees(office.entrance, tom)
    assert await office.kind() == "entered_again"
    assert states(hass) == ("home", "home")


async def test_recovered_exit_turns_a_person_away(
    hass: HomeAssistant, office: Office, tom: Identity
) -> None:
    """The person left while the box was disconnected."""
    await office.sees(office.entrance, tom)
    assert states(hass) == ("home", "home")
    await miss(hass, office, 1, tom)
    assert states(hass) == ("not_home", "not_home")


async def test_old_face_does_not_beat_a_phone(
    hass: HomeAssistant, office: Office, tom: Identity
) -> None:
    """Neither a reload nor another write makes it newer; a new face does."""
    await office.sees(office.entrance, tom)
    phone_says(hass, "not_home")
    assert states(hass) == ("home", "not_home")
    await office.sees(office.room, tom)
    await office.sees(office.other_entrance, GUEST)
    box = hass.config_entries.async_get_known_entry(ENTRY_IDS["nested"]).runtime_data
    await box.async_allow_pictures(False)
    await hass.async_block_till_done()
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    await hass.async_block_till_done()
    assert states(hass) == ("home", "not_home")
    await office.sees(office.entrance, tom)
    assert states(hass) == ("home", "home")


@pytest.mark.parametrize("phone_is_newer", [False, True])
async def test_reload_keeps_the_state_unless_a_phone_is_newer(
    hass: HomeAssistant,
    office: Office,
    people: PeopleConfigEntry,
    tom: Identity,
    phone_is_newer: bool,
) -> None:
    """Else the old face would be written after the phone."""
    phone_says(hass, "not_home")
    await office.sees(office.entrance, tom)
    if phone_is_newer:
        phone_says(hass, "not_home")
    assert await hass.config_entries.async_reload(people.entry_id)
    await hass.async_block_till_done()
    expected = ("unknown", "not_home") if phone_is_newer else ("home", "home")
    assert states(hass) == expected


async def follow_before_the_site(
    hass: HomeAssistant, people: PeopleConfigEntry
) -> None:
    """Follow Tom without a box; the site is not set up yet."""
    site: Any = make_site_entry(site_options())
    site.add_to_hass(hass)
    await follow(hass, people, "Tom", TOM)


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ({"sites": [SITE_ENTRY_ID], "at": "2026-10-30T09:00:00+00:00"}, "home"),
        ({"sites": [], "is_away": True, "at": "2026-10-30T09:00:00+00:00"}, "not_home"),
        ({"sites": ["gone"], "at": "2026-10-30T09:00:00+00:00"}, "unknown"),
        ({"sites": None, "at": "2026-10-30T09:00:00+00:00"}, "unknown"),
        ({"sites": [SITE_ENTRY_ID], "at": "yesterday"}, "unknown"),
        ({}, "unknown"),
    ],
)
async def test_restart_restores_only_the_stored_location(
    hass: HomeAssistant,
    household: None,
    every_entity_enabled: None,
    people: PeopleConfigEntry,
    stored: dict[str, Any],
    expected: str,
) -> None:
    """A removed site and damaged data do not count."""
    await restore(hass, (State(TRACKER, "home"), stored))
    await follow_before_the_site(hass, people)
    assert state_of(hass, TRACKER) == expected


async def test_person_in_two_sites_is_away_after_leaving_both(
    hass: HomeAssistant, office: Office, tom: Identity
) -> None:
    """An office on a campus."""
    campus = make_site_entry(
        site_options([office.entrance], [office.room], zone="zone.campus"),
        "Campus",
        "01CAMPUS",
    )
    await hass.config_entries.async_add(campus)
    await office.change(inside=[])
    await office.sees(office.entrance, tom)
    assert zones(hass) == ["zone.campus", "zone.home"]
    await office.sees(office.exit, tom)
    assert zones(hass) == ["zone.campus"]
    await office.sees(office.room, tom)
    assert states(hass)[0] == "not_home"


@pytest.mark.parametrize("how", ["removed", "disabled"])
async def test_site_that_is_gone_leaves_a_person_unknown(
    hass: HomeAssistant, office: Office, tom: Identity, how: str
) -> None:
    """At the next change of another site."""
    other = make_site_entry(site_options([office.entrance]), "Campus", "01CAMPUS")
    await hass.config_entries.async_add(other)
    await office.change(entrances=[office.other_entrance])
    await office.sees(office.entrance, tom)
    assert states(hass)[0] == "home"
    if how == "removed":
        await hass.config_entries.async_remove("01CAMPUS")
    else:
        await hass.config_entries.async_set_disabled_by(
            "01CAMPUS", ConfigEntryDisabler.USER
        )
    await office.sees(office.room, GUEST)
    assert states(hass)[0] == "unknown"


async def test_person_whose_device_is_disabled_is_silent(
    hass: HomeAssistant, office: Office, people: PeopleConfigEntry, tom: Identity
) -> None:
    """They are no longer followed, as far as Home Assistant shows."""
    [subentry_id] = people.subentries
    await office.sees(office.entrance, tom)
    dr.async_get(hass).async_update_device(
        device_id_of(hass, subentry_id), disabled_by=dr.DeviceEntryDisabler.USER
    )
    await hass.async_block_till_done()
    await office.sees(office.entrance, tom)
    state = hass.states.get(TRACKER)
    assert state is None or state.state in ("unknown", "unavailable")
