"""A box that only pushes: added, heard, kept and removed."""

from datetime import timedelta
import time
from typing import Any

import pytest

from custom_components.se_aibox import async_remove_config_entry_device
from custom_components.se_aibox.aibox import se3 as client_se3
from custom_components.se_aibox.const import DOMAIN
from custom_components.se_aibox.devices import async_registered_capture_devices
from emulator import EmulatedSe3
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.setup import async_setup_component

from .conftest import Look
from .helpers import ENTRY_ID, Heard, let_time_pass, our_tasks, state_becomes, until
from .se3_helpers import WEBHOOK_ID, add, find, make_se3, make_se3_entry

pytest_plugins = ["tests.integration.se3_fixtures"]


@pytest.mark.parametrize("content_type", ["json", "form-data"])
async def test_pushes_are_heard(
    hass: HomeAssistant,
    se3: EmulatedSe3,
    base: str,
    heard: Heard,
    look: Look,
    content_type: str,
) -> None:
    """A push makes its capture device, states, an event and pictures like any other box's."""
    await add(hass, make_se3_entry(se3))
    assert se3.content_type == "json"
    se3.content_type = "form-data" if content_type == "form-data" else "json"
    device = se3.devices[0]
    emitted = await se3.recognize(device, se3.people[1])
    event = await heard.next()
    assert event["capture_device_id"] == device.ip
    assert event["identity_name"] == "小明"
    assert event["matched"] is True
    assert event["score"] == pytest.approx(emitted.message["score"])
    assert set(event["pictures"]) == {"face", "scene", "reference"}
    for path in event["pictures"].values():
        assert (await look(path)).status == 200
    [registered] = [
        entry
        for entry in er.async_get(hass).entities.values()
        if entry.unique_id == f"{se3.serial_number}_{device.ip}_last_person"
        and entry.domain == "sensor"
    ]
    await state_becomes(hass, registered.entity_id, "小明")
    assert [delivery.status for delivery in se3.deliveries] == [200]


async def test_answers_before_it_works(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, heard: Heard
) -> None:
    """Whatever an automation blocks, the box has its answer within its half second."""
    await add(hass, make_se3_entry(se3))

    @callback
    def _block(_: Event) -> None:
        # The whole event loop, as the worst of listeners would.
        time.sleep(0.7)

    hass.bus.async_listen("se_aibox_recognition", _block)
    await se3.recognize(se3.devices[0], se3.people[0])
    await heard.next()
    [delivery] = se3.deliveries
    assert delivery.outcome == "answered"


async def test_unloads(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, heard: Heard
) -> None:
    """Nothing is left of an unloaded entry, and the box still knows where to push for the next time."""
    entry = await add(hass, make_se3_entry(se3))
    urls = list(se3.event_server_urls)
    await se3.recognize(se3.devices[0], se3.people[0])
    await heard.next()
    unrecorded = entry.runtime_data.unrecorded
    assert len(list(unrecorded)) == 1
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert our_tasks() == set()
    assert list(unrecorded) == []
    assert se3.event_server_urls == urls == [f"{base}/api/webhook/{WEBHOOK_ID}"]
    assert hass.data["webhook"] == {}


async def test_devices_are_kept(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, heard: Heard
) -> None:
    """Capture devices appear as they speak, are back after a reload, and go for good once deleted."""
    entry = await add(hass, make_se3_entry(se3))
    assert async_registered_capture_devices(hass, entry) == {}
    first, second = se3.devices
    for device in (first, second):
        await se3.recognize(device, se3.people[0])
        await heard.next()
    assert set(async_registered_capture_devices(hass, entry)) == {first.ip, second.ip}

    assert await hass.config_entries.async_reload(entry.entry_id)
    assert set(entry.runtime_data.data.chosen) == {first.ip, second.ip}
    state = hass.states.get(_last_person(hass, se3, first.ip))
    assert state is not None
    assert state.state == "Tom"

    registered = async_registered_capture_devices(hass, entry)[first.ip]
    assert await async_remove_config_entry_device(hass, entry, registered)
    await entry.runtime_data.async_refresh()
    assert set(async_registered_capture_devices(hass, entry)) == {second.ip}

    await se3.recognize(first, se3.people[0])
    assert (await heard.next())["capture_device_id"] == first.ip


def _last_person(hass: HomeAssistant, se3: EmulatedSe3, address: str) -> str:
    unique_id = f"{se3.serial_number}_{address}_last_person"
    entity_id = er.async_get(hass).async_get_entity_id("sensor", DOMAIN, unique_id)
    assert entity_id is not None
    return entity_id


async def test_ignored_devices_stay_silent(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, heard: Heard
) -> None:
    """Who was left out in the options makes nothing, and can still be chosen again."""
    ignored, wanted = se3.devices
    entry = await add(
        hass, make_se3_entry(se3, options={"ignored_capture_devices": [ignored.ip]})
    )
    await se3.recognize(ignored, se3.people[0])
    await se3.recognize(wanted, se3.people[0])
    assert (await heard.next())["capture_device_id"] == wanted.ip
    assert heard.unread == 0
    assert set(async_registered_capture_devices(hass, entry)) == {wanted.ip}
    assert set(entry.runtime_data.data.listed) == {ignored.ip, wanted.ip}


async def test_names_and_readings_that_some_have(
    hass: HomeAssistant, base: str, heard: Heard
) -> None:
    """What such a box does tell is used: names of capture devices, some health; the rest makes no entity."""
    async with make_se3(
        lists_devices=True, system_calls=("deviceSN", "hardwareInfo", "temperature")
    ) as se3:
        result = await find(hass, se3)
        assert result["step_id"] == "pushes"
        await add(hass, make_se3_entry(se3))
        await se3.recognize(se3.devices[0], se3.people[0])
        assert (await heard.next())["capture_device_name"] == se3.devices[0].name
    registry = er.async_get(hass)
    keys = {
        entry.unique_id.removeprefix(f"{se3.serial_number}_")
        for entry in registry.entities.values()
        if se3.devices[0].ip not in entry.unique_id
    }
    assert keys == {
        "board_temperature",
        "connection",
        "core_temperature",
        "pictures",
    }
    assert not [
        entry for entry in registry.entities.values() if entry.domain == "button"
    ]


async def test_waits_for_the_box(
    hass: HomeAssistant, se3: EmulatedSe3, base: str
) -> None:
    """A box that cannot be reached is tried again."""
    await se3.stop_rest_port()
    entry = make_se3_entry(se3)
    await hass.config_entries.async_add(entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "cannot_connect"
    await se3.start_rest_port()
    assert await hass.config_entries.async_reload(entry.entry_id)


async def test_connection(
    hass: HomeAssistant,
    se3: EmulatedSe3,
    base: str,
    heard: Heard,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The connection is off once the box does not answer, and on when it does, or pushes."""
    monkeypatch.setattr(client_se3, "_CHECK_SECONDS", 0.02)
    await add(hass, make_se3_entry(se3))
    connection = er.async_get(hass).async_get_entity_id(
        "binary_sensor", DOMAIN, f"{se3.serial_number}_connection"
    )
    assert connection is not None
    await state_becomes(hass, connection, "on")
    await se3.stop_rest_port()
    await state_becomes(hass, connection, "off")
    await se3.start_rest_port()
    await state_becomes(hass, connection, "on")

    await se3.stop_rest_port()
    await state_becomes(hass, connection, "off")
    states: list[str] = []

    @callback
    def _take(event: Event[EventStateChangedData]) -> None:
        if (new_state := event.data["new_state"]) is not None:
            states.append(new_state.state)

    async_track_state_change_event(hass, connection, _take)
    await se3.recognize(se3.devices[0], se3.people[0])
    await heard.next()
    assert states[0] == "on"


async def test_triggers(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, heard: Heard
) -> None:
    """An automation on a capture device of such a box runs once per push."""
    await add(hass, make_se3_entry(se3))
    await se3.recognize(se3.devices[0], se3.people[0])
    await heard.next()
    await hass.async_block_till_done()
    runs: list[Event] = []
    hass.bus.async_listen("door_opens", runs.append)
    assert await async_setup_component(
        hass,
        "automation",
        {
            "automation": {
                "triggers": {
                    "trigger": "se_aibox.person_recognized",
                    "target": {
                        "entity_id": er.async_get(hass).async_get_entity_id(
                            "event",
                            DOMAIN,
                            f"{se3.serial_number}_{se3.devices[0].ip}_recognition",
                        )
                    },
                    "options": {"people": ["小明"]},
                },
                "actions": {"event": "door_opens"},
            }
        },
    )
    await hass.async_block_till_done()
    for person in se3.people[:2]:
        await se3.recognize(se3.devices[0], person)
        await heard.next()
    await hass.async_block_till_done()
    assert len(runs) == 1


@pytest.mark.parametrize("has_call", [True, False])
async def test_never_pushed(
    hass: HomeAssistant,
    base: str,
    heard: Heard,
    hass_storage: dict[str, Any],
    has_call: bool,
) -> None:
    """Silence from the first day on is said with the URL; a push ends it, for this URL and for ever."""
    issue_id = f"never_pushed_{ENTRY_ID}"
    issues = ir.async_get(hass)
    async with make_se3(has_event_server_call=has_call) as se3:
        entry = await add(hass, make_se3_entry(se3))
        ours = f"{base}/api/webhook/{WEBHOOK_ID}"
        assert issues.async_get_issue(DOMAIN, issue_id) is None
        let_time_pass(hass, timedelta(hours=24, minutes=1))
        await hass.async_block_till_done()
        issue = issues.async_get_issue(DOMAIN, issue_id)
        assert issue is not None
        assert issue.translation_placeholders is not None
        assert issue.translation_placeholders["url"] == ours

        se3.event_server_urls = [ours]
        await se3.recognize(se3.devices[0], se3.people[0])
        await heard.next()
        assert issues.async_get_issue(DOMAIN, issue_id) is None
        await until(lambda: f"{DOMAIN}.se3.{ENTRY_ID}" in hass_storage)

        assert await hass.config_entries.async_reload(entry.entry_id)
        let_time_pass(hass, timedelta(hours=49))
        await hass.async_block_till_done()
        assert issues.async_get_issue(DOMAIN, issue_id) is None

        await hass.config.async_update(internal_url="http://127.0.0.1:9")
        assert await hass.config_entries.async_reload(entry.entry_id)
        assert (issues.async_get_issue(DOMAIN, issue_id) is None) is has_call


async def test_a_push_in_time(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, heard: Heard
) -> None:
    """A first push before the day is over leaves nothing to say."""
    await add(hass, make_se3_entry(se3))
    for _ in range(2):
        await se3.recognize(se3.devices[0], se3.people[0])
        await heard.next()
    let_time_pass(hass, timedelta(hours=25))
    await hass.async_block_till_done()
    assert (
        ir.async_get(hass).async_get_issue(DOMAIN, f"never_pushed_{ENTRY_ID}") is None
    )


async def test_pictures_that_are_not_wanted(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, heard: Heard
) -> None:
    """Pictures that the user did not choose are dropped, and none is asked for."""
    se3.need_reg_pic = False
    await add(hass, make_se3_entry(se3, options={"pictures": ["captured"]}))
    assert not se3.need_reg_pic
    se3.need_reg_pic = True
    await se3.recognize(se3.devices[0], se3.people[0])
    assert set((await heard.next())["pictures"]) == {"face", "scene"}


async def test_privacy_switch(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, heard: Heard, look: Look
) -> None:
    """While it is off, pictures that the box pushes all the same are dropped on arrival."""
    await add(hass, make_se3_entry(se3))
    switch = er.async_get(hass).async_get_entity_id(
        "switch", DOMAIN, f"{se3.serial_number}_pictures"
    )
    await hass.services.async_call(
        "switch", "turn_off", {"entity_id": switch}, blocking=True
    )
    await se3.recognize(se3.devices[0], se3.people[0])
    event = await heard.next()
    assert event["pictures"] == {}
    path = f"/api/se_aibox/picture/{ENTRY_ID}/{event['recognition_id']}/face"
    assert (await look(path)).status == 404
