"""Each recognition is delivered once and in order, where it belongs."""

from typing import Any

import pytest

from emulator import EmulatedBox, Variant
from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import Event, HomeAssistant, callback
from tests.integration.conftest import SetUp
from tests.integration.helpers import (
    RECOGNITION,
    STATES_OF_A_FACE,
    FiredEvents,
    state_of,
    until,
    until_listening,
)

pytest_plugins = ["tests.integration.entity_fixtures"]

EVENT = "event.front_door_recognition"


@pytest.mark.usefixtures("every_entity_enabled")
async def test_states_are_written_before_the_events(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """An automation on either event finds the new states."""
    await set_up()
    order: list[str] = []

    @callback
    def _note(event: Event[Any]) -> None:
        is_state = event.event_type == EVENT_STATE_CHANGED
        order.append(event.data["entity_id"] if is_state else str(event.event_type))

    hass.bus.async_listen(EVENT_STATE_CHANGED, _note)
    hass.bus.async_listen(RECOGNITION, _note)
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    assert set(order[:-2]) == STATES_OF_A_FACE
    assert order[-2:] == [EVENT, RECOGNITION]


@pytest.mark.usefixtures("every_entity_enabled")
async def test_recognition_writes_only_states_of_its_device(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """It writes each of them once, also for the same person again."""
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
    await fired.next()
    assert sorted(written) == sorted({*STATES_OF_A_FACE, EVENT})
    # The same person again.
    written.clear()
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    assert sorted(written) == sorted({*STATES_OF_A_FACE, EVENT})


@pytest.mark.no_fail_on_log_exception
async def test_broken_listener_does_not_affect_the_others(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The error is logged each time."""
    entry = await set_up()
    front_door = box.devices[0].device_id
    delivered: list[str] = []

    @callback
    def _break(*_: object) -> None:
        raise RuntimeError("out of order")

    coordinator = entry.runtime_data
    stop = coordinator.async_add_listener(_break, front_door)
    coordinator.async_add_recognition_listener(_break, front_door)
    coordinator.async_add_listener(lambda: delivered.append("state"), front_door)
    coordinator.async_add_recognition_listener(
        callback(lambda _: delivered.append("recognition")), front_door
    )
    for person in box.people[:2]:
        await box.recognize(box.devices[0], person)
        assert (await fired.next())["identity_id"] == person.identity_id
        assert state_of(hass, "sensor.front_door_last_person") == person.name
    assert delivered == ["state", "recognition"] * 2
    assert caplog.text.count("Error updating BM1684-180") == 2
    assert coordinator.data.connected
    stop()
    caplog.clear()


async def test_reconnect_and_poll_repeat_no_recognition(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """The event entity keeps its state."""
    entry = await set_up()
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    entity = hass.states.get("event.front_door_recognition")
    await box.drop()
    await until(lambda: entry.runtime_data.log.disconnections.total() == 1)
    await until_listening(entry)
    assert hass.states.get("event.front_door_recognition") is entity

    last = await box.recognize(box.devices[1], box.people[3])
    assert (await fired.next())["identity_id"] == last.identity_id
    assert fired.unread == 0
    assert hass.states.get("event.front_door_recognition") is entity


async def test_message_pushed_twice_is_delivered_once(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """Both messages have the same id of the box."""
    box.state.variant = Variant(duplicates=1, live_event_id=True)
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    first = await fired.next()
    await box.recognize(box.devices[0], box.people[1])
    second = await fired.next()
    assert (first["identity_name"], second["identity_name"]) == ("Tom", "小明")
    box.state.variant = Variant(live_event_id=True)
    await box.recognize(box.devices[0], box.people[3])
    assert (await fired.next())["identity_name"] == "Anna Schmidt"
    assert fired.unread == 0


async def test_two_strangers_in_one_millisecond_are_two_events(
    box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """Each has an id of its own."""
    await set_up()
    first = await box.recognize(box.devices[0])
    await box.recognize(box.devices[0], timestamp_ms=first.timestamp_ms)
    events = [await fired.next(), await fired.next()]
    assert len({event["recognition_id"] for event in events}) == 2
