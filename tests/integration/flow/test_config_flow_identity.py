"""A box is identified by its serial number or MAC address."""

import pytest

from emulator import EmulatedBox, Variant
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.integration.conftest import SetUp
from tests.integration.helpers import MAC_ADDRESS, SERIAL_NUMBER, make_entry

from .flow_helpers import add_box, choice, open_flow, submit, typed_address


async def test_box_that_is_set_up_is_not_added_again(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """It is identified by its serial number."""
    await set_up()
    result = await submit(hass, await open_flow(hass), typed_address(box))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_second_box_is_another_entry(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """It has the same host name but another serial number."""
    await set_up()
    async with EmulatedBox("nested", seed=2, device_count=1) as other:
        result = await add_box(hass, other)
        assert result["result"].unique_id == other.serial_number != SERIAL_NUMBER
        assert await hass.config_entries.async_unload(result["result"].entry_id)


async def test_box_added_without_serial_number_is_recognized_with_one(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """Its MAC address identifies it."""
    box.state.variant = Variant(serial_missing=True)
    result = await add_box(hass, box)
    assert result["result"].unique_id == MAC_ADDRESS
    assert result["title"] == "BM1684-180"
    assert result["data"]["serial_number"] is None

    box.state.variant = Variant()
    result = await submit(hass, await open_flow(hass), typed_address(box))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_stored_serial_number_identifies_an_entry(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """The unique id of this entry is another MAC address."""
    entry = make_entry(box, data={"mac_addresses": []})
    hass.config_entries._entries[entry.entry_id] = entry
    hass.config_entries.async_update_entry(entry, unique_id="e0:a5:09:00:00:01")
    result = await submit(hass, await open_flow(hass), typed_address(box))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


@pytest.mark.parametrize("dialect", ["nested"])
async def test_known_box_with_a_closed_system_port_is_recognized(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Its MAC address identifies it."""
    await set_up()
    await box.port("system").close()
    result = await submit(hass, await open_flow(hass), typed_address(box))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


@pytest.mark.parametrize("dialect", ["nested"])
async def test_new_box_with_a_closed_system_port_is_named_after_its_mac(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """The MAC address is its unique id, too."""
    await box.port("system").close()
    flow_id = await open_flow(hass)
    result = await submit(hass, flow_id, typed_address(box))
    assert result["description_placeholders"] == {
        "name": "SE AI box 42\\:6c",
        "model": "\\?",
        "serial_number": "\\?",
        "software_version": "\\?",
        "count": "3",
    }
    result = await submit(hass, flow_id, choice(box))
    assert result["result"].unique_id == MAC_ADDRESS
    await hass.async_block_till_done()
