"""From a face at the door to what Home Assistant says."""

from typing import Any, get_args

import pytest
from syrupy.assertion import SnapshotAssertion

from emulator import EmulatedBox, Variant
from emulator.model import JsonObject
from emulator.recognition import Stranger
from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util

from .conftest import SetUp
from .helpers import (
    RECOGNITION,
    STATES_OF_A_FACE,
    Heard,
    device_list_requests,
    state_of,
    until,
)

pytest_plugins = ["tests.integration.entity_fixtures"]

EVENT_KEYS = {
    "entry_id",
    "device_id",
    "capture_device_id",
    "capture_device_name",
    "recognition_id",
    "identity_id",
    "identity_name",
    "person_type",
    "matched",
    "score",
    "threshold",
    "group_name",
    "occurred_at",
    "identity_info",
    "attributes",
    "pictures",
}
EVENT = "event.front_door_recognition"


def masked(value: Any, texts: dict[str, str]) -> Any:
    """Return the same data with what differs in every run replaced."""
    if isinstance(value, dict):
        return {key: masked(item, texts) for key, item in sorted(value.items())}
    if isinstance(value, str):
        for text, name in texts.items():
            value = value.replace(text, name)
    return value


@pytest.mark.parametrize("who", ["matched", "stranger"])
async def test_bus_event(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    device_registry: dr.DeviceRegistry,
    snapshot: SnapshotAssertion,
    who: str,
) -> None:
    """The bus event has every key, and device, time and pictures are right."""
    await set_up()
    front_door, *_ = box.devices
    emitted = await box.recognize(
        front_door, box.people[0] if who == "matched" else None, score=92.15
    )
    event = await heard.next()
    assert event.keys() == EVENT_KEYS
    occurred_at = dt_util.utc_from_timestamp(emitted.timestamp_ms / 1000)
    assert event["occurred_at"] == occurred_at.isoformat()
    device = device_registry.async_get(event["device_id"])
    assert device is not None
    assert device.name == front_door.name
    assert (
        masked(
            event,
            {
                event["occurred_at"]: "<time>",
                event["device_id"]: "<device>",
                emitted.event_id: "<event id>",
                str(emitted.timestamp_ms): "<milliseconds>",
            },
        )
        == snapshot
    )


def with_type(box: EmulatedBox, person_type: str, number: int) -> JsonObject:
    """Return what makes a live message speak of a person of that type."""
    if box.dialect == "nested":
        return {"ext_data": {"person_type": number}}
    return {"user_type": person_type}


TYPES = (
    ("employee", 1, "employee"),
    ("visitor", 2, "visitor"),
    ("blacklist", 3, "blocklisted"),
    ("vip", 5, "vip"),
    ("car", 9, "other"),
)


@pytest.mark.usefixtures("every_entity_enabled")
async def test_matched_person(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, heard: Heard
) -> None:
    """A matched person of any type shows in every entity of the capture device."""
    await set_up()
    for word, number, person_type in TYPES:
        emitted = await box.recognize(
            box.devices[0], box.people[1], overrides=with_type(box, word, number)
        )
        event = await heard.next()
        assert event["matched"] is True
        assert event["person_type"] == person_type
        assert event["identity_id"] == "666666"
        assert event["identity_name"] == "小明"
        assert state_of(hass, "sensor.front_door_last_person") == "小明"
        assert state_of(hass, "sensor.front_door_last_person_type") == person_type
        # The sensor shows whole seconds.
        assert state_of(hass, "sensor.front_door_last_recognition") == (
            dt_util.utc_from_timestamp(emitted.timestamp_ms // 1000).isoformat()
        )
        entity = hass.states.get("event.front_door_recognition")
        assert entity is not None
        assert dt_util.parse_datetime(entity.state, raise_on_error=True).tzinfo
        assert entity.attributes["event_type"] == person_type
        assert {
            key: entity.attributes[key]
            for key in ("identity_id", "identity_name", "score", "group_name")
        } == {
            "identity_id": "666666",
            "identity_name": "小明",
            "score": emitted.score,
            "group_name": event["group_name"],
        }
        assert entity.attributes["recognition_id"] == event["recognition_id"]


STRANGERS: tuple[Stranger, ...] = get_args(Stranger.__value__)


@pytest.mark.usefixtures("every_entity_enabled")
async def test_stranger(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, heard: Heard
) -> None:
    """However a box says that it knows nobody like that, it is a stranger without id and name."""
    await set_up()
    for stranger in STRANGERS:
        emitted = await box.recognize(box.devices[0], stranger=stranger)
        event = await heard.next()
        assert event["matched"] is False
        assert event["person_type"] == "stranger"
        assert event["identity_id"] is None
        assert event["identity_name"] is None
        assert event["attributes"].get("stranger_id") == (emitted.identity_id or None)
        assert state_of(hass, "sensor.front_door_last_person") == "stranger"
        assert state_of(hass, "sensor.front_door_last_person_type") == "stranger"
        entity = hass.states.get("event.front_door_recognition")
        assert entity is not None
        assert entity.attributes["event_type"] == "stranger"
        assert entity.attributes["identity_name"] is None


@pytest.mark.parametrize(
    "variant",
    [
        Variant(frames="binary"),
        Variant(numbers_as_strings=True),
        Variant(person_type_missing=True),
        Variant(person_type_as_string=True, device_type_as_number=True),
        Variant(live_event_id=True, live_device_id_key=True, reg_pic_key=True),
        Variant(event_id_missing=True, pictures="data_uri"),
        Variant(unrequested_pictures="empty", pictures="plain"),
    ],
)
async def test_firmware_differences(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    variant: Variant,
) -> None:
    """However firmware writes it, an employee is an employee."""
    box.variant = variant
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    event = await heard.next()
    assert event["person_type"] == "employee"
    assert event["identity_id"] == "12345565"
    assert isinstance(event["score"], float)
    assert {"face", "reference"} <= event["pictures"].keys()
    assert state_of(hass, "sensor.front_door_last_person") == "Tom"


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
    box.variant = Variant(duplicates=1, live_event_id=True)
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    first = await heard.next()
    await box.recognize(box.devices[0], box.people[1])
    second = await heard.next()
    assert (first["identity_name"], second["identity_name"]) == ("Tom", "小明")
    box.variant = Variant(live_event_id=True)
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
