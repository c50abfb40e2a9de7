"""Helpers for capture devices that appear, change and disappear."""

from custom_components.se_aibox.box.device_list import DEVICE_LIST_INTERVAL
from custom_components.se_aibox.box.registry import async_registered_capture_devices
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from emulator import Device, EmulatedBox
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from tests.integration.helpers import (
    device_list_requests,
    let_time_pass,
    make_entry,
    until,
    until_listening,
)

FRONT_DOOR = "sensor.front_door_last_person"
LOBBY = "sensor.lobby_turnstile_last_person"


async def load(hass: HomeAssistant, box: EmulatedBox) -> SeAiBoxConfigEntry:
    """Set up a box and wait for its connection and scan."""
    entry = make_entry(box)
    await hass.config_entries.async_add(entry)
    await hass.async_block_till_done()
    await until_listening(entry)
    return entry


async def notice(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry
) -> None:
    """Wait until a change is noticed, by broadcast or by the next poll."""
    before = device_list_requests(box)
    if box.dialect == "nested":
        let_time_pass(hass, DEVICE_LIST_INTERVAL)
    await until(lambda: device_list_requests(box) > before)
    # Wait for that reading, and read once more.
    await entry.runtime_data.async_refresh()
    await hass.async_block_till_done()


def registered(
    hass: HomeAssistant, entry: SeAiBoxConfigEntry, device: Device
) -> dr.DeviceEntry | None:
    """Return the registry entry of a capture device."""
    return async_registered_capture_devices(hass, entry).get(device.device_id)
