"""Capture devices that disappear and return while Home Assistant runs."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from custom_components.se_aibox.aibox.models import BoxInfo, CaptureDevice, Dialect
from custom_components.se_aibox.box import device_list
from custom_components.se_aibox.box.data import BoxData
from custom_components.se_aibox.box.device_list import (
    DEVICE_LIST_INTERVAL,
    next_reading,
    take_devices,
)
from custom_components.se_aibox.box.registry import box_identifier
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from tests.integration.helpers import (
    FiredEvents,
    state_of,
    state_where,
    until,
    until_listening,
)

from .device_list_helpers import FRONT_DOOR, LOBBY, notice, registered

pytest_plugins = ["tests.integration.box.device_list_fixtures"]
pytestmark = pytest.mark.usefixtures("short_waits")


async def test_removed_device_returns_with_its_ids(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry, fired: FiredEvents
) -> None:
    """Two answers must lack it before it is removed."""
    front_door = box.devices[0]
    before = registered(hass, entry, front_door)
    assert before is not None
    await box.recognize(front_door, box.people[0])
    await fired.next()
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
    await until_listening(entry)
    await box.recognize(front_door, box.people[1])
    await fired.next()
    assert state_of(hass, FRONT_DOOR) == "小明"


async def test_device_that_one_answer_lacks_stays(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    fired: FiredEvents,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """State, subscription and registry entry stay."""
    monkeypatch.setattr(device_list, "_SECONDS_TO_BE_GONE", 3600)
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
    await until_listening(entry)
    await box.recognize(front_door, box.people[0])
    await fired.next()
    assert state_of(hass, FRONT_DOOR) == "Tom"


async def test_empty_list_removes_nothing(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry
) -> None:
    """A box that starts may give it, again and again."""
    devices = list(box.devices)
    box.devices.clear()
    for _ in range(3):
        await entry.runtime_data.async_refresh()
    assert all(registered(hass, entry, device) for device in devices)
    assert state_of(hass, FRONT_DOOR) == "unknown"
    assert len(box.subscriptions[0].device_ids) == 3


async def test_device_removed_during_an_unload_needs_a_second_answer(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry
) -> None:
    """An empty answer does not count."""
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


async def test_user_can_delete_a_device_that_the_box_lacks(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    device_registry: dr.DeviceRegistry,
    hass_ws_client: Callable[[HomeAssistant], Awaitable[Any]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The box itself cannot be deleted, and the device may return."""
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

    # Even with an empty list, the box cannot be deleted.
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


async def test_deselected_device_is_removed(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry
) -> None:
    """The box still lists it."""
    deselected, *others = box.devices
    hass.config_entries.async_update_entry(
        entry,
        options={
            **entry.options,
            "capture_devices": [device.device_id for device in others],
            "ignored_capture_devices": [deselected.device_id],
        },
    )
    await hass.async_block_till_done()
    assert registered(hass, entry, deselected) is None
    assert hass.states.get(FRONT_DOOR) is None
    assert state_of(hass, LOBBY) == "unknown"
    await until(lambda: [len(client.device_ids) for client in box.subscriptions] == [2])


def _devices(*keys: str) -> tuple[CaptureDevice, ...]:
    return tuple(CaptureDevice(key) for key in keys)


def test_answers_in_quick_succession_count_as_one() -> None:
    """An answer that has the device restarts the time."""
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
            assert set(data.in_last_list) == set(answer), now
