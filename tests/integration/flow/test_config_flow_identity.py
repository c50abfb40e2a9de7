"""Which box it is: known by its serial number or MAC address, never by where it is."""

import pytest

from emulator import EmulatedBox, Variant
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.integration.conftest import SetUp
from tests.integration.helpers import MAC_ADDRESS, SERIAL_NUMBER, make_entry

from .flow_helpers import add_box, choice, open_flow, submit, typed_address


async def test_same_serial_number(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A box that is set up already is not offered again."""
    await set_up()
    result = await submit(hass, await open_flow(hass), typed_address(box))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_second_box(hass: HomeAssistant, box: EmulatedBox, set_up: SetUp) -> None:
    """Another box is another entry, even one of the same host name."""
    await set_up()
    async with EmulatedBox("nested", seed=2, device_count=1) as other:
        result = await add_box(hass, other)
        assert result["result"].unique_id == other.serial_number != SERIAL_NUMBER
        assert await hass.config_entries.async_unload(result["result"].entry_id)


async def test_known_by_mac_before_its_serial_number(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """A box that was added while it told no serial number is recognised once it tells one."""
    box.state.variant = Variant(serial_missing=True)
    result = await add_box(hass, box)
    assert result["result"].unique_id == MAC_ADDRESS
    assert result["title"] == "BM1684-180"
    assert result["data"]["serial_number"] is None

    box.state.variant = Variant()
    result = await submit(hass, await open_flow(hass), typed_address(box))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_known_by_serial_number_under_another_unique_id(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """The stored serial number counts too, whatever the entry's unique id was made of."""
    entry = make_entry(box, data={"mac_addresses": []})
    hass.config_entries._entries[entry.entry_id] = entry
    hass.config_entries.async_update_entry(entry, unique_id="e0:a5:09:00:00:01")
    result = await submit(hass, await open_flow(hass), typed_address(box))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


@pytest.mark.parametrize("dialect", ["nested"])
async def test_system_port_closed_later(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A known box is recognised by its MAC address when its system port is closed."""
    await set_up()
    await box.port("system").close()
    result = await submit(hass, await open_flow(hass), typed_address(box))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


@pytest.mark.parametrize("dialect", ["nested"])
async def test_system_port_never_open(hass: HomeAssistant, box: EmulatedBox) -> None:
    """The MAC address makes the unique id and the name where the system port is closed."""
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
