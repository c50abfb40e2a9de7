"""A box is identified by its serial number or MAC address."""

import pytest

from custom_components.se_aibox.const import DOMAIN
from emulator import EmulatedBox, Variant
from homeassistant.config_entries import SOURCE_IGNORE
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr
from tests.integration.conftest import SetUp
from tests.integration.helpers import (
    MAC_ADDRESS,
    SERIAL_NUMBER,
    make_entry,
    until_listening,
)

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
        "rest_port": str(box.ports.rest),
        "count": "3",
    }
    result = await submit(hass, flow_id, choice(box))
    assert result["result"].unique_id == MAC_ADDRESS
    await hass.async_block_till_done()


def _like(known: EmulatedBox, **changes: str) -> EmulatedBox:
    """Return another box with one identifier of a known one."""
    same = {"serial_number": known.serial_number, "mac": known.mac}
    return EmulatedBox("flat", seed=2, device_count=1, **{**same, **changes})  # type: ignore[arg-type]  # Both are texts.


ALIKE = pytest.mark.parametrize(
    ("changes", "ours", "theirs"),
    [
        (
            {"serial_number": "HQATEVBAIAIAI0002"},
            {"serial_number": SERIAL_NUMBER, "mac_addresses": []},
            {"serial_number": "HQATEVBAIAIAI0002", "mac_addresses": []},
        ),
        (
            {"mac": "e0:a5:09:00:00:02"},
            {"serial_number": None, "mac_addresses": [MAC_ADDRESS]},
            {"serial_number": None, "mac_addresses": ["e0:a5:09:00:00:02"]},
        ),
    ],
    ids=["MAC", "serial number"],
)


@ALIKE
async def test_box_that_shares_an_identifier_is_added_if_the_user_says_so(
    hass: HomeAssistant,
    device_registry: dr.DeviceRegistry,
    box: EmulatedBox,
    set_up: SetUp,
    changes: dict[str, str],
    ours: dict[str, object],
    theirs: dict[str, object],
) -> None:
    """Each is known by what it alone has, from then on."""
    entry = await set_up()
    async with _like(box, **changes) as other:
        flow_id = await open_flow(hass)
        result = await submit(hass, flow_id, typed_address(other))
        assert result["type"] is FlowResultType.MENU
        assert result["step_id"] == "alike"
        placeholders = result["description_placeholders"]
        assert placeholders is not None
        assert placeholders["known"] == "BM1684\\-180"
        result = await submit(hass, flow_id, {"next_step_id": "another_box"})
        assert result["step_id"] == "choose"
        assert entry.data["mac_addresses"] == [MAC_ADDRESS]
        result = await submit(hass, flow_id, choice(other))
        second = result["result"]
        await hass.async_block_till_done()
        await until_listening(entry)
        await until_listening(second)
        assert entry.data.items() >= ours.items()
        assert second.data.items() >= theirs.items()
        assert second.unique_id != entry.unique_id
        boxes = [
            device.config_entry_id
            for device in device_registry.devices
            if device.via_device_id is None
        ]
        assert sorted(boxes) == sorted((entry.entry_id, second.entry_id))
        for one in (box, other):
            result = await submit(hass, await open_flow(hass), typed_address(one))
            assert result["reason"] == "already_configured"
        assert await hass.config_entries.async_unload(second.entry_id)


@ALIKE
async def test_box_that_shares_an_identifier_may_be_the_same_one(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    changes: dict[str, str],
    ours: dict[str, object],
    theirs: dict[str, object],
) -> None:
    """Nothing changes then."""
    entry = await set_up()
    before = dict(entry.data)
    async with _like(box, **changes) as other:
        flow_id = await open_flow(hass)
        await submit(hass, flow_id, typed_address(other))
        result = await submit(hass, flow_id, {"next_step_id": "same_box"})
    assert result["reason"] == "reconfigure_instead"
    assert entry.data == before


async def test_identifiers_that_are_unique_ids_elsewhere_are_not_used_twice(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """Two earlier boxes had them until they turned out to share them."""
    for number, unique_id in enumerate((SERIAL_NUMBER, MAC_ADDRESS)):
        entry = make_entry(
            box,
            entry_id=f"{number}",
            data={"serial_number": f"own{number}", "mac_addresses": []},
        )
        hass.config_entries._entries[entry.entry_id] = entry
        hass.config_entries.async_update_entry(entry, unique_id=unique_id)
    result = await add_box(hass, box)
    assert result["result"].unique_id not in (SERIAL_NUMBER, MAC_ADDRESS)


async def test_ignored_box_can_be_added_by_hand(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """It is not ignored any more then."""
    await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_IGNORE},
        data={"unique_id": SERIAL_NUMBER, "title": "BM1684-180"},
    )
    result = await add_box(hass, box)
    assert [entry.source for entry in hass.config_entries.async_entries(DOMAIN)] == [
        "user"
    ]
    assert result["result"].unique_id == SERIAL_NUMBER
