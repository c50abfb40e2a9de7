"""The permission groups of boxes."""

from dataclasses import replace

import pytest

from emulator import EmulatedBox, Variant
from homeassistant.core import HomeAssistant
from tests.integration.conftest import SetUp

from .action_helpers import act, of_box, one


async def test_groups_have_ids_names_and_capture_devices(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    box.state.permission_groups.clear()
    box.state.permission_groups.update({"f4add9c0": "Office", "0b5c": "Canteen"})
    box.devices[:] = [replace(each, permission_id="f4add9c0") for each in box.devices]
    await set_up()
    found = one(await act(hass, "get_groups", of_box()))
    assert found["groups"] == [
        {
            "group_id": "f4add9c0",
            "name": "Office",
            "capture_devices": sorted(each.name for each in box.devices),
        },
        {"group_id": "0b5c", "name": "Canteen", "capture_devices": []},
    ]


@pytest.mark.parametrize("dialect", ["nested"])
async def test_firmware_without_ids_of_groups_lists_names(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    box.state.variant = Variant(permission_ids_missing=True)
    box.state.permission_groups.clear()
    box.state.permission_groups["f4add9c0"] = "Office"
    await set_up()
    found = one(await act(hass, "get_groups", of_box()))
    assert found["groups"] == [
        {"group_id": None, "name": "Office", "capture_devices": []}
    ]
