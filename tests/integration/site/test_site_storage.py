"""The books of a site survive restarts, and go with the site."""

import copy
from datetime import timedelta
from typing import Any

import pytest

from custom_components.se_aibox.site.books import Seen
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import EVENT_HOMEASSISTANT_FINAL_WRITE, HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
from tests.integration.helpers import let_time_pass
from tests.integration.recognition.automation_helpers import FRIEND, GUEST

from .site_helpers import SITE_ENTRY_ID, Office, make_site_entry, site_options

pytest_plugins = [
    "tests.integration.people.people_fixtures",
    "tests.integration.site.site_fixtures",
]

KEY = f"se_aibox.site.{SITE_ENTRY_ID}"
type Storage = dict[str, Any]


def stored(minutes_ago: float = 5, **others: object) -> dict[str, Any]:
    """Return the stored trace of a person who entered."""
    at = (dt_util.utcnow() - timedelta(minutes=minutes_ago)).isoformat()
    return {
        "entry_id": "box",
        "identity_id": "7",
        "identity_name": "Tom",
        "person_type": "employee",
        "device_id": "door",
        "at": at,
        "face_id": None,
        "spans": [["door", at, at]],
        **others,
    }


def storage(data: object, version: int = 1) -> dict[str, Any]:
    """Return the content of a file of Home Assistant's storage."""
    return {"version": version, "minor_version": 1, "key": KEY, "data": data}


async def set_up(hass: HomeAssistant) -> list[str]:
    """Set up a site with a door; return the people inside."""
    entry = make_site_entry(site_options(["door"], ["gate"]))
    await hass.config_entries.async_add(entry)
    assert entry.state is ConfigEntryState.LOADED
    names: list[str] = entry.runtime_data.async_names(9)
    return names


def issues(hass: HomeAssistant) -> list[str]:
    """Return the translation keys of the site's issues."""
    return sorted(
        issue.translation_key or ""
        for issue in ir.async_get(hass).issues.values()
        if issue.issue_id.endswith(SITE_ENTRY_ID)
    )


async def test_people_inside_stay_inside_after_a_reload(
    hass: HomeAssistant, office: Office, hass_storage: Storage
) -> None:
    """Nothing is fired by it."""
    await office.sees(office.entrance, FRIEND)
    await office.sees(office.entrance, GUEST)
    await office.sees(office.exit, FRIEND)
    before = office.site.stays
    for _ in range(3):
        await office.kind()
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    assert office.site.stays == before
    assert office.names == ["Anna"]
    assert not office.passages.unread
    assert hass_storage[KEY]["version"] == 1


async def test_books_are_stored_in_a_moment_and_when_home_assistant_stops(
    hass: HomeAssistant, office: Office, hass_storage: Storage
) -> None:
    """A busy site does not put it off."""
    await office.sees(office.entrance, FRIEND)
    assert KEY not in hass_storage
    let_time_pass(hass, timedelta(seconds=11))
    await hass.async_block_till_done()
    assert len(hass_storage[KEY]["data"]["traces"]) == 1
    await office.sees(office.entrance, GUEST)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    assert len(hass_storage[KEY]["data"]["traces"]) == 2


async def test_people_without_effect_on_the_books_are_not_stored(
    hass: HomeAssistant, office: Office, hass_storage: Storage
) -> None:
    """A day after they left."""
    await office.sees(office.entrance, FRIEND)
    await office.sees(office.exit, FRIEND)
    office.hours_pass(26)
    let_time_pass(hass, timedelta(seconds=11))
    await hass.async_block_till_done()
    assert hass_storage[KEY]["data"] == {"traces": []}


async def test_books_are_deleted_with_the_site(
    hass: HomeAssistant, office: Office, hass_storage: Storage
) -> None:
    """They are personal data. The repairs go, too."""
    await office.sees(office.entrance, FRIEND)
    await office.change(entrances=["gone"])
    assert issues(hass) == ["site_device_gone"]
    await hass.config_entries.async_unload(office.entry.entry_id)
    assert KEY in hass_storage
    await hass.config_entries.async_remove(office.entry.entry_id)
    assert KEY not in hass_storage
    assert issues(hass) == []


async def test_stored_books_are_read(
    hass: HomeAssistant, hass_storage: Storage
) -> None:
    """Without a name, too."""
    unnamed = stored(identity_name=None, identity_id="8")
    hass_storage[KEY] = storage({"traces": [stored(9), unnamed]})
    assert await set_up(hass) == ["Tom", "Unnamed (8)"]
    assert issues(hass) == ["site_device_gone"]


async def test_person_who_was_forgotten_meanwhile_is_not_inside(
    hass: HomeAssistant, hass_storage: Storage
) -> None:
    """Home Assistant was stopped for a night."""
    hass_storage[KEY] = storage({"traces": [stored(16 * 60 + 1)]})
    assert await set_up(hass) == []


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"traces": None},
        {"traces": [None]},
        {"traces": [{}]},
        {"traces": [stored(person_type="robot")]},
        {"traces": [stored(entry_id=None)]},
        {"traces": [stored(identity_id=7)]},
        {"traces": [stored(identity_name=7)]},
        {"traces": [stored(face_id=7)]},
        {"traces": [stored(at="yesterday")]},
        {"traces": [stored(at="2026-11-30T12:00:00")]},
        {"traces": [stored(at=12)]},
        {"traces": [stored(spans=[["door"]])]},
        {"traces": [stored(spans=7)]},
    ],
)
async def test_damaged_books_are_a_repair(
    hass: HomeAssistant, hass_storage: Storage, data: object
) -> None:
    """Counting starts again."""
    hass_storage[KEY] = storage(data)
    assert await set_up(hass) == []
    assert issues(hass) == (
        ["site_device_gone"]
        if data is None
        else ["site_books_lost", "site_device_gone"]
    )


@pytest.mark.parametrize("version", [0, 2])
async def test_books_of_another_version_are_a_repair(
    hass: HomeAssistant, hass_storage: Storage, version: int
) -> None:
    """A newer version of the integration may have written them."""
    hass_storage[KEY] = storage({"traces": [stored()]}, version)
    assert await set_up(hass) == []
    assert issues(hass) == ["site_books_lost", "site_device_gone"]


def test_stored_sighting_has_no_name_in_logs() -> None:
    """Its representation has neither id nor name."""
    seen = copy.copy(
        Seen("box", "7", "Tom", *(None, "door", None))  # type: ignore[arg-type] # only its text matters
    )
    assert "Tom" not in repr(seen)
    assert "'7'" not in repr(seen)
