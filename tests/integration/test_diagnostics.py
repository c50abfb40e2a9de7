"""Diagnostics help to find a fault, and identify no one."""

from typing import Any

import pytest

from custom_components.se_aibox.box.issues import Fault
from custom_components.se_aibox.box.registry import capture_device_identifier
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import EmulatedBox, EmulatedSe3
from homeassistant.components.diagnostics import REDACTED
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntry
from tests.integration.people.followed_people import device_id_of, follow
from tests.integration.se3.se3_helpers import WEBHOOK_ID, add, make_se3_entry

from .canary import CANARY, PERSON
from .conftest import SetUp
from .diagnostics_helpers import Download, assert_silent, load
from .helpers import FiredEvents, ports_of, publish_online, until

pytest_plugins = [
    "tests.integration.diagnostics_fixtures",
    "tests.integration.people.people_fixtures",
    "tests.integration.se3.se3_fixtures",
]


def assert_redacted(entry: dict[str, Any], box: EmulatedBox) -> None:
    """Assert that the entry's data and options identify no one."""
    assert entry["data"] == {
        "host": REDACTED,
        **ports_of(box),
        "dialect": box.dialect,
        "serial_number": REDACTED,
        "mac_addresses": REDACTED,
        "token": REDACTED,
        "mqtt": REDACTED,
    }
    assert entry["options"] == {
        "capture_devices": 3,
        "ignored_capture_devices": 0,
        "add_new_capture_devices": True,
        "identity_info_in_events": True,
        "pictures": ["captured", "reference"],
        "notes": REDACTED,
    }


async def test_box_file_reports_the_state_without_secrets(
    hass: HomeAssistant,
    device_registry: dr.DeviceRegistry,
    box: EmulatedBox,
    canaries: SeAiBoxConfigEntry,
    fired: FiredEvents,
    download: Download,
) -> None:
    """Canaries are in names, options, frames and issues."""
    await load(hass, box, canaries)
    publish_online(canaries, offline=box.devices[0].device_id)
    for device in dr.async_entries_for_config_entry(device_registry, canaries.entry_id):
        device_registry.async_update_device(device.id, name_by_user=f"user-{CANARY}")
    await box.recognize(box.devices[0], PERSON)
    assert (await fired.next())["identity_name"] == PERSON.name
    await box.recognize(box.devices[0], None)
    await fired.next()
    await box.send_raw('{"name": "' + CANARY + '"')
    await until(lambda: bool(canaries.runtime_data.log.skipped))
    for fault in Fault:
        canaries.runtime_data.issues.async_raise(fault)
    box.state.operation.time_part_1 = "08:00:00,18:00:00"
    box.state.operation.time_part_1_on = True
    await canaries.runtime_data.polls.operation.async_refresh()

    data, body = await download(canaries)
    assert_silent(body, box)
    assert_redacted(data["entry"], box)
    assert data["box"]["model"] == "SE50221"
    assert data["box"]["mode"] == "face"
    assert data["connection"] == {
        "connected": True,
        "disconnections": {},
        "checked_by_history": True,
    }
    assert data["capture_devices"] == {
        "listed": {"rtsp": 2, "photo": 1},
        "selected": {"rtsp": 2, "photo": 1},
        "absent": 0,
        "online": 2,
        "offline": 1,
        "unreadable": {},
    }
    assert data["recognitions"] == 2
    assert data["last_recognition"]["person_type"] == "stranger"
    assert 0 <= data["last_recognition"]["seconds_ago"] < 60
    assert data["last_recognition"].keys() == {"person_type", "seconds_ago"}
    assert data["skipped"] == {"not JSON": 1}
    assert data["duplicates"] == 0
    assert data["pictures"]["allowed"] is True
    assert data["pictures"]["held"] > 0
    assert data["pictures"]["held_bytes"] > 4_000
    assert data["health"]["core_temperature"] == 44.0
    assert data["health"]["faults"] == {}
    assert data["pass_mode"] == "normal"
    assert data["operation"] == {
        "apply_mode": "recognize",
        "usage": "normal",
        "armed_times": ["08:00:00–18:00:00"],
        "uses_external_disk": False,
        "external_disk_mounted": None,
        "stores_pictures": True,
        "detects_attributes": False,
    }
    assert abs(data["clock"]["seconds_ahead"]) < 5
    assert data["entities"]["registered"]["camera"] >= 3


async def test_device_file_reports_the_state_without_secrets(
    hass: HomeAssistant,
    device_registry: dr.DeviceRegistry,
    box: EmulatedBox,
    canaries: SeAiBoxConfigEntry,
    fired: FiredEvents,
    download: Download,
) -> None:
    """The device of the box gets the file of the box."""
    await load(hass, box, canaries)
    publish_online(canaries, offline=box.devices[0].device_id)
    await box.recognize(box.devices[0], PERSON)
    await fired.next()
    key = capture_device_identifier(canaries, box.devices[0].device_id)
    device = device_registry.async_get_device_by_identifier(key, canaries.entry_id)
    assert device is not None
    data, body = await download(canaries, device)
    assert_silent(body, box)
    last = data["capture_device"].pop("last_recognition")
    assert last["person_type"] == "employee"
    assert data["connected"] is True
    assert data["capture_device"] == {
        "on_the_box": True,
        "selected": True,
        "online": False,
        "type": "rtsp",
        "has_stream": True,
        "has_relay": box.devices[0].relay is not None,
        "recognitions": 1,
    }

    assert device.via_device_id is not None
    whole = device_registry.async_get(device.via_device_id)
    assert isinstance(whole, DeviceEntry)
    data, body = await download(canaries, whole)
    assert_silent(body, box)
    assert data["box"]["dialect"] == box.dialect

    await hass.config_entries.async_unload(canaries.entry_id)
    data, body = await download(canaries, device)
    assert_silent(body, box)
    assert data["entry"]["state"] == "not_loaded"


async def test_box_file_reports_what_is_missing(
    hass: HomeAssistant,
    device_registry: dr.DeviceRegistry,
    box: EmulatedBox,
    set_up: SetUp,
    download: Download,
) -> None:
    """Health, a device, recognitions and the connection are missing."""
    await box.port("system").close()
    gone = box.devices[2]
    entry = await set_up(accepts_silence=True)
    key = capture_device_identifier(entry, gone.device_id)
    device = device_registry.async_get_device_by_identifier(key, entry.entry_id)
    assert device is not None
    box.remove_device(gone.device_id)
    await entry.runtime_data.async_refresh()
    data, _ = await download(entry, device)
    assert data["capture_device"]["on_the_box"] is False
    assert data["capture_device"]["last_recognition"] is None
    await box.port("events").close()
    await until(lambda: not entry.runtime_data.data.connected)
    data, body = await download(entry)
    assert_silent(body, box)
    assert data["health"] is None
    assert data["last_recognition"] is None
    assert data["connection"]["connected"] is False
    [kind] = data["connection"]["disconnections"]
    assert kind == "no connection"


async def test_box_that_cannot_be_set_up_has_a_file(
    hass: HomeAssistant,
    box: EmulatedBox,
    canaries: SeAiBoxConfigEntry,
    download: Download,
) -> None:
    """It has the entry and its entities only."""
    await box.port("rest").close()
    await box.port("system").close()
    await hass.config_entries.async_add(canaries)
    assert canaries.state is ConfigEntryState.SETUP_RETRY
    data, body = await download(canaries)
    assert_silent(body, box)
    assert data["entry"]["state"] == "setup_retry"
    assert data.keys() == {"entry", "entities"}


async def test_box_file_has_no_clock_before_the_first_measurement(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    download: Download,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The clock is null until then."""
    entry = await set_up()
    monkeypatch.setattr(entry.runtime_data.client.clock, "_measured", None)
    data, _ = await download(entry)
    assert data["clock"] is None


@pytest.mark.parametrize("dialect", ["nested"])
async def test_people_file_counts_people_without_secrets(
    hass: HomeAssistant,
    box: EmulatedBox,
    canaries: SeAiBoxConfigEntry,
    people: PeopleConfigEntry,
    fired: FiredEvents,
    device_registry: dr.DeviceRegistry,
    download: Download,
) -> None:
    """It also counts the identities that were renamed."""
    await load(hass, box, canaries)
    subentry_id = await follow(
        hass, people, f"followed-{CANARY}", PERSON.identity_id, f"other-{CANARY}"
    )
    await follow(hass, people, f"second-{CANARY}", f"third-{CANARY}")
    await box.recognize(box.devices[0], PERSON)
    await fired.next()
    box.state.rename_person(PERSON.identity_id, f"renamed-{CANARY}")
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    data, body = await download(people)
    assert_silent(body, box)
    person = {
        "identities": 2,
        "named_by_boxes": [1, 0],
        "renamed": 1,
        "tied_to_a_person": False,
    }
    assert data["people"][0] == person
    assert len(data["people"]) == 2
    assert data["entry"]["data"] == {"entry_type": "people"}

    device = device_registry.async_get(device_id_of(hass, subentry_id))
    assert isinstance(device, DeviceEntry)
    data, body = await download(people, device)
    assert_silent(body, box)
    assert data["people"] == [person]

    await hass.config_entries.async_unload(people.entry_id)
    data, body = await download(people)
    assert_silent(body, box)
    assert "people" not in data


async def test_se3_file_hides_webhook_and_address(
    hass: HomeAssistant,
    download: Download,
    se3: EmulatedSe3,
    base: str,
    fired: FiredEvents,
) -> None:
    """The webhook id would let anyone push recognitions."""
    se3.people[:] = [PERSON]
    entry = await add(hass, make_se3_entry(se3))
    await se3.recognize(se3.devices[0], PERSON)
    await fired.next()
    data, body = await download(entry)
    assert_silent(body, se3)
    assert WEBHOOK_ID not in body
    assert base not in body
    assert data["entry"]["data"]["webhook_id"] == REDACTED
    assert data["recognitions"] == 1
    assert data["capture_devices"]["listed"].keys() == {"unknown"}
