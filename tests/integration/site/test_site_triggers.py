"""The triggers of sites in real automations."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from custom_components.se_aibox.const import EVENT_RECOVERED
from custom_components.se_aibox.recognition.events import EVENT_KEYS
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr
from homeassistant.setup import async_setup_component
from tests.integration.box.recovery_helpers import disconnect
from tests.integration.conftest import ClientGenerator, WebSocketGenerator
from tests.integration.helpers import FiredEvents, until, until_listening
from tests.integration.people.followed_people import ENTRY_IDS, TOM, person_of
from tests.integration.recognition.automation_helpers import (
    CHIEF,
    FRIEND,
    GUEST,
    automate,
    complaint_on_saving,
    not_triggered,
    ran,
    recognized,
)

from .site_helpers import Office, make_site_entry, site_options

pytest_plugins = [
    "tests.integration.people.people_fixtures",
    "tests.integration.site.site_fixtures",
]

TRIGGERS = ("person_entered", "person_left", "site_occupied", "site_emptied")
NOTICED = ["person_left", "site_emptied"]
type Config = dict[str, Any]


def trigger(office: Office, kind: str, **options: object) -> Config:
    """Return a trigger of the site."""
    return {
        "trigger": f"se_aibox.{kind}",
        "id": kind,
        "target": {"device_id": office.site.device_id},
        **({"options": options} if options else {}),
    }


async def run_by_all(hass: HomeAssistant, office: Office) -> FiredEvents:
    """Set up an automation with each trigger; return its runs."""
    return await automate(hass, [trigger(office, kind) for kind in TRIGGERS])


async def ids(runs: FiredEvents) -> list[str]:
    """Return the ids of the triggers that ran since the last call."""
    return [each["id"] for each in await ran(runs)]


async def test_first_and_last_person_run_both_triggers(
    hass: HomeAssistant, office: Office
) -> None:
    """The second one runs one."""
    runs = await run_by_all(hass, office)
    await office.sees(office.entrance, FRIEND)
    assert sorted(await ids(runs)) == ["person_entered", "site_occupied"]
    await office.sees(office.other_entrance, GUEST)
    assert await ids(runs) == ["person_entered"]
    await office.sees(office.entrance, GUEST)
    await office.sees(office.room, GUEST)
    assert await ids(runs) == []
    await office.sees(office.exit, FRIEND)
    assert await ids(runs) == ["person_left"]
    await office.sees(office.exit, GUEST)
    assert sorted(await ids(runs)) == NOTICED
    await office.sees(office.exit, GUEST)
    assert await ids(runs) == []


@pytest.mark.parametrize(
    ("kind", "place", "reason", "description"),
    [
        ("person_entered", "entrance", "entered", "小明 entered Office at "),
        ("site_occupied", "entrance", "entered", "小明 entered Office at "),
        ("person_left", "exit", "left", "小明 left Office at "),
        ("site_emptied", "exit", "left", "小明 left Office at "),
    ],
)
async def test_payload_has_everything(
    hass: HomeAssistant,
    office: Office,
    kind: str,
    place: str,
    reason: str,
    description: str,
) -> None:
    """The recognition, the site, the count and the reason."""
    runs = await automate(hass, trigger(office, kind))
    await office.sees(office.entrance, FRIEND)
    if place == "exit":
        await office.sees(office.exit, FRIEND)
    [payload] = await ran(runs)
    assert set(EVENT_KEYS) <= payload.keys()
    assert payload["identity_name"] == "小明"
    assert payload["device_id"] == getattr(office, place)
    assert payload["site_name"] == "Office"
    assert payload["site_device_id"] == office.site.device_id
    assert payload["site_entry_id"] == office.entry.entry_id
    assert payload["count_inside"] == int(place == "entrance")
    assert payload["reason"] == payload["kind"] == reason
    assert payload["media_ids"].keys() == payload["pictures"].keys()
    assert len(payload["earlier_sightings"]) == int(place == "exit")
    assert payload["description"].startswith(description)


@pytest.mark.parametrize(
    ("options", "runs_for"),
    [
        ({"people": [FRIEND.identity_id]}, ["小明"]),
        ({"people": ["anna"]}, ["Anna"]),
        ({"person_types": ["visitor", "vip"]}, ["Anna", "Ms. Wu"]),
        ({}, ["小明", "Anna", "Ms. Wu"]),
    ],
)
@pytest.mark.parametrize("kind", ["person_entered", "person_left"])
async def test_trigger_may_be_about_some_people(
    hass: HomeAssistant, office: Office, kind: str, options: Config, runs_for: list[str]
) -> None:
    """People are given by id, name or type; without options, all count."""
    runs = await automate(hass, trigger(office, kind, **options))
    for identity in (FRIEND, GUEST, CHIEF):
        await office.sees(office.entrance, identity)
        await office.sees(office.exit, identity)
    assert [each["identity_name"] for each in await ran(runs)] == runs_for


async def test_other_site_does_not_run_it(hass: HomeAssistant, office: Office) -> None:
    """An area means the sites in it."""
    other = make_site_entry(
        site_options([office.entrance], [office.exit]), "Campus", "01OTHERSITE"
    )
    await hass.config_entries.async_add(other)
    await hass.async_block_till_done()
    registry = dr.async_get(hass)
    area = ar.async_get(hass).async_create("Outside")
    device_id = other.runtime_data.device_id
    assert device_id is not None
    registry.async_update_device(device_id, area_id=area.id)
    runs = await automate(
        hass,
        [
            {"trigger": "se_aibox.site_occupied", "target": {"area_id": area.id}},
            {
                "trigger": "se_aibox.site_emptied",
                "target": {"entity_id": "binary_sensor.office_occupied"},
            },
        ],
    )
    await office.sees(office.entrance, FRIEND)
    await office.sees(office.exit, FRIEND)
    assert [(each["site_name"], each["reason"]) for each in await ran(runs)] == [
        ("Campus", "entered"),
        ("Office", "left"),
    ]


async def test_recovery_runs_nothing(hass: HomeAssistant, office: Office) -> None:
    """The last one left while the box was disconnected."""
    await office.sees(office.entrance, FRIEND)
    runs = await run_by_all(hass, office)
    box = office.boxes.nested
    entry = hass.config_entries.async_get_known_entry(ENTRY_IDS[box.dialect])
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    await disconnect(box, entry)
    await box.recognize(box.devices[1], FRIEND)
    await box.port("events").open()
    await recovered.next()
    await until_listening(entry)
    assert office.site.count == 0
    assert await ids(runs) == []


async def test_recovery_before_a_live_exit_counts(
    hass: HomeAssistant, office: Office
) -> None:
    """A person came in unnoticed, so the site is not empty."""
    await office.sees(office.entrance, FRIEND)
    box = office.boxes.flat
    entry = hass.config_entries.async_get_known_entry(ENTRY_IDS[box.dialect])
    await disconnect(box, entry)
    await box.recognize(box.devices[0], GUEST)
    await box.port("events").open()
    await until(lambda: office.site.count == 2)
    runs = await run_by_all(hass, office)
    await office.sees(office.exit, FRIEND)
    assert await ids(runs) == ["person_left"]


async def test_reload_of_the_site_or_a_box_runs_nothing(
    hass: HomeAssistant, office: Office
) -> None:
    """The automation goes on with the next passage."""
    await office.sees(office.entrance, FRIEND)
    runs = await run_by_all(hass, office)
    for entry_id in (office.entry.entry_id, *ENTRY_IDS.values()):
        assert await hass.config_entries.async_reload(entry_id)
        await hass.async_block_till_done()
    await until(office.may_be_trusted)
    for entry_id in ENTRY_IDS.values():
        await until_listening(hass.config_entries.async_get_known_entry(entry_id))
    assert await ids(runs) == []
    await office.sees(office.exit, FRIEND)
    assert sorted(await ids(runs)) == NOTICED


@pytest.mark.parametrize("options", [{}, {"emptied_when_forgotten": True}])
async def test_forgotten_person_empties_a_site_only_with_the_option(
    hass: HomeAssistant, office: Office, options: Config
) -> None:
    """Sixteen hours without a face are a normal night."""
    runs = await run_by_all(hass, office)
    await office.sees(office.entrance, FRIEND)
    await office.sees(office.entrance, GUEST)
    assert len(await ids(runs)) == 3
    office.hours_pass(17)
    await hass.async_block_till_done()
    payloads = await ran(runs)
    if not options:
        assert payloads == []
        return
    [payload] = payloads
    assert payload["id"] == "site_emptied"
    assert payload["reason"] == "forgotten"
    assert payload["kind"] == "left_unseen"
    assert payload["count_inside"] == 0
    assert payload["identity_name"] is None
    assert payload["media_ids"] == {}
    assert payload["earlier_sightings"] == []
    assert payload["description"] == "somebody left Office unseen"


@pytest.mark.parametrize("options", [{"emptied_when_forgotten": True}])
async def test_forgotten_person_does_not_empty_a_site_where_others_stay(
    hass: HomeAssistant, office: Office
) -> None:
    """Only one was not seen for long."""
    await office.sees(office.entrance, FRIEND)
    await office.change(forget_after=1)
    runs = await run_by_all(hass, office)
    site = office.site
    [stay] = site.stays
    await office.sees(office.entrance, GUEST)
    assert len(await ids(runs)) == 1
    [_, other] = site.stays
    site._handle_minute(stay.last_seen + site.options.rules.forget_after)
    await hass.async_block_till_done()
    assert site.stays == [other]
    assert await ids(runs) == []


@pytest.mark.parametrize("missing", ["unloaded", "not recovered", "times off"])
async def test_site_is_neither_occupied_nor_emptied_before_its_books_are_up_to_date(
    hass: HomeAssistant,
    office: Office,
    missing: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """More people may be inside. A person who is seen has entered and left, though."""
    runs = await run_by_all(hass, office)
    entry = hass.config_entries.async_get_known_entry(ENTRY_IDS["flat"])
    box = entry.runtime_data
    if missing == "unloaded":
        await hass.config_entries.async_unload(entry.entry_id)
    elif missing == "not recovered":
        box.data = replace(box.data, caught_up=False)
    else:
        raised: Callable[[object], bool] = lambda fault: fault == "times_off"  # noqa: E731
        monkeypatch.setattr(box.issues, "is_raised", raised)
    await office.sees(office.entrance, FRIEND)
    await office.sees(office.exit, FRIEND)
    assert await ids(runs) == ["person_entered", "person_left"]


async def test_site_as_a_target_of_recognitions_means_its_capture_devices(
    hass: HomeAssistant, office: Office
) -> None:
    """The editor offers it by its event entity."""
    runs = await automate(hass, recognized({"device_id": [office.site.device_id]}))
    await office.sees(office.room, person_of(office.boxes.flat, TOM))
    [payload] = await ran(runs)
    assert payload["device_id"] == office.room


async def test_site_in_a_targeted_area_does_not_mean_its_capture_devices(
    hass: HomeAssistant, office: Office
) -> None:
    """They may be elsewhere."""
    area = ar.async_get(hass).async_create("Inside")
    device_id = office.site.device_id
    assert device_id is not None
    dr.async_get(hass).async_update_device(device_id, area_id=area.id)
    runs = await automate(hass, recognized({"area_id": [area.id]}))
    await office.sees(office.room, FRIEND)
    assert await ran(runs) == []


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        ({"target": {}}, "choose at least one site, area, floor or label"),
        ({"options": {"people": [7]}}, "put ids into quotes"),
        ({"options": {"person_types": ["stranger"]}}, "strangers are not recognized"),
        ({"options": {"at_most_every": "00:01:00"}}, "at_most_every"),
    ],
)
async def test_invalid_trigger_is_rejected_with_a_reason(
    hass: HomeAssistant,
    office: Office,
    hass_client: ClientGenerator,
    broken: Config,
    complaint: str,
) -> None:
    """The editor shows it."""
    config = {**trigger(office, "person_entered"), **broken}
    assert complaint in await complaint_on_saving(hass, hass_client, config)


async def test_editor_offers_sites_by_one_entity(
    hass: HomeAssistant, office: Office, hass_ws_client: WebSocketGenerator
) -> None:
    """No box and no capture device is offered."""
    assert await async_setup_component(hass, "automation", {})
    client = await hass_ws_client()
    ours = {f"se_aibox.{kind}" for kind in (*TRIGGERS, "everybody_accounted_for")}
    offering = {}
    for entity_id in hass.states.async_entity_ids():
        target = {"entity_id": [entity_id]}
        await client.send_json_auto_id(
            {"type": "get_triggers_for_target", "target": target}
        )
        offered = ours.intersection((await client.receive_json())["result"])
        if offered:
            offering[entity_id] = offered
    assert offering == {"binary_sensor.office_occupied": ours}


@pytest.mark.parametrize("kind", ["site_occupied", "site_emptied"])
async def test_trace_has_the_reason_that_the_books_are_outdated(
    hass: HomeAssistant,
    office: Office,
    kind: str,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """It explains why the alarm was not armed."""
    await automate(hass, trigger(office, kind))
    await hass.config_entries.async_unload(ENTRY_IDS["flat"])
    await office.sees(office.entrance, FRIEND)
    await office.sees(office.exit, FRIEND)
    result = await not_triggered(hass_ws_client)
    assert result["reason"] == "not_up_to_date"
    assert result["data"] == {"site_name": "Office"}


async def test_trigger_that_is_tried_in_the_editor_does_not_report(
    hass: HomeAssistant, office: Office, hass_ws_client: WebSocketGenerator
) -> None:
    """It has no trace."""
    assert await async_setup_component(hass, "automation", {})
    client = await hass_ws_client()
    tried = trigger(office, "site_emptied")
    await client.send_json_auto_id({"type": "subscribe_trigger", "trigger": tried})
    assert (await client.receive_json())["success"]
    entry_id = ENTRY_IDS["flat"]
    await hass.config_entries.async_unload(entry_id)
    await office.sees(office.entrance, FRIEND)
    await office.sees(office.exit, FRIEND)
    await hass.config_entries.async_setup(entry_id)
    await until(office.may_be_trusted)
    await office.sees(office.entrance, GUEST)
    await office.sees(office.exit, GUEST)
    fired = (await client.receive_json())["event"]["variables"]["trigger"]
    assert fired["identity_name"] == "Anna"
