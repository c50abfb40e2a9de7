"""Capture devices that appear and change while Home Assistant runs."""

from dataclasses import replace

import orjson
import pytest

from custom_components.se_aibox.aibox.models import Ports
from custom_components.se_aibox.box.address import Address
from custom_components.se_aibox.box.device_list import DEVICE_LIST_INTERVAL
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from emulator import EmulatedBox, Relay
from emulator.cast import cast_device
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.integration.helpers import (
    FiredEvents,
    let_time_pass,
    make_entry,
    our_tasks,
    state_becomes,
    state_of,
    state_where,
    until,
    until_listening,
)

from .device_list_helpers import FRONT_DOOR, LOBBY, load, notice, registered

pytest_plugins = ["tests.integration.box.device_list_fixtures"]
pytestmark = pytest.mark.usefixtures("short_waits")

WAREHOUSE = "sensor.warehouse_last_person"


async def test_new_device_appears_without_a_reload(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry, fired: FiredEvents
) -> None:
    """The box is subscribed to it."""
    device = box.add_device(name="Warehouse")
    if box.dialect == "nested":
        let_time_pass(hass, DEVICE_LIST_INTERVAL)
    await state_becomes(hass, WAREHOUSE, "unknown")
    await until(lambda: device.device_id in box.subscriptions[0].device_ids)
    await until_listening(entry)
    await box.recognize(device, box.people[0])
    event = await fired.next()
    found = registered(hass, entry, device)
    assert found is not None
    assert event["device_id"] == found.id
    assert state_of(hass, WAREHOUSE) == "Tom"
    assert len(box.subscriptions) == 1


async def test_first_recognition_at_an_unlisted_device_is_delivered(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry, fired: FiredEvents
) -> None:
    """The entities of the new device show it."""
    device = cast_device(box.state.seed, 7, "Warehouse")
    box.devices.append(device)
    emitted = await box.recognize(device, box.people[0], push=False)
    await box.send_raw(orjson.dumps(emitted.message).decode())
    event = await fired.next()
    found = registered(hass, entry, device)
    assert found is not None
    assert event["device_id"] == found.id
    await state_becomes(hass, WAREHOUSE, "Tom")
    assert state_of(hass, "event.warehouse_recognition") != "unknown"


async def test_renamed_device_follows_the_box(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    device_registry: dr.DeviceRegistry,
    fired: FiredEvents,
) -> None:
    """A name that the user has given stays."""
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
    assert (await fired.next())["capture_device_name"] == "后门"


async def test_relay_and_stream_follow_the_box(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    entity_registry: er.EntityRegistry,
) -> None:
    """A new one adds its entity; a moved one is used at its new place."""
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
        assert (action.action_ip, action.channel) == ("192.168.150.88", 3)

        box.devices[0] = replace(front_door, relay=None)
        await notice(hass, box, entry)
        await state_becomes(hass, "button.front_door_open_door", "unavailable")


@pytest.mark.parametrize("dialect", ["flat"])
async def test_change_during_lost_broadcasts_is_found_afterwards(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry
) -> None:
    """The broadcast port opens again."""
    await box.port("broadcast").close()
    box.add_device(name="Warehouse")
    await box.port("broadcast").open()
    await state_becomes(hass, WAREHOUSE, "unknown")


@pytest.mark.parametrize("dialect", ["flat"])
async def test_closed_broadcast_port_is_not_logged(
    hass: HomeAssistant, box: EmulatedBox, caplog: pytest.LogCaptureFixture
) -> None:
    """The poll still finds changes."""
    await box.port("broadcast").close()
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


async def test_unload_leaves_no_connection_and_no_task(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry
) -> None:
    """The connection for broadcasts is closed, too."""
    assert await hass.config_entries.async_unload(entry.entry_id)
    await until(lambda: not box.subscriptions and not box.broadcasts.listeners)
    assert our_tasks() == set()


@pytest.mark.parametrize("dialect", ["nested"])
async def test_setup_is_retried_while_another_box_answers(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """Nothing subscribes to the other box."""
    entry = make_entry(box, data={"serial_number": "OTHER", "mac_addresses": []})
    await hass.config_entries.async_add(entry)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "another_box"
    assert not box.subscriptions


def test_entry_without_a_broadcast_port_has_the_default() -> None:
    """Entries did not always have one."""
    data = {"host": "box", "rest_port": 1, "events_port": 2, "system_port": 3}
    assert Address.from_entry(data) == Address("box", Ports(1, 2, 3, 54547))
    data["broadcast_port"] = 4
    assert Address.from_entry(data) == Address("box", Ports(1, 2, 3, 4))
    assert Address.from_entry(data).as_entry() == data
