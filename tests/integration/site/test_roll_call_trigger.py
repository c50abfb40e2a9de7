"""The trigger and the action of roll calls in real automations."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser  # type: ignore[import-untyped]  # It ships no py.typed.

from custom_components.se_aibox.const import EVENT_RECOVERED
from custom_components.se_aibox.people.following import PeopleConfigEntry
from custom_components.se_aibox.recognition.events import EVENT_KEYS
from emulator import Identity
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError, Unauthorized
from tests.integration.actions.action_helpers import act
from tests.integration.box.recovery_helpers import disconnect
from tests.integration.conftest import ClientGenerator
from tests.integration.helpers import FiredEvents, until_listening
from tests.integration.people.followed_people import (
    ENTRY_IDS,
    TOM,
    device_id_of,
    follow,
    person_of,
)
from tests.integration.recognition.automation_helpers import (
    FRIEND,
    GUEST,
    automate,
    ran,
)

from .roll_call_helpers import (
    check,
    gather_in_the_room,
    items,
    let_time_pass,
    missing,
    start,
)
from .site_helpers import Office, make_site_entry, site_options

pytest_plugins = [
    "tests.integration.people.people_fixtures",
    "tests.integration.site.site_fixtures",
]

type Config = dict[str, Any]


async def run_when_complete(hass: HomeAssistant, office: Office) -> FiredEvents:
    """Set up an automation with the trigger; return its runs."""
    trigger = {
        "trigger": "se_aibox.everybody_accounted_for",
        "target": {"device_id": office.site.device_id},
    }
    return await automate(hass, trigger)


async def test_last_person_who_is_seen_runs_it_once(
    hass: HomeAssistant, office: Office
) -> None:
    """With the recognition. All states are written by then."""
    await gather_in_the_room(office)
    runs = await run_when_complete(hass, office)
    await office.sees(office.entrance, FRIEND)
    await office.sees(office.other_entrance, GUEST)
    await start(hass)
    await office.sees(office.exit, FRIEND)
    assert await ran(runs) == []
    await office.sees(office.room, GUEST)
    await office.sees(office.room, GUEST)
    [payload] = await ran(runs)
    assert set(EVENT_KEYS) <= payload.keys()
    assert payload["identity_name"] == "Anna"
    assert payload["device_id"] == office.room
    assert payload["site_name"] == "Office"
    assert payload["site_device_id"] == office.site.device_id
    assert payload["site_entry_id"] == office.entry.entry_id
    assert payload["count_listed"] == 2
    assert payload["reason"] == "seen"
    assert payload["media_ids"].keys() == payload["pictures"].keys()
    assert len(payload["earlier_sightings"]) == 1
    assert payload["description"] == "everybody accounted for at Office"
    roll_call = office.site.roll_calls.current
    assert roll_call is not None
    assert payload["started_at"] == roll_call.started_at.isoformat()


async def test_last_person_who_is_checked_off_by_hand_runs_it(
    hass: HomeAssistant, office: Office
) -> None:
    """No one was seen. It runs again after the check was undone."""
    runs = await run_when_complete(hass, office)
    await office.sees(office.entrance, FRIEND)
    await start(hass)
    await check(hass, "小明")
    await check(hass, "小明")
    [payload] = await ran(runs)
    assert payload["reason"] == "by_hand"
    assert payload["identity_name"] is None
    assert payload["media_ids"] == {}
    assert payload["earlier_sightings"] == []
    await check(hass, "小明", "needs_action")
    assert await ran(runs) == []
    await check(hass, "小明")
    assert len(await ran(runs)) == 1


async def test_start_reload_and_end_of_a_roll_call_run_nothing(
    hass: HomeAssistant, office: Office
) -> None:
    """Nor does an empty one, or one that replaces another."""
    runs = await run_when_complete(hass, office)
    await start(hass)
    assert await missing(hass) == []
    await office.sees(office.entrance, FRIEND)
    await start(hass)
    await office.site.hass.config_entries.async_reload(office.entry.entry_id)
    await hass.async_block_till_done()
    assert await missing(hass) == ["小明"]
    office.hours_pass(7 * 24)
    await start(hass)
    assert await missing(hass) == []
    assert await ran(runs) == []


async def test_recovered_last_person_runs_nothing(
    hass: HomeAssistant, office: Office
) -> None:
    """The roll call is complete anyway."""
    runs = await run_when_complete(hass, office)
    await office.sees(office.entrance, FRIEND)
    await start(hass)
    box = office.boxes.nested
    entry = hass.config_entries.async_get_known_entry(ENTRY_IDS[box.dialect])
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    await disconnect(box, entry)
    await box.recognize(box.devices[1], FRIEND)
    await box.port("events").open()
    await recovered.next()
    await until_listening(entry)
    assert await missing(hass) == []
    assert await ran(runs) == []


async def test_other_site_does_not_run_it(hass: HomeAssistant, office: Office) -> None:
    """Each site has a list of its own."""
    other = make_site_entry(
        site_options([office.entrance], [office.exit]), "Campus", "01OTHERSITE"
    )
    await hass.config_entries.async_add(other)
    await hass.async_block_till_done()
    runs = await run_when_complete(hass, office)
    await office.sees(office.entrance, FRIEND)
    await act(
        hass, "start_roll_call", {}, target={"device_id": other.runtime_data.device_id}
    )
    await let_time_pass()
    await office.sees(office.exit, FRIEND)
    roll_call = other.runtime_data.roll_calls.current
    assert roll_call is not None
    assert not roll_call.unaccounted
    assert await ran(runs) == []
    assert office.site.roll_calls.current is None


async def test_action_returns_the_people_on_the_list(
    hass: HomeAssistant,
    office: Office,
    people: PeopleConfigEntry,
    hass_client: ClientGenerator,
) -> None:
    """With the uid of the item and the face."""
    tom = await follow(hass, people, "Tom", TOM)
    await office.sees(office.entrance, person_of(office.boxes.nested, TOM))
    await office.sees(office.other_entrance, Identity("4711", ""))
    response = await act(
        hass, "start_roll_call", {}, target={"device_id": office.site.device_id}
    )
    [site] = response["sites"]
    roll_call = office.site.roll_calls.current
    assert roll_call is not None
    listed = site.pop("people")
    assert site == {
        "site_entry_id": office.entry.entry_id,
        "site_device_id": office.site.device_id,
        "site_name": "Office",
        "started_at": roll_call.started_at.isoformat(),
        "up_to_date": True,
    }
    assert [(each["name"], each["uid"]) for each in listed] == [
        (item["summary"], item["uid"]) for item in await items(hass)
    ]
    assert [each["name"] for each in listed] == ["Tom", "Unnamed (4711)"]
    assert listed[0]["followed_device_ids"] == [device_id_of(hass, tom)]
    assert listed[0]["inside_since"] == listed[0]["last_seen"]
    client = await hass_client()
    for each in listed:
        answer = await client.get(each["picture"])
        assert answer.status == 200
        assert answer.content_type == "image/jpeg"


@pytest.mark.parametrize("why", ["no face", "unloaded", "pictures off"])
async def test_face_that_may_not_be_shown_is_left_out(
    hass: HomeAssistant, office: Office, why: str
) -> None:
    """The person is on the list anyway."""
    pictures = {"include_pictures": False} if why == "no face" else {}
    await office.sees(office.entrance, FRIEND, **pictures)
    if why == "unloaded":
        await hass.config_entries.async_unload(ENTRY_IDS["nested"])
    elif why == "pictures off":
        await hass.services.async_call(
            "switch",
            "turn_off",
            target={"entity_id": "switch.old_box_pictures"},
            blocking=True,
        )
    response = await act(
        hass, "start_roll_call", {}, target={"device_id": office.site.device_id}
    )
    [person] = response["sites"][0]["people"]
    assert person["picture"] is None
    assert person["name"] == "小明"


async def test_action_without_a_response_starts_it_too(
    hass: HomeAssistant, office: Office
) -> None:
    """At each targeted site; one without any is refused."""
    await office.sees(office.entrance, FRIEND)
    for target, is_site in ((office.exit, False), (office.site.device_id, True)):
        call = hass.services.async_call(
            "se_aibox", "start_roll_call", target={"device_id": target}, blocking=True
        )
        if is_site:
            await call
        else:
            with pytest.raises(ServiceValidationError):
                await call
    assert await missing(hass) == ["小明"]


async def test_action_needs_an_administrator(
    hass: HomeAssistant, office: Office, hass_read_only_user: MockUser
) -> None:
    """Others have the button, if they may control it."""
    with pytest.raises(Unauthorized):
        await act(
            hass,
            "start_roll_call",
            {},
            target={"device_id": office.site.device_id},
            user=hass_read_only_user,
        )
    assert office.site.roll_calls.current is None
