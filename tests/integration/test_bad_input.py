"""Unreadable messages, and recognitions at unlisted capture devices."""

import asyncio
from collections import Counter
import logging
from typing import Any

import orjson
import pytest

from emulator import Device, EmulatedBox, Identity, Variant
from emulator.cast import cast_device
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, HomeAssistant, callback

from .conftest import SetUp
from .helpers import (
    RECOGNITION,
    FiredEvents,
    device_list_requests,
    held,
    state_becomes,
    state_of,
    until,
)

WAREHOUSE = "sensor.warehouse_last_person"


def warnings_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the integration's warnings."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.levelno == logging.WARNING
        and record.name == "custom_components.se_aibox"
    ]


FRAMES: dict[str | bytes, str] = {
    "Tom stands at the door": "not JSON",
    "": "not JSON",
    b"\xff\xfe\x00Tom": "not JSON",
    '{"identity_name": "Tom", "score":': "not JSON",
    '["Tom"]': "not an object",
    '"Tom"': "not an object",
    '{"identity_name": "Tom"}': "no DEVICE",
    '{"DEVICE": "d", "identity_name": "Tom"}': "no timestamp",
    '{"DEVICE": "d", "timestamp": "Tom"}': "timestamp is not a number",
    '{"DEVICE": "d", "timestamp": 1e300}': "timestamp is not a time",
    '{"DEVICE": ["Tom"], "timestamp": 1}': "DEVICE is not a text",
    '{"DEVICE": "d", "timestamp": 1, "identity_id": "1", "identity_name": ["Tom"]}': (
        "identity_name is not a text"
    ),
}


async def test_unreadable_frames_are_counted_and_logged_once_a_kind(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The log never has their contents, and the next frame is delivered."""
    key = "device_id" if box.dialect == "nested" else "media_device_id"
    entry = await set_up()
    caplog.clear()
    caplog.set_level(logging.DEBUG)
    expected: Counter[str] = Counter()
    for frame, kind in FRAMES.items():
        for _ in range(2):
            if isinstance(frame, bytes):
                await box.send_raw(frame, binary=True)
            else:
                await box.send_raw(frame.replace("DEVICE", key))
        expected[kind.replace("DEVICE", key)] += 2
        # The next readable one is delivered.
        await box.recognize(box.devices[0], box.people[3])
        assert (await fired.next())["identity_name"] == "Anna Schmidt"
        assert fired.unread == 0
    assert entry.runtime_data.log.skipped == expected
    warnings = warnings_of(caplog)
    assert len(warnings) == len(expected)
    for kind in expected:
        assert any(f"({kind})" in warning for warning in warnings)
    assert "Tom" not in caplog.text
    assert state_of(hass, "binary_sensor.bm1684_180_connection") == "on"


async def push(box: EmulatedBox, device: Device, person: Identity) -> None:
    """Push a recognition, even if nothing has subscribed to the device."""
    emitted = await box.recognize(device, person, push=False)
    await box.send_raw(orjson.dumps(emitted.message))


async def test_new_device_has_states_before_its_first_event(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """The list is read once, and the box is subscribed to the device."""
    await set_up()
    box.requests.clear()
    order: list[tuple[str, str]] = []

    @callback
    def _note(event: Event[Any]) -> None:
        if event.event_type == RECOGNITION:
            order.append((RECOGNITION, event.data["identity_name"]))
        elif "warehouse" in event.data["entity_id"]:
            order.append((event.data["entity_id"], event.data["new_state"].state))

    hass.bus.async_listen(EVENT_STATE_CHANGED, _note)
    hass.bus.async_listen(RECOGNITION, _note)
    device = box.add_device(name="Warehouse")
    await push(box, device, box.people[0])
    await push(box, device, box.people[1])
    first, second = await fired.next(), await fired.next()
    assert [first["identity_name"], second["identity_name"]] == ["Tom", "小明"]
    assert first["device_id"] is not None
    assert first["capture_device_name"] == "Warehouse"
    # A broadcast may cause another reading.
    assert device_list_requests(box) <= (1 if box.dialect == "nested" else 2)

    event = "event.warehouse_recognition"
    named = [entity for entity, _ in order]
    # The event entity has a state before the first event.
    assert order.index((event, "unknown")) < named.index(RECOGNITION)
    assert order.index((WAREHOUSE, "unknown")) < order.index((WAREHOUSE, "Tom"))
    assert order.index((WAREHOUSE, "Tom")) < named.index(RECOGNITION)
    assert named.count(event) == 3
    assert order.index((WAREHOUSE, "小明")) > named.index(RECOGNITION)
    await until(lambda: device.device_id in box.subscriptions[0].device_ids)


async def test_recognition_at_unknown_device_is_skipped(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The list is not read again for it before the next poll."""
    box.state.variant = Variant(pushes_unlisted=True)
    entry = await set_up()
    skipped = entry.runtime_data.log.skipped
    caplog.clear()
    box.requests.clear()
    for count in (1, 2, 3):
        await box.recognize("no-such-device", box.people[0])
        await until(lambda: skipped.total() == count)  # noqa: B023 - used at once
    assert device_list_requests(box) == 1
    assert len(warnings_of(caplog)) == 1
    assert "Tom" not in caplog.text

    await entry.runtime_data.async_refresh()
    await box.recognize("no-such-device", box.people[0])
    await until(lambda: skipped.total() == 4)
    assert device_list_requests(box) == 3
    await box.recognize(box.devices[0], box.people[1])
    assert (await fired.next())["identity_name"] == "小明"
    assert fired.unread == 0
    assert hass.states.get("sensor.capture_device_no_such_last_person") is None


async def test_two_unknown_devices_cause_one_reading_each(
    box: EmulatedBox, set_up: SetUp
) -> None:
    """Recognitions that alternate between them cause no others."""
    box.state.variant = Variant(pushes_unlisted=True)
    entry = await set_up()
    skipped = entry.runtime_data.log.skipped
    box.requests.clear()
    for count in range(1, 7):
        await box.recognize(f"no-such-device-{count % 2}", box.people[0])
        await until(lambda: skipped.total() == count)  # noqa: B023 - used at once
    assert device_list_requests(box) == 2


async def test_recognition_waits_while_the_list_cannot_be_read(
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Others are delivered; this one is skipped, as the list lacks its device."""
    box.state.variant = Variant(pushes_unlisted=True)
    entry = await set_up()
    box.state.initializing = True
    await box.recognize("no-such-device", box.people[0])
    await until(lambda: "still starting" in caplog.text)
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    assert entry.runtime_data.log.skipped.total() == 0
    box.state.initializing = False
    await until(lambda: entry.runtime_data.log.skipped.total() == 1)
    assert fired.unread == 0
    caplog.clear()


async def test_recognition_at_deselected_device_is_skipped(
    box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """The list is not read for it."""
    deselected, *selected = box.devices
    entry = await set_up(
        {
            "capture_devices": [device.device_id for device in selected],
            "ignored_capture_devices": [deselected.device_id],
        }
    )
    box.requests.clear()
    await push(box, deselected, box.people[0])
    await push(box, selected[0], box.people[1])
    assert (await fired.next())["identity_name"] == "小明"
    assert entry.runtime_data.log.skipped.total() == 1
    assert device_list_requests(box) == 0
    assert fired.unread == 0


async def test_recognitions_keep_their_order_while_the_list_is_read(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """A poll finds the device while the first recognition waits."""
    entry = await set_up()
    rest = entry.runtime_data.client.rest
    # Without a broadcast, which would cause another reading.
    device = cast_device(box.state.seed, 7, "Warehouse")
    box.devices.append(device)
    async with held(rest, "capture_devices") as first:
        poll = asyncio.create_task(entry.runtime_data.async_refresh())
        await until(lambda: first.call_count == 1)
        await push(box, device, box.people[0])
        await until(lambda: len(entry.runtime_data.delivery.unlisted._waiting) == 1)
    async with held(rest, "capture_devices") as second:
        await poll
        await state_becomes(hass, WAREHOUSE, "unknown")
        await until(lambda: second.call_count == 1)
        await push(box, device, box.people[1])
        await until(lambda: len(entry.runtime_data.delivery.unlisted._waiting) == 2)
        assert fired.unread == 0
    events = [await fired.next(), await fired.next()]
    assert [event["identity_name"] for event in events] == ["Tom", "小明"]
    assert state_of(hass, WAREHOUSE) == "小明"
