"""Capture devices that come, change, go and come back while Home Assistant runs."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest

from custom_components.se_aibox import device_list
from custom_components.se_aibox.aibox.models import (
    BoxInfo,
    CaptureDevice,
    Dialect,
    Ports,
)
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from custom_components.se_aibox.data import BoxData
from custom_components.se_aibox.device_list import (
    DEVICE_LIST_INTERVAL,
    next_reading,
    take_devices,
)
from custom_components.se_aibox.devices import (
    async_registered_capture_devices,
    box_identifier,
)
from custom_components.se_aibox.options import ports_of
from emulator import Device, EmulatedBox, Relay
from emulator.cast import cast_device
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    update_coordinator,
)
from homeassistant.setup import async_setup_component

from .helpers import (
    Heard,
    device_list_requests,
    let_time_pass,
    make_entry,
    our_tasks,
    state_becomes,
    state_of,
    state_where,
    until,
    until_listening,
)

WAREHOUSE = "sensor.warehouse_last_person"
FRONT_DOOR = "sensor.front_door_last_person"
LOBBY = "sensor.lobby_turnstile_last_person"


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take two answers for two, however fast, and read again as soon as a broadcast says so."""
    monkeypatch.setattr(device_list, "_SECONDS_TO_BE_GONE", 0)
    monkeypatch.setattr(update_coordinator, "REQUEST_REFRESH_DEFAULT_COOLDOWN", 0.01)


async def load(hass: HomeAssistant, box: EmulatedBox) -> SeAiBoxConfigEntry:
    """Set up a box and wait until it pushes."""
    entry = make_entry(box)
    await hass.config_entries.async_add(entry)
    await hass.async_block_till_done()
    await until_listening(entry)
    return entry


@pytest.fixture
async def entry(hass: HomeAssistant, box: EmulatedBox) -> SeAiBoxConfigEntry:
    """Set up a box that knows whom to tell of changes."""
    entry = await load(hass, box)
    if box.dialect == "flat":
        await until(lambda: box._broadcasts.listeners == 1)
    return entry


async def notice(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry
) -> None:
    """Let a change be noticed: by itself where the box broadcasts, by the next poll where it does not."""
    before = device_list_requests(box)
    if box.dialect == "nested":
        let_time_pass(hass, DEVICE_LIST_INTERVAL)
    await until(lambda: device_list_requests(box) > before)
    # Waits for that reading, and reads once more.
    await entry.runtime_data.async_refresh()
    await hass.async_block_till_done()


def registered(
    hass: HomeAssistant, entry: SeAiBoxConfigEntry, device: Device
) -> dr.DeviceEntry | None:
    """Return a capture device in the registry."""
    return async_registered_capture_devices(hass, entry).get(device.device_id)


async def test_added(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry, heard: Heard
) -> None:
    """A new capture device appears without a reload, and the box pushes what it sees."""
    device = box.add_device(name="Warehouse")
    if box.dialect == "nested":
        let_time_pass(hass, DEVICE_LIST_INTERVAL)
    await state_becomes(hass, WAREHOUSE, "unknown")
    await until(lambda: device.device_id in box.subscriptions[0].device_ids)
    await box.recognize(device, box.people[0])
    event = await heard.next()
    found = registered(hass, entry, device)
    assert found is not None
    assert event["device_id"] == found.id
    assert state_of(hass, WAREHOUSE) == "Tom"
    assert len(box.subscriptions) == 1


async def test_heard_before_it_is_listed(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry, heard: Heard
) -> None:
    """The first face at a device that nobody told of is an event of that device, and its entities have it."""
    device = cast_device(box.seed, 7, "Warehouse")
    box.devices.append(device)
    emitted = await box.recognize(device, box.people[0], push=False)
    await box.send_raw(orjson.dumps(emitted.message).decode())
    event = await heard.next()
    found = registered(hass, entry, device)
    assert found is not None
    assert event["device_id"] == found.id
    await state_becomes(hass, WAREHOUSE, "Tom")
    assert state_of(hass, "event.warehouse_recognition") != "unknown"


async def test_renamed(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    device_registry: dr.DeviceRegistry,
    heard: Heard,
) -> None:
    """A new name on the box is the device's new name; a name that the user gave stays."""
    front_door, _, lobby = box.devices
    named = registered(hass, entry, lobby)
    assert named is not None
    device_registry.async_update_device(named.id, name_by_user="My lobby")
    box.rename_device(front_door.device_id, "后门")
    box.rename_device(lobby.device_id, "Foyer")
    await notice(hass, box, entry)
    await state_where(hass, FRONT_DOOR, lambda state: state.name == "后门 Last person")
    renamed = registered(hass, entry, front_door)
    assert renamed is not None
    assert renamed.name == "后门"
    await state_where(hass, LOBBY, lambda state: state.name == "My lobby Last person")
    kept = registered(hass, entry, lobby)
    assert kept is not None
    assert (kept.name, kept.name_by_user) == ("Foyer", "My lobby")

    await box.recognize(front_door, box.people[0])
    assert (await heard.next())["capture_device_name"] == "后门"


async def test_relay_and_stream_are_followed(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    entity_registry: er.EntityRegistry,
) -> None:
    """A relay or a stream that is bound later brings its entity; one that moved is used where it is."""
    front_door, _, lobby = box.devices
    box.devices[2] = replace(
        lobby,
        type="rtsp",
        ip="192.168.150.77",
        url="rtsp://192.168.150.77/ch1",
        relay=Relay("192.168.150.88", 50_000, 3),
    )
    box.rename_device(lobby.device_id, lobby.name)
    await notice(hass, box, entry)
    await until(
        lambda: entity_registry.async_get("camera.lobby_turnstile_live") is not None
    )
    if box.dialect == "nested":
        await state_becomes(hass, "button.lobby_turnstile_open_door", "unknown")
        await hass.services.async_call(
            "button",
            "press",
            {"entity_id": "button.lobby_turnstile_open_door"},
            blocking=True,
        )
        [action] = box.door_actions
        assert (action.action_ip, action.channel) == ("192.168.150.77", 3)

        box.devices[0] = replace(front_door, relay=None)
        await notice(hass, box, entry)
        await state_becomes(hass, "button.front_door_open_door", "unavailable")


async def test_removed_and_back(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry, heard: Heard
) -> None:
    """A device that two answers lack leaves with its entities; when it is back, so are its ids, and it is heard."""
    front_door = box.devices[0]
    before = registered(hass, entry, front_door)
    assert before is not None
    await box.recognize(front_door, box.people[0])
    await heard.next()
    box.remove_device(front_door.device_id)
    await notice(hass, box, entry)
    assert registered(hass, entry, front_door) is None
    assert hass.states.get(FRONT_DOOR) is None
    assert state_of(hass, LOBBY) == "unknown"
    await until(lambda: front_door.device_id not in box.subscriptions[0].device_ids)

    box.add_device(front_door)
    await notice(hass, box, entry)
    after = registered(hass, entry, front_door)
    assert after is not None
    assert after.id == before.id
    await until(lambda: front_door.device_id in box.subscriptions[0].device_ids)
    await state_where(hass, FRONT_DOOR, lambda _: True)
    await box.recognize(front_door, box.people[1])
    await heard.next()
    assert state_of(hass, FRONT_DOOR) == "小明"


async def test_missing_once(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    heard: Heard,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A device that is missing for a moment keeps everything: state, subscription, place in the registry."""
    monkeypatch.setattr(device_list, "_SECONDS_TO_BE_GONE", 20)
    front_door = box.devices[0]
    before = registered(hass, entry, front_door)
    box.remove_device(front_door.device_id)
    await notice(hass, box, entry)
    assert registered(hass, entry, front_door) == before
    assert state_of(hass, FRONT_DOOR) == "unknown"
    assert front_door.device_id in box.subscriptions[0].device_ids
    assert entry.runtime_data.update_interval is not None
    assert entry.runtime_data.update_interval < DEVICE_LIST_INTERVAL

    box.add_device(front_door)
    await entry.runtime_data.async_refresh()
    assert entry.runtime_data.update_interval == DEVICE_LIST_INTERVAL
    await box.recognize(front_door, box.people[0])
    await heard.next()
    assert state_of(hass, FRONT_DOOR) == "Tom"


async def test_empty_list_takes_nothing_away(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry
) -> None:
    """A box that lists nothing, again and again, may be starting: all stays as it was."""
    devices = list(box.devices)
    box.devices.clear()
    for _ in range(3):
        await entry.runtime_data.async_refresh()
    assert all(registered(hass, entry, device) for device in devices)
    assert state_of(hass, FRONT_DOOR) == "unknown"
    assert len(box.subscriptions[0].device_ids) == 3


async def test_removed_while_home_assistant_was_off(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry
) -> None:
    """What was removed in the meantime goes, too, and not before a second answer; an empty one says nothing."""
    front_door = box.devices[0]
    assert await hass.config_entries.async_unload(entry.entry_id)
    others = box.devices[1:]
    box.devices.clear()
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: entry.runtime_data.data.connected)
    await entry.runtime_data.async_refresh()
    assert registered(hass, entry, front_door) is not None

    box.devices.extend(others)
    await entry.runtime_data.async_refresh()
    await hass.async_block_till_done()
    assert state_of(hass, LOBBY) == "unknown"
    assert registered(hass, entry, front_door) is not None
    await entry.runtime_data.async_refresh()
    await hass.async_block_till_done()
    assert registered(hass, entry, front_door) is None
    assert all(registered(hass, entry, device) for device in others)


async def remove(
    hass: HomeAssistant, device: dr.DeviceEntry, ws_client: Any
) -> dict[str, Any]:
    """Delete a device as the device page does."""
    await ws_client.send_json_auto_id(
        {"type": "config/device_registry/remove", "device_id": device.id}
    )
    answer: dict[str, Any] = await ws_client.receive_json()
    return answer


async def test_deleted_by_hand(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    device_registry: dr.DeviceRegistry,
    hass_ws_client: Callable[[HomeAssistant], Awaitable[Any]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A capture device can be deleted once the box no longer has it; the box itself never; it may come back."""
    assert await async_setup_component(hass, "config", {})
    client = await hass_ws_client(hass)
    front_door = box.devices[0]
    device = registered(hass, entry, front_door)
    box_device = device_registry.async_get_device_by_identifier(
        box_identifier(entry), entry.entry_id
    )
    assert device is not None
    assert box_device is not None
    assert not (await remove(hass, device, client))["success"]

    # Not even an empty list makes the box go.
    devices = list(box.devices)
    box.devices.clear()
    await entry.runtime_data.async_refresh()
    assert not (await remove(hass, box_device, client))["success"]
    assert (await remove(hass, device, client))["success"]
    await hass.async_block_till_done()
    assert hass.states.get(FRONT_DOOR) is None

    box.devices.extend(devices)
    await entry.runtime_data.async_refresh()
    await hass.async_block_till_done()
    assert state_of(hass, FRONT_DOOR) == "unknown"

    assert await hass.config_entries.async_unload(entry.entry_id)
    again = registered(hass, entry, front_door)
    assert again is not None
    assert not (await remove(hass, again, client))["success"]
    # Refusals are logged by the API.
    caplog.clear()


async def test_left_out_later(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry
) -> None:
    """What the user leaves out goes with the reload, although the box still has it."""
    left_out, *others = box.devices
    hass.config_entries.async_update_entry(
        entry,
        options={
            **entry.options,
            "capture_devices": [device.device_id for device in others],
            "ignored_capture_devices": [left_out.device_id],
        },
    )
    await hass.async_block_till_done()
    assert registered(hass, entry, left_out) is None
    assert hass.states.get(FRONT_DOOR) is None
    assert state_of(hass, LOBBY) == "unknown"
    await until(lambda: [len(client.device_ids) for client in box.subscriptions] == [2])


@pytest.mark.parametrize("dialect", ["flat"])
async def test_broadcasts_come_back(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry
) -> None:
    """What changed while the broadcasts were away is found when they are back."""
    await box.stop_broadcast_port()
    box.add_device(name="Warehouse")
    await box.start_broadcast_port()
    await state_becomes(hass, WAREHOUSE, "unknown")


@pytest.mark.parametrize("dialect", ["flat"])
async def test_no_broadcasts(
    hass: HomeAssistant, box: EmulatedBox, caplog: pytest.LogCaptureFixture
) -> None:
    """A broadcast port that nobody answers is not worth a word; the poll still finds what changed."""
    await box.stop_broadcast_port()
    entry = await load(hass, box)
    box.add_device(name="Warehouse")
    let_time_pass(hass, DEVICE_LIST_INTERVAL)
    await state_becomes(hass, WAREHOUSE, "unknown")
    assert entry.state is ConfigEntryState.LOADED
    assert not [
        record
        for record in caplog.records
        if record.levelname in ("WARNING", "ERROR")
        and record.name.startswith("custom_components.se_aibox")
    ]


async def test_nothing_is_left(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry
) -> None:
    """After unloading, nobody listens at the box and no task runs."""
    assert await hass.config_entries.async_unload(entry.entry_id)
    await until(lambda: not box.subscriptions and not box._broadcasts.listeners)
    assert our_tasks() == set()


@pytest.mark.parametrize("dialect", ["nested"])
async def test_another_box_at_the_address(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """A box that took over a known one's address is not listened to in its name."""
    entry = make_entry(box, data={"serial_number": "OTHER", "mac_addresses": []})
    await hass.config_entries.async_add(entry)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "another_box"
    assert not box.subscriptions


def _devices(*keys: str) -> tuple[CaptureDevice, ...]:
    return tuple(CaptureDevice(key) for key in keys)


def test_two_answers_at_once_are_one() -> None:
    """Only an answer some time after the first that lacks a device makes it go; one that has it starts anew."""
    data = BoxData(BoxInfo(Dialect.FLAT), {}, {})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(device_list, "_SECONDS_TO_BE_GONE", 20)
        data = take_devices(data, _devices("a", "b"), 0)
        assert next_reading(data) == DEVICE_LIST_INTERVAL
        for now, answer, listed in (
            (100, ("a",), {"a", "b"}),
            (101, ("a",), {"a", "b"}),
            (110, ("a", "b"), {"a", "b"}),
            (120, ("a",), {"a", "b"}),
            (125, (), {"a", "b"}),
            (139, ("a",), {"a", "b"}),
            (140, ("a",), {"a"}),
            (200, (), {"a"}),
            (300, ("c",), {"a", "c"}),
            (320, ("c",), {"c"}),
        ):
            data = take_devices(data, _devices(*answer), now)
            assert set(data.listed) == listed, now
            assert set(data.present) == set(answer), now


def test_entry_from_before_the_broadcast_port() -> None:
    """An entry that was made without a broadcast port has the factory's."""
    data = {"rest_port": 1, "events_port": 2, "system_port": 3}
    assert ports_of(data) == Ports(1, 2, 3, 54547)
    assert ports_of({**data, "broadcast_port": 4}) == Ports(1, 2, 3, 4)
