"""Changing the options of a box."""

import pytest

from custom_components.se_aibox.box.door_code import is_code
from custom_components.se_aibox.box.options import BoxOptions
from custom_components.se_aibox.box.registry import async_registered_capture_devices
from emulator import EmulatedBox
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from tests.integration.conftest import ClientGenerator, SetUp
from tests.integration.helpers import make_entry, state_of, until

from .flow_helpers import labels, suggested
from .options_helpers import change, choice, enter_options, open_options


async def test_options_form_shows_stored_values_and_defaults(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The capture devices have their names."""
    front_door, gate, lobby = box.devices
    entry = await set_up(
        {
            "capture_devices": [front_door.device_id],
            "ignored_capture_devices": [gate.device_id],
            "pictures": ["captured"],
            "hold_time": 90,
        }
    )
    result = await open_options(hass, entry)
    assert labels(result) == {
        front_door.device_id: "Front door (192.168.150.20)",
        gate.device_id: "大门 (192.168.150.21)",
        lobby.device_id: "Lobby turnstile (192.168.150.22)",
    }
    assert suggested(result) == {
        # A new one that was not left out is selected, too.
        "capture_devices": [front_door.device_id, lobby.device_id],
        "add_new_capture_devices": True,
        "pictures": ["captured"],
        "hold_time": 90,
    }
    schema = result["data_schema"]
    assert schema is not None
    assert {
        str(key): key.default()
        for key in schema.schema
        if key in ("freshness_limit", "recover_history", "identity_info_in_events")
    } == {
        "freshness_limit": 60,
        "recover_history": True,
        "identity_info_in_events": False,
    }


async def test_changed_options_take_effect_after_one_reload(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Other stored options stay as they are."""
    front_door, *others = [device.device_id for device in box.devices]
    entry = await set_up({"from_elsewhere": 1, "ignored_capture_devices": ["old"]})
    await change(
        hass,
        box,
        entry,
        capture_devices=others,
        pictures=["reference"],
        hold_time=5.0,
        freshness_limit=120.0,
        recover_history=False,
        add_new_capture_devices=False,
    )
    assert entry.options == {
        "from_elsewhere": 1,
        "capture_devices": others,
        "ignored_capture_devices": ["old", front_door],
        "add_new_capture_devices": False,
        "pictures": ["reference"],
        "hold_time": 5,
        "freshness_limit": 120,
        "recover_history": False,
        "identity_info_in_events": False,
        "device_status": False,
    }
    assert all(
        type(entry.options[key]) is int for key in ("hold_time", "freshness_limit")
    )
    options = BoxOptions.from_mapping(entry.options)
    assert options.hold_time.total_seconds() == 5
    assert options.freshness_limit.total_seconds() == 120
    assert not options.recover_history
    [subscription] = box.subscriptions
    assert set(subscription.device_ids) == set(others)
    assert (subscription.face, subscription.reference) == (False, True)
    assert front_door not in async_registered_capture_devices(hass, entry)
    assert hass.states.get("sensor.front_door_last_person") is None
    assert state_of(hass, "sensor.lobby_turnstile_last_person") == "unknown"

    # Select it again.
    await change(hass, box, entry, capture_devices=[front_door, *others])
    assert entry.options["ignored_capture_devices"] == ["old"]
    assert state_of(hass, "sensor.front_door_last_person") == "unknown"


def test_missing_or_invalid_options_have_defaults() -> None:
    """An older entry lacks newer options."""
    for options in ({}, {"hold_time": "x", "freshness_limit": None}):
        read = BoxOptions.from_mapping(options)
        assert read.hold_time.total_seconds() == 30
        assert read.freshness_limit.total_seconds() == 60
        assert read.recover_history
        assert not read.identity_info_in_events


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize("field", ["hold_time", "freshness_limit"])
@pytest.mark.parametrize("seconds", [0, -1, 3601, "soon"])
async def test_times_out_of_range_are_refused(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, field: str, seconds: object
) -> None:
    """They are 1 to 3600 seconds."""
    entry = await set_up()
    result = await open_options(hass, entry)
    with pytest.raises(InvalidData):
        await hass.config_entries.options.async_configure(
            result["flow_id"], choice(entry, **{field: seconds})
        )


async def test_device_that_left_the_box_can_stay_selected_or_be_left_out(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    device_registry: dr.DeviceRegistry,
) -> None:
    """It has the name that the user gave it."""
    entry = await set_up()
    front_door, gate, lobby = box.devices
    registered = async_registered_capture_devices(hass, entry)
    device_registry.async_update_device(
        registered[gate.device_id].id, name_by_user="My gate"
    )
    box.remove_device(gate.device_id)
    await entry.runtime_data.async_refresh()
    result = await open_options(hass, entry)
    assert labels(result) == {
        front_door.device_id: "Front door (192.168.150.20)",
        lobby.device_id: "Lobby turnstile (192.168.150.22)",
        gate.device_id: "My gate (no longer on the box)",
    }
    assert set(suggested(result)["capture_devices"]) == set(labels(result))

    await change(hass, box, entry)
    assert gate.device_id in entry.options["capture_devices"]
    await change(
        hass, box, entry, capture_devices=[front_door.device_id, lobby.device_id]
    )
    assert entry.options["ignored_capture_devices"] == [gate.device_id]
    box.add_device(gate)
    await entry.runtime_data.async_refresh()
    assert gate.device_id not in box.subscriptions[0].device_ids


@pytest.mark.parametrize("dialect", ["nested"])
async def test_options_of_an_unreachable_box_can_be_changed(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The form shows the known capture devices."""
    entry = await set_up({"capture_devices": ["unheard-of"]})
    await box.stop()
    await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    result = await open_options(hass, entry)
    assert labels(result) == {
        **{device.device_id: device.name for device in box.devices},
        "unheard-of": "unheard-of",
    }
    assert suggested(result)["capture_devices"] == list(labels(result))
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], choice(entry, hold_time=7)
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options["hold_time"] == 7


async def test_unchanged_options_cause_no_reload(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Nor do preferences of the entry."""
    options = choice(make_entry(box), ignored_capture_devices=[], device_status=False)
    entry = await set_up(options)
    coordinator = entry.runtime_data
    result = await open_options(hass, entry)
    await hass.config_entries.options.async_configure(result["flow_id"], choice(entry))
    hass.config_entries.async_update_entry(entry, pref_disable_new_entities=True)
    await hass.async_block_till_done()
    assert entry.runtime_data is coordinator
    assert len(box.subscriptions) == 1


async def test_device_of_the_box_has_the_title_of_the_entry(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A new title renames it, without a reload."""
    entry = await set_up()
    coordinator = entry.runtime_data
    hass.config_entries.async_update_entry(entry, title="Gatehouse")
    await hass.async_block_till_done()
    state = hass.states.get("binary_sensor.bm1684_180_connection")
    assert state is not None
    assert state.name == "Gatehouse Connection"
    assert entry.runtime_data is coordinator
    assert len(box.subscriptions) == 1


async def test_title_that_changes_during_the_setup_names_the_device(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """The box is not registered yet."""
    entry = make_entry(box)
    box.state.delay = 0.1
    setup = hass.async_create_task(hass.config_entries.async_add(entry))
    await until(lambda: bool(entry.update_listeners))
    assert entry.state is ConfigEntryState.SETUP_IN_PROGRESS
    hass.config_entries.async_update_entry(entry, title="Gatehouse")
    await setup
    await hass.async_block_till_done()
    state = hass.states.get("binary_sensor.gatehouse_connection")
    assert state is not None
    assert state.name == "Gatehouse Connection"


@pytest.mark.parametrize("dialect", ["nested"])
async def test_options_form_can_be_sent_as_json(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, hass_client: ClientGenerator
) -> None:
    """Its answer is accepted."""
    assert await async_setup_component(hass, "config", {})
    entry = await set_up()
    client = await hass_client()
    flows = "/api/config/config_entries/options/flow"
    response = await client.post(flows, json={"handler": entry.entry_id})
    form = await response.json()
    assert [field["name"] for field in form["data_schema"]] == [
        "capture_devices",
        "add_new_capture_devices",
        "pictures",
        "hold_time",
        "recover_history",
        "freshness_limit",
        "identity_info_in_events",
        "receive_uploads",
        "device_status",
        *(["door_code"] if box.dialect == "nested" else []),
    ]
    response = await client.post(f"{flows}/{form['flow_id']}", json=choice(entry))
    assert (await response.json())["type"] == "create_entry"
    await hass.async_block_till_done()


@pytest.mark.parametrize("dialect", ["nested"])
async def test_code_of_the_locks_is_stored_as_a_hash_and_never_shown(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """It stays until another is entered or it is removed."""
    entry = await set_up()
    assert "remove_door_code" not in suggested(await open_options(hass, entry))
    for code in ("204060", "123456789012"):
        await change(hass, box, entry, door_code=code)
        stored = entry.options["door_code"]
        assert is_code(code, stored)
        assert code not in str(entry.as_dict())
    form = await open_options(hass, entry)
    assert form["data_schema"] is not None
    assert "remove_door_code" in form["data_schema"].schema
    assert stored not in str(suggested(form))
    await change(hass, box, entry, hold_time=5, remove_door_code=False)
    assert entry.options["door_code"] == stored
    assert "remove_door_code" not in entry.options
    # As a form sends a field that was emptied.
    await change(hass, box, entry, hold_time=6, door_code="")
    assert entry.options["door_code"] == stored
    await change(hass, box, entry, remove_door_code=True)
    assert "door_code" not in entry.options
    assert not entry.runtime_data.doors.ask_for_a_code


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize("code", ["123", "1234567890123", "12a4", "１２３４", "1234\n"])
async def test_code_that_no_number_pad_has_is_refused(
    hass: HomeAssistant, set_up: SetUp, code: str
) -> None:
    """The form says what to enter."""
    entry = await set_up()
    result = await enter_options(hass, entry, door_code=code)
    assert result["errors"] == {"door_code": "bad_door_code"}
    assert "door_code" not in entry.options


@pytest.mark.parametrize("dialect", ["flat"])
async def test_box_that_opens_no_doors_is_asked_for_no_code(
    hass: HomeAssistant, set_up: SetUp
) -> None:
    """A code from before an update can be removed."""
    entry = await set_up()
    form = await open_options(hass, entry)
    assert form["data_schema"] is not None
    assert "door_code" not in form["data_schema"].schema
    entry = hass.config_entries.async_get_known_entry(entry.entry_id)
    assert await hass.config_entries.async_unload(entry.entry_id)
    hass.config_entries.async_update_entry(
        entry, options={**entry.options, "door_code": "00:00"}
    )
    form = await open_options(hass, entry)
    assert form["data_schema"] is not None
    assert {"door_code", "remove_door_code"} <= form["data_schema"].schema.keys()
