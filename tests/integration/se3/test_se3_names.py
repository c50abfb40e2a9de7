"""The names of the capture devices of a box that does not list them."""

import pytest

from custom_components.se_aibox.aibox.models import CaptureDevice
from custom_components.se_aibox.box.naming import CaptureDeviceNames
from custom_components.se_aibox.box.registry import async_registered_capture_devices
from emulator import EmulatedSe3
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.integration.helpers import FiredEvents, until

from .se3_helpers import add, find, make_se3, make_se3_entry

pytest_plugins = ["tests.integration.se3.se3_fixtures"]

SUGGESTED = ["Camera 1 of BM1684-180", "Camera 2 of BM1684-180"]


def entity_ids(hass: HomeAssistant) -> list[str]:
    """Return the ids of the event entities."""
    return sorted(hass.states.async_entity_ids("event"))


async def test_names_entered_in_the_flow_count_from_the_first_push(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, fired: FiredEvents
) -> None:
    """Nobody has to look for an address in an entity id."""
    result = await find(hass, se3)
    first, second = se3.devices
    asked = {"pictures": ["captured"], "names": [f" {first.ip} = Front door ", " "]}
    result = await hass.config_entries.flow.async_configure(result["flow_id"], asked)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["options"]["names"] == {first.ip: "Front door"}
    await hass.async_block_till_done()
    await until(lambda: result["result"].runtime_data.data.connected)
    for device, name in ((first, "Front door"), (second, SUGGESTED[0])):
        await se3.recognize(device, se3.people[0])
        assert (await fired.next())["capture_device_name"] == name
    assert entity_ids(hass) == [
        "event.camera_1_of_bm1684_180_recognition",
        "event.front_door_recognition",
    ]


@pytest.mark.parametrize(
    "names", [["Front door"], ["192.168.150.20"], ["192.168.150.20 A", "gate B"]]
)
async def test_name_without_an_address_is_refused(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, names: list[str]
) -> None:
    """What was entered stays in the form, and so does the URL."""
    result = await find(hass, se3)
    flow_id = result["flow_id"]
    before = result["description_placeholders"]
    asked = {"pictures": ["captured"], "names": names}
    result = await hass.config_entries.flow.async_configure(flow_id, asked)
    assert result["errors"] == {"names": "bad_names"}
    assert result["description_placeholders"] == before
    schema = result["data_schema"]
    assert schema is not None
    assert {
        str(key): key.description["suggested_value"]
        for key in schema.schema
        if key.description
    } == asked


async def test_suggested_names_are_numbered_and_kept(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, fired: FiredEvents
) -> None:
    """Neither a reload nor the order of the addresses changes them."""
    entry = await add(hass, make_se3_entry(se3))
    first, second = se3.devices
    for device, name in ((second, SUGGESTED[0]), (first, SUGGESTED[1])):
        await se3.recognize(device, se3.people[0])
        assert (await fired.next())["capture_device_name"] == name
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    registered = async_registered_capture_devices(hass, entry)
    assert registered[second.ip].name == SUGGESTED[0]
    assert registered[first.ip].name == SUGGESTED[1]


async def test_name_once_given_stays_before_its_device_is_registered(
    hass: HomeAssistant, se3: EmulatedSe3, base: str
) -> None:
    """Another device with a lower address may appear meanwhile."""
    entry = await add(hass, make_se3_entry(se3))
    names = CaptureDeviceNames(hass, entry, {})
    low, high = (CaptureDevice(f"192.168.150.{n}", "") for n in (20, 21))
    assert not async_registered_capture_devices(hass, entry)
    for devices in ([high], [low, high]):
        named = {
            one.capture_device_id: one.name for one in await names.async_name(devices)
        }
        assert named[high.capture_device_id] == SUGGESTED[0]
    assert named[low.capture_device_id] == SUGGESTED[1]


async def test_suggested_name_is_in_the_language_of_home_assistant(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, fired: FiredEvents
) -> None:
    """The language is Chinese here."""
    hass.config.language = "zh-Hans"
    await add(hass, make_se3_entry(se3))
    await se3.recognize(se3.devices[0], se3.people[0])
    name = "BM1684-180 的摄像头 1"
    assert (await fired.next())["capture_device_name"] == name


async def test_name_that_the_box_has_needs_no_suggestion(
    hass: HomeAssistant, base: str, fired: FiredEvents
) -> None:
    """The user's name comes before it."""
    async with make_se3(lists_devices=True) as se3:
        first, second = se3.devices
        names = {first.ip: "Gate"}
        await add(hass, make_se3_entry(se3, options={"names": names}))
        for device, name in ((first, "Gate"), (second, second.name)):
            await se3.recognize(device, se3.people[0])
            assert (await fired.next())["capture_device_name"] == name


async def test_names_can_be_changed_in_the_options(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, fired: FiredEvents
) -> None:
    """Names that are taken away leave the devices as they are called."""
    ip = str(se3.devices[0].ip)
    entry = await add(hass, make_se3_entry(se3, options={"names": {ip: "Gate"}}))
    await se3.recognize(se3.devices[0], se3.people[0])
    await fired.next()
    options = {
        "capture_devices": [ip],
        "add_new_capture_devices": True,
        "pictures": ["captured"],
        "hold_time": 30,
        "recover_history": True,
        "freshness_limit": 60,
        "identity_info_in_events": False,
    }
    result = await hass.config_entries.options.async_init(entry.entry_id)
    schema = result["data_schema"]
    assert schema is not None
    [names] = [key for key in schema.schema if key == "names"]
    assert names.description == {"suggested_value": [f"{ip} Gate"]}
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], {**options, "names": ["Gate"]}
    )
    assert result["errors"] == {"names": "bad_names"}
    for entered, shown in (([f"{ip} Front door"], "Front door"), ([], "Front door")):
        if result["type"] is not FlowResultType.FORM:
            result = await hass.config_entries.options.async_init(entry.entry_id)
        result = await hass.config_entries.options.async_configure(
            result["flow_id"], {**options, "names": entered}
        )
        assert result["type"] is FlowResultType.CREATE_ENTRY
        await hass.async_block_till_done()
        assert async_registered_capture_devices(hass, entry)[ip].name == shown
    assert entry.options["names"] == {}
