"""A recognition reaches everybody, once, in order, and nobody whom it does not concern."""

from typing import Any

import pytest

from emulator import EmulatedBox, Variant
from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import Event, HomeAssistant, callback
from tests.integration.conftest import SetUp
from tests.integration.helpers import (
    RECOGNITION,
    STATES_OF_A_FACE,
    Heard,
    device_list_requests,
    state_of,
    until,
)

pytest_plugins = ["tests.integration.entity_fixtures"]

EVENT = "event.front_door_recognition"


@pytest.mark.usefixtures("every_entity_enabled")
async def test_order(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, heard: Heard
) -> None:
    """An automation on either event finds the states that belong to it."""
    await set_up()
    order: list[str] = []

    @callback
    def _note(event: Event[Any]) -> None:
        order.append(event.data.get("entity_id", event.event_type))

    hass.bus.async_listen(EVENT_STATE_CHANGED, _note)
    hass.bus.async_listen(RECOGNITION, _note)
    await box.recognize(box.devices[0], box.people[0])
    await heard.next()
    assert set(order[:-2]) == STATES_OF_A_FACE
    assert order[-2:] == [EVENT, RECOGNITION]


@pytest.mark.usefixtures("every_entity_enabled")
async def test_other_capture_devices_stay_quiet(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, heard: Heard
) -> None:
    """A recognition writes each state of its capture device once, and no other state at all."""
    await set_up()
    written: list[str] = []

    @callback
    def _note(event: Event[Any]) -> None:
        written.append(event.data["entity_id"])

    hass.bus.async_listen(EVENT_STATE_CHANGED, _note)
    hass.bus.async_listen(
        EVENT_STATE_REPORTED, _note, event_filter=callback(lambda _: True)
    )
    await box.recognize(box.devices[0], box.people[0])
    await heard.next()
    assert sorted(written) == sorted({*STATES_OF_A_FACE, EVENT})
    # The same person again.
    written.clear()
    await box.recognize(box.devices[0], box.people[0])
    await heard.next()
    assert sorted(written) == sorted({*STATES_OF_A_FACE, EVENT})


@pytest.mark.no_fail_on_log_exception
async def test_one_broken_listener(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What goes wrong in one listener is logged; the others are told all the same, the next time too."""
    entry = await set_up()
    front_door = box.devices[0].device_id
    told: list[str] = []

    @callback
    def _break(*_: object) -> None:
        raise RuntimeError("out of order")

    coordinator = entry.runtime_data
    stop = coordinator.async_add_listener(_break, front_door)
    coordinator.async_add_recognition_listener(_break, front_door)
    coordinator.async_add_listener(lambda: told.append("state"), front_door)
    coordinator.async_add_recognition_listener(
        callback(lambda _: told.append("recognition")), front_door
    )
    for person in box.people[:2]:
        await box.recognize(box.devices[0], person)
        assert (await heard.next())["identity_id"] == person.identity_id
        assert state_of(hass, "sensor.front_door_last_person") == person.name
    assert told == ["state", "recognition"] * 2
    assert caplog.text.count("Error updating BM1684-180") == 2
    assert coordinator.data.connected
    stop()
    caplog.clear()


async def test_each_recognition_once(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, heard: Heard
) -> None:
    """A reconnect, a device list poll or a change of connection repeats nothing."""
    entry = await set_up()
    await box.recognize(box.devices[0], box.people[0])
    await heard.next()
    entity = hass.states.get("event.front_door_recognition")
    before = device_list_requests(box)
    await box.drop()
    await until(lambda: device_list_requests(box) > before)
    await box.wait_for_subscription()
    await entry.runtime_data.async_refresh()
    assert hass.states.get("event.front_door_recognition") is entity

    last = await box.recognize(box.devices[1], box.people[3])
    assert (await heard.next())["identity_id"] == last.identity_id
    assert heard.unread == 0
    assert hass.states.get("event.front_door_recognition") is entity


async def test_pushed_twice(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, heard: Heard
) -> None:
    """A message that the box pushes twice under one id of its own counts once."""
    box.state.variant = Variant(duplicates=1, live_event_id=True)
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    first = await heard.next()
    await box.recognize(box.devices[0], box.people[1])
    second = await heard.next()
    assert (first["identity_name"], second["identity_name"]) == ("Tom", "小明")
    box.state.variant = Variant(live_event_id=True)
    await box.recognize(box.devices[0], box.people[3])
    assert (await heard.next())["identity_name"] == "Anna Schmidt"
    assert heard.unread == 0


async def test_two_strangers_at_once(
    box: EmulatedBox, set_up: SetUp, heard: Heard
) -> None:
    """Two strangers before one camera in one millisecond are two events with two ids."""
    await set_up()
    first = await box.recognize(box.devices[0])
    await box.recognize(box.devices[0], timestamp_ms=first.timestamp_ms)
    events = [await heard.next(), await heard.next()]
    assert len({event["recognition_id"] for event in events}) == 2
