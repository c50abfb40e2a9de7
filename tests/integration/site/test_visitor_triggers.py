"""The triggers of visitors in real automations."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from custom_components.se_aibox.const import EVENT_RECOVERED
from custom_components.se_aibox.people.following import PeopleConfigEntry
from custom_components.se_aibox.recognition import memory
from custom_components.se_aibox.recognition.events import EVENT_KEYS
from emulator import EmulatedBox, Identity
from emulator.model import PersonType
from homeassistant.core import CoreState, HomeAssistant
from tests.integration.box.recovery_helpers import disconnect
from tests.integration.conftest import ClientGenerator
from tests.integration.helpers import FiredEvents, let_time_pass, until, until_listening
from tests.integration.people.followed_people import ENTRY_IDS
from tests.integration.people.visit_helpers import ANNA_ID, Visits, on
from tests.integration.recognition.automation_helpers import (
    GUEST,
    automate,
    complaint_on_saving,
    ran,
)

from .site_helpers import Office, make_site_entry, site_options

pytest_plugins = [
    "tests.integration.people.people_fixtures",
    "tests.integration.people.visit_fixtures",
    "tests.integration.site.site_fixtures",
]

type Config = dict[str, Any]
STORED = "se_aibox.visitors.01SEAIBOX00000000000PEOPLE"


def arrived(*device_ids: str | None) -> Config:
    """Return the trigger *Visitor arrived*."""
    target = {"device_id": list(device_ids)}
    return {"trigger": "se_aibox.visitor_arrived", "target": target}


def overdue(office: Office) -> Config:
    """Return the trigger *Visitor overdue*."""
    target = {"device_id": office.site.device_id}
    return {"trigger": "se_aibox.visitor_overdue", "target": target}


def anna(box: EmulatedBox) -> Identity:
    """Return the visitor as a box has them enrolled."""
    visitor = on(box)
    assert visitor is not None
    return visitor


async def test_first_sighting_of_a_visitor_runs_it_once(
    hass: HomeAssistant, office: Office, visits: Visits
) -> None:
    """Either box counts. The data have the recognition, the visit and the site."""
    runs = await automate(hass, arrived(office.site.device_id))
    visitor = await visits.enroll()
    await office.sees(office.entrance, GUEST)
    await office.sees(office.entrance, None)
    assert await ran(runs) == []
    await office.sees(office.entrance, anna(office.boxes.nested))
    [payload] = await ran(runs)
    assert set(EVENT_KEYS) <= payload.keys()
    assert payload["identity_id"] == ANNA_ID
    assert payload["identity_name"] == "Anna Smith"
    assert payload["person_type"] == "visitor"
    assert payload["device_id"] == office.entrance
    assert (payload["host"], payload["company"]) == ("Tom", "Acme")
    assert payload["purpose"] == "Interview"
    assert payload["valid_from"] == visitor.valid_from.isoformat()
    assert payload["valid_until"] == visitor.valid_until.isoformat()
    assert payload["site_name"] == "Office"
    assert payload["site_device_id"] == office.site.device_id
    assert payload["site_entry_id"] == office.entry.entry_id
    assert payload["reason"] == "arrived"
    assert payload["media_ids"].keys() == payload["pictures"].keys() >= {"face"}
    assert payload["earlier_sightings"] == []
    assert payload["description"].startswith("visitor Anna Smith arrived at ")
    await office.sees(office.entrance, anna(office.boxes.nested))
    await office.sees(office.room, anna(office.boxes.flat))
    assert await ran(runs) == []


async def test_visitor_who_is_seen_elsewhere_first_has_arrived_there(
    hass: HomeAssistant, office: Office, visits: Visits
) -> None:
    """The trigger of another door does not run later."""
    runs = await automate(hass, arrived(office.entrance))
    await visits.enroll()
    await office.sees(office.room, anna(office.boxes.flat))
    await office.sees(office.entrance, anna(office.boxes.nested))
    assert await ran(runs) == []


async def test_arrival_without_a_site_has_none(
    hass: HomeAssistant, office: Office, visits: Visits
) -> None:
    await hass.config_entries.async_unload(office.entry.entry_id)
    runs = await automate(hass, arrived(office.entrance))
    await visits.enroll(host=None)
    await office.sees(office.entrance, anna(office.boxes.nested))
    [payload] = await ran(runs)
    assert payload["host"] is None
    assert payload["site_entry_id"] is None
    assert payload["site_device_id"] is None
    assert payload["site_name"] is None


async def test_visitor_before_the_beginning_of_the_visit_has_not_arrived(
    hass: HomeAssistant, office: Office, visits: Visits
) -> None:
    runs = await automate(hass, arrived(office.entrance))
    begin = visits.clock.now() + timedelta(hours=1)
    await visits.enroll(hours=2, valid_from=begin)
    await office.sees(office.entrance, anna(office.boxes.nested))
    assert await ran(runs) == []
    # Nor has the same visitor arrived by that, once the visit begins earlier.
    [visit] = visits.all
    assert not visit.has_arrived


@pytest.mark.parametrize(
    "change", [{"name": "Anne Smith"}, {"person_type": PersonType.EMPLOYEE}]
)
async def test_person_with_another_name_or_type_is_not_the_visitor(
    hass: HomeAssistant, office: Office, visits: Visits, change: Config
) -> None:
    runs = await automate(hass, arrived(office.entrance))
    await visits.enroll()
    await office.sees(office.entrance, replace(anna(office.boxes.nested), **change))
    assert await ran(runs) == []


async def test_same_id_on_a_box_without_the_visitor_is_another_person(
    hass: HomeAssistant, office: Office, visits: Visits
) -> None:
    runs = await automate(hass, arrived(office.entrance))
    await visits.enroll(office.boxes.flat)
    await office.sees(office.entrance, anna(office.boxes.flat))
    assert await ran(runs) == []


async def test_recovered_sighting_of_a_visitor_runs_nothing(
    hass: HomeAssistant, office: Office, visits: Visits
) -> None:
    """The visitor arrives when they are seen live."""
    runs = await automate(hass, arrived(office.entrance))
    await visits.enroll()
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    entry = hass.config_entries.async_get_known_entry(ENTRY_IDS["nested"])
    box = office.boxes.nested
    await disconnect(box, entry)
    await box.recognize(box.devices[0], anna(box))
    await box.port("events").open()
    assert (await recovered.next())["identity_id"] == ANNA_ID
    await until_listening(entry)
    await hass.async_block_till_done()
    assert await ran(runs) == []
    await office.sees(office.entrance, anna(box))
    assert len(await ran(runs)) == 1


async def test_visitor_who_arrived_before_a_restart_does_not_arrive_again(
    hass: HomeAssistant,
    office: Office,
    visits: Visits,
    people: PeopleConfigEntry,
    hass_storage: Config,
) -> None:
    """It is stored a moment later, or when the entry is unloaded."""
    runs = await automate(hass, arrived(office.entrance, office.other_entrance))
    await visits.enroll()
    await visits.enroll(office.boxes.flat, identity_id="V200", name="Ben")
    await office.sees(office.entrance, anna(office.boxes.nested))
    let_time_pass(hass, timedelta(seconds=2))
    await hass.async_block_till_done()
    first, second = hass_storage[STORED]["data"]["visits"]
    assert (first["has_arrived"], second["has_arrived"]) == (True, False)
    ben = on(office.boxes.flat, "V200")
    await office.sees(office.other_entrance, ben)
    assert len(await ran(runs)) == 2
    for entry_id in (people.entry_id, *ENTRY_IDS.values(), office.entry.entry_id):
        assert await hass.config_entries.async_reload(entry_id)
    for entry_id in ENTRY_IDS.values():
        entry = hass.config_entries.async_get_known_entry(entry_id)
        await until_listening(entry)
    await office.sees(office.entrance, anna(office.boxes.nested))
    await office.sees(office.other_entrance, ben)
    assert await ran(runs) == []


async def test_visitor_inside_at_the_end_runs_it_once(
    hass: HomeAssistant, office: Office, visits: Visits, people: PeopleConfigEntry
) -> None:
    """Before the visitor is deleted; with the last recognition."""
    runs = await automate(hass, overdue(office))
    visitor = await visits.enroll()
    await office.sees(office.entrance, anna(office.boxes.nested))
    emitted = await office.sees(office.room, anna(office.boxes.flat))
    await office.sees(office.room, GUEST)
    await visits.clock.minute()
    assert await ran(runs) == []
    await visits.end()
    [payload] = await ran(runs)
    assert set(EVENT_KEYS) <= payload.keys()
    assert payload["identity_name"] == "Anna Smith"
    assert payload["device_id"] == office.room
    assert payload["recognition_id"] == emitted.event_id
    assert payload["score"] is not None
    assert (payload["host"], payload["company"]) == ("Tom", "Acme")
    assert payload["purpose"] == "Interview"
    assert payload["valid_until"] == visitor.valid_until.isoformat()
    assert payload["site_name"] == "Office"
    assert payload["site_device_id"] == office.site.device_id
    assert payload["site_entry_id"] == office.entry.entry_id
    assert payload["reason"] == "overdue"
    assert payload["media_ids"].keys() == payload["pictures"].keys() >= {"face"}
    assert payload["description"] == "visitor Anna Smith is overdue in Office"
    assert on(office.boxes.flat) is None
    await visits.clock.minute(3)
    await hass.config_entries.async_reload(office.entry.entry_id)
    await hass.config_entries.async_reload(people.entry_id)
    await visits.clock.minute(3)
    assert await ran(runs) == []


@pytest.mark.parametrize("has_face", [True, False])
async def test_overdue_visitor_after_a_restart_has_the_data_of_the_books(
    hass: HomeAssistant, office: Office, visits: Visits, has_face: bool
) -> None:
    """The score is lost, the face is not."""
    runs = await automate(hass, overdue(office))
    await visits.enroll()
    without = {} if has_face else {"overrides": {"ext_data": {"recognize_face": ""}}}
    emitted = await office.sees(office.entrance, anna(office.boxes.nested), **without)
    hass.data[memory._MEMORY] = memory.SightingMemory(hass.loop.time)
    await visits.end()
    [payload] = await ran(runs)
    assert set(EVENT_KEYS) <= payload.keys()
    assert payload["identity_name"] == "Anna Smith"
    assert payload["person_type"] == "visitor"
    assert payload["matched"] is True
    assert payload["device_id"] == office.entrance
    assert payload["capture_device_name"] == office.boxes.nested.devices[0].name
    assert payload["entity_id"].startswith("event.")
    assert payload["score"] is None
    assert payload["media_ids"] == {}
    assert payload["earlier_sightings"] == []
    if has_face:
        assert payload["pictures"].keys() == {"face"}
        assert payload["recognition_id"] in payload["pictures"]["face"]
    else:
        assert payload["pictures"] == {}
        assert payload["recognition_id"] is None
    assert emitted.identity_id == ANNA_ID


async def test_visitor_who_has_left_is_not_overdue(
    hass: HomeAssistant, office: Office, visits: Visits
) -> None:
    """Nor is another person inside, or a visitor of another site."""
    runs = await automate(hass, overdue(office))
    await visits.enroll()
    await office.sees(office.entrance, anna(office.boxes.nested))
    await office.sees(office.entrance, GUEST)
    await office.sees(office.exit, anna(office.boxes.nested))
    await visits.end()
    assert await ran(runs) == []


async def test_site_that_is_not_in_the_target_runs_nothing(
    hass: HomeAssistant, office: Office, visits: Visits
) -> None:
    """Another site has the visitor inside."""
    other = make_site_entry(
        site_options([office.entrance]), title="Annex", entry_id="01SEAIBOXANNEX"
    )
    await hass.config_entries.async_add(other)
    runs = await automate(hass, overdue(office))
    await visits.enroll()
    await office.sees(office.entrance, anna(office.boxes.nested))
    await office.sees(office.exit, anna(office.boxes.nested))
    assert other.runtime_data.count == 1
    await visits.end()
    assert await ran(runs) == []


async def test_visitor_who_enters_after_the_end_is_overdue(
    hass: HomeAssistant, office: Office, visits: Visits
) -> None:
    """The box failed to delete them."""
    runs = await automate(hass, overdue(office))
    box = office.boxes.nested
    box.state.undeletable.add(ANNA_ID)
    await visits.enroll(box, hours=0.5 / 3600)
    [visit] = visits.all
    await until(lambda: visit.visitor.is_due(visits.clock.now()))
    await visits.clock.settle()
    assert await ran(runs) == []
    await office.sees(office.entrance, anna(box))
    [payload] = await ran(runs)
    assert payload["device_id"] == office.entrance


async def test_overdue_visitor_is_not_reported_before_the_books_are_up_to_date(
    hass: HomeAssistant, office: Office, visits: Visits
) -> None:
    """Perhaps they left while a box was away. Then, they are."""
    runs = await automate(hass, overdue(office))
    await visits.enroll(office.boxes.nested)
    await office.sees(office.entrance, anna(office.boxes.nested))
    box = hass.config_entries.async_get_known_entry(ENTRY_IDS["flat"]).runtime_data
    box.data = replace(box.data, caught_up=False)
    await visits.end()
    assert on(office.boxes.nested) is None
    await visits.clock.minute()
    assert await ran(runs) == []
    box.data = replace(box.data, caught_up=True)
    await visits.clock.minute()
    assert len(await ran(runs)) == 1


async def test_overdue_visitor_is_not_reported_before_automations_listen(
    hass: HomeAssistant, office: Office, visits: Visits
) -> None:
    """They do so once Home Assistant has started."""
    runs = await automate(hass, overdue(office))
    await visits.enroll()
    await office.sees(office.entrance, anna(office.boxes.nested))
    hass.set_state(CoreState.starting)
    await visits.end()
    assert await ran(runs) == []
    hass.set_state(CoreState.running)
    await visits.clock.minute()
    assert len(await ran(runs)) == 1


@pytest.mark.parametrize(
    ("trigger", "complaint"),
    [
        (
            {"trigger": "se_aibox.visitor_arrived", "target": {}},
            "choose at least one box, capture device, person, area, floor or label",
        ),
        (
            {"trigger": "se_aibox.visitor_overdue", "target": {}},
            "choose at least one site, area, floor or label",
        ),
        ({**arrived("x"), "options": {"people": ["Anna"]}}, "people"),
    ],
)
@pytest.mark.usefixtures("office")
async def test_invalid_trigger_of_visitors_is_rejected_with_a_reason(
    hass: HomeAssistant, hass_client: ClientGenerator, trigger: Config, complaint: str
) -> None:
    """The editor shows it."""
    assert complaint in await complaint_on_saving(hass, hass_client, trigger)
