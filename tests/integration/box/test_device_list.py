"""Capture devices that appear, disappear and change their names."""

import asyncio
from datetime import timedelta

import pytest

from custom_components.se_aibox.box import device_list
from custom_components.se_aibox.box.device_list import (
    DEVICE_LIST_INTERVAL,
    DOUBTFUL_INTERVAL,
)
from emulator import CannedAnswer, EmulatedBox, Flood
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from tests.integration.conftest import SetUp
from tests.integration.helpers import (
    FiredEvents,
    device_list_path,
    device_list_requests,
    let_time_pass,
    state_becomes,
    state_of,
    until,
    until_listening,
)

pytest_plugins = ["tests.integration.entity_fixtures"]

WAREHOUSE = "sensor.warehouse_last_person"
EVENT = "event.front_door_recognition"
FRONT_DOOR = "sensor.front_door_last_person"


async def poll(hass: HomeAssistant, box: EmulatedBox) -> None:
    """Run the next poll, and wait until the box is asked."""
    before = device_list_requests(box)
    let_time_pass(hass, DEVICE_LIST_INTERVAL)
    await until(lambda: device_list_requests(box) > before)


async def test_new_device_is_found_by_the_poll(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """The box is then subscribed to it."""
    entry = await set_up()
    device = box.add_device(name="Warehouse")
    await poll(hass, box)
    await state_becomes(hass, WAREHOUSE, "unknown")
    await until(lambda: device.device_id in box.subscriptions[0].device_ids)
    assert len(box.subscriptions) == 1
    await until_listening(entry)
    await box.recognize(device, box.people[0])
    event = await fired.next()
    assert event["capture_device_name"] == "Warehouse"
    assert state_of(hass, WAREHOUSE) == "Tom"
    assert state_of(hass, "event.warehouse_recognition") != "unknown"


async def test_failed_list_is_read_again_after_half_a_minute(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A box that was busy may list new devices then."""
    loaded = (await set_up()).runtime_data
    path = device_list_path(box)
    box.answer_instead[path] = CannedAnswer(status=500)
    await poll(hass, box)
    await until(lambda: loaded.update_interval == DOUBTFUL_INTERVAL)
    await hass.async_block_till_done()
    box.answer_instead.clear()
    before = device_list_requests(box)
    let_time_pass(hass, DOUBTFUL_INTERVAL)
    await until(lambda: device_list_requests(box) > before)
    await until(lambda: loaded.update_interval == DEVICE_LIST_INTERVAL)
    # The failure is logged.
    caplog.clear()


async def test_first_device_of_a_box_is_found_by_the_poll(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The box was added without capture devices."""
    box.devices.clear()
    await set_up()
    assert not box.subscriptions[0].device_ids
    box.add_device(name="Warehouse")
    await poll(hass, box)
    await state_becomes(hass, WAREHOUSE, "unknown")
    await box.wait_for_subscription()


async def test_new_device_is_not_added_with_the_option_off(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The selected ones stay."""
    entry = await set_up({"add_new_capture_devices": False})
    box.add_device(name="Warehouse")
    await poll(hass, box)
    await until(lambda: len(entry.runtime_data.data.listed) == 4)
    assert hass.states.get(WAREHOUSE) is None
    assert set(box.subscriptions[0].device_ids) == {
        device.device_id for device in box.devices[:3]
    }
    assert state_of(hass, FRONT_DOOR) == "unknown"


@pytest.mark.parametrize("dialect", ["nested"])
async def test_new_device_is_added_while_its_box_has_no_device(
    hass: HomeAssistant,
    device_registry: dr.DeviceRegistry,
    box: EmulatedBox,
    set_up: SetUp,
) -> None:
    """A user has deleted the device of the box."""
    entry = await set_up()
    [parent] = [
        device
        for device in dr.async_entries_for_config_entry(device_registry, entry.entry_id)
        if device.serial_number == box.serial_number
    ]
    device_registry.async_remove_device(parent.id)
    box.add_device(name="Warehouse")
    await poll(hass, box)
    await state_becomes(hass, WAREHOUSE, "unknown")


async def test_new_device_is_found_after_a_reconnect(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """It was attached while the box was disconnected."""
    await set_up()
    await box.port("events").close()
    box.add_device(name="Warehouse")
    await box.port("events").open()
    await state_becomes(hass, WAREHOUSE, "unknown")


def states_of_front_door(hass: HomeAssistant) -> dict[str, str]:
    """Return the states of the front door that are restored."""
    return {
        state.entity_id: state.state
        for state in hass.states.async_all()
        if ".front_door_" in state.entity_id
        and state.entity_id != "binary_sensor.front_door_recently_seen"
    }


@pytest.mark.usefixtures("every_entity_enabled")
async def test_removed_device_returns_with_its_states(
    monkeypatch: pytest.MonkeyPatch,
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
) -> None:
    """It is removed after a second answer that lacks it, and fires no event."""
    monkeypatch.setattr(device_list, "_SECONDS_TO_BE_GONE", 0)
    entry = await set_up()
    front_door = box.devices[0]
    await box.recognize(front_door, box.people[0])
    await fired.next()
    entities = states_of_front_door(hass)
    assert {FRONT_DOOR, "camera.front_door_scene"} <= entities.keys()

    box.remove_device(front_door.device_id)
    await poll(hass, box)
    await until(lambda: front_door.device_id in entry.runtime_data.data.missing_since)
    assert states_of_front_door(hass) == entities
    await poll(hass, box)
    await until(lambda: not states_of_front_door(hass))
    await until(lambda: front_door.device_id not in box.subscriptions[0].device_ids)
    assert state_of(hass, "sensor.lobby_turnstile_last_person") == "unknown"

    box.add_device(front_door)
    await poll(hass, box)
    await state_becomes(hass, FRONT_DOOR, "Tom")
    await until(lambda: front_door.device_id in box.subscriptions[0].device_ids)
    await hass.async_block_till_done()
    # Home Assistant does not restore an event that was unavailable at its removal.
    assert states_of_front_door(hass) == {**entities, EVENT: "unknown"}
    assert state_of(hass, "binary_sensor.front_door_recently_seen") == "off"
    assert fired.unread == 0
    await until_listening(entry)
    await box.recognize(front_door, box.people[1])
    await fired.next()
    assert state_of(hass, FRONT_DOOR) == "小明"
    assert state_of(hass, "sensor.front_door_recognitions") == "2"
    assert fired.unread == 0


async def test_failed_poll_removes_nothing_and_is_logged_once(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Recognitions are still delivered."""
    entry = await set_up()
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    caplog.clear()
    box.state.initializing = True
    for _ in range(2):
        await poll(hass, box)
        await until(lambda: not entry.runtime_data.last_update_success)
    assert caplog.text.count("Error fetching BM1684-180 data") == 1
    caplog.clear()
    assert state_of(hass, FRONT_DOOR) == "Tom"
    assert state_of(hass, "binary_sensor.bm1684_180_connection") == "on"
    await box.recognize(box.devices[0], box.people[1])
    await fired.next()
    assert state_of(hass, FRONT_DOOR) == "小明"

    box.state.initializing = False
    box.add_device(name="Warehouse")
    await poll(hass, box)
    await state_becomes(hass, WAREHOUSE, "unknown")


async def test_disconnected_box_is_not_polled(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Otherwise the log would have a second line about the loss."""
    entry = await set_up()
    await box.stop()
    await state_becomes(hass, "binary_sensor.bm1684_180_connection", "off")
    await entry.runtime_data.async_refresh()
    assert entry.runtime_data.last_update_success
    assert "Error fetching" not in caplog.text
    assert state_of(hass, FRONT_DOOR) == "unknown"


async def test_box_that_lists_other_devices_each_time_is_limited(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """So many exist at once, and so many are new in a day."""
    monkeypatch.setattr(device_list, "_MOST", 5)
    entry = await set_up()
    box.state.passing_devices = 2
    known: set[str] = set()
    for seconds in (100, 0, 0):
        monkeypatch.setattr(device_list, "_SECONDS_TO_BE_GONE", seconds)
        for _ in range(3):
            await entry.runtime_data.async_refresh()
            await hass.async_block_till_done()
            known |= entry.runtime_data.data.listed.keys()
    assert len(known) == 5
    assert {device.device_id for device in box.devices} <= known
    assert entry.runtime_data.log.skipped[device_list.TOO_MANY] == 8
    monkeypatch.setattr(device_list, "_DAY_SECONDS", 0)
    await entry.runtime_data.async_refresh()
    await hass.async_block_till_done()
    assert len(entry.runtime_data.data.listed.keys() - known) == 2


@pytest.mark.parametrize("dialect", ["flat"])
async def test_flood_of_broadcasts_causes_no_flood_of_requests(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """One request is under way at a time, and one task waits."""
    await set_up()
    await hass.async_block_till_done()
    box.requests.clear()
    tasks = len(asyncio.all_tasks())
    most = 0
    await box.broadcasts.flood(Flood(kind="text", payload=b"{}", burst=40_000))
    for _ in range(100):
        most = max(most, len(asyncio.all_tasks()) - tasks)
        await asyncio.sleep(0.005)
    assert most < 10
    assert device_list_requests(box) <= 1
    let_time_pass(hass, timedelta(seconds=20))
    await until(lambda: device_list_requests(box) >= 1)
