"""From a face at the door to what Home Assistant says."""

import base64
from dataclasses import replace
import logging
from typing import Any, Literal, get_args

import pytest
from syrupy.assertion import SnapshotAssertion

from emulator import Emitted, EmulatedBox, PersonType, PictureKind, Variant
from emulator.model import JsonObject, JsonValue
from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED, MATCH_ALL
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util

from .conftest import Look, SetUp
from .helpers import (
    RECOGNITION,
    STATES_OF_A_FACE,
    Heard,
    device_list_requests,
    encoded,
    face_field,
    jpeg,
    state_becomes,
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


type Stranger = Literal["empty", "stranger", "automatic", "random", "employee"]
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


LONG = "很长的名字 " * 50


NAMES = {
    "unknown": '"unknown"',
    "unavailable": '"unavailable"',
    "stranger": '"stranger"',
    "Stranger": "Stranger",
    "佚名": "佚名",
    "": "12345565",
    "   ": "12345565",
    "off": "off",
    "{{ states }}": "{{ states }}",
    LONG: LONG[:255],
}


async def test_names(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, heard: Heard
) -> None:
    """A name is shown as it is, unless a state cannot be that; the event always has it as it is."""
    await set_up()
    for name, state in NAMES.items():
        await box.recognize(box.devices[0], replace(box.people[0], name=name))
        event = await heard.next()
        assert event["matched"] is True
        assert event["identity_name"] == (name or None)
        assert state_of(hass, "sensor.front_door_last_person") == state


async def test_identity_id_with_a_meaning(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, heard: Heard
) -> None:
    """Nobody becomes a stranger by a nameless enrolment under that id."""
    await set_up()
    person = replace(box.people[0], identity_id="stranger", name="")
    await box.recognize(box.devices[0], person)
    assert (await heard.next())["matched"] is True
    assert state_of(hass, "sensor.front_door_last_person") == '"stranger"'


@pytest.mark.parametrize(
    ("threshold", "scores"), [(0.55, (0.0, 0.62, 1.0)), (82.0, (0.1, 82.05, 100.0))]
)
async def test_score_as_the_box_says_it(
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    threshold: float,
    scores: tuple[float, ...],
) -> None:
    """A score is never rescaled; the box's threshold stands beside it."""
    box.settings.threshold = threshold
    await set_up()
    for score in scores:
        await box.recognize(identity=box.people[0], score=score)
        event = await heard.next()
        assert event["score"] == score
        assert event["threshold"] == threshold


async def test_missing_details(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, heard: Heard
) -> None:
    """What a box leaves out is null, and no recognition is lost for it."""
    await set_up()
    await box.recognize(
        box.devices[0],
        box.people[0],
        omit=(
            "score",
            "group_name",
            "identity_info",
            "ext_data",
            "user_type",
            "event_id",
            "recognize_face_attr",
            "identity_name",
        ),
        include_pictures=False,
    )
    event = await heard.next()
    assert event["person_type"] == "employee"
    for key in ("score", "group_name", "identity_info", "identity_name"):
        assert event[key] is None
    assert event["attributes"] == {}
    assert event["pictures"] == {}


@pytest.mark.parametrize("dialect", ["nested"])
async def test_name_of_the_capture_device(
    box: EmulatedBox, set_up: SetUp, heard: Heard
) -> None:
    """The event says the name that the capture device has now, null where it has none."""
    entry = await set_up()
    box.rename_device(box.devices[0].device_id, "Back door")
    box.rename_device(box.devices[1].device_id, "")
    await entry.runtime_data.async_refresh()
    for device, name in ((box.devices[0], "Back door"), (box.devices[1], None)):
        await box.recognize(device, box.people[0])
        assert (await heard.next())["capture_device_name"] == name


@pytest.mark.parametrize("dialect", ["nested"])
async def test_name_that_the_user_gave(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, heard: Heard
) -> None:
    """The event says what the user calls the capture device, whatever the box calls it."""
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    device_id = (await heard.next())["device_id"]
    dr.async_get(hass).async_update_device(device_id, name_by_user="Our gate")
    await box.recognize(box.devices[0], box.people[0])
    assert (await heard.next())["capture_device_name"] == "Our gate"


async def test_device_deleted_in_home_assistant(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, heard: Heard
) -> None:
    """A recognition of a capture device that Home Assistant has no device for is told all the same."""
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    device_id = (await heard.next())["device_id"]
    dr.async_get(hass).async_remove_device(device_id)
    await hass.async_block_till_done()
    await box.recognize(box.devices[0], box.people[1])
    event = await heard.next()
    assert event["device_id"] is None
    assert event["identity_name"] == "小明"


def secrets(emitted: list[Emitted]) -> set[str]:
    """Return the beginnings of everything in the messages that must go nowhere."""
    found: set[str] = set()

    def _collect(value: JsonValue) -> None:
        if isinstance(value, dict):
            for item in value.values():
                _collect(item)
        elif isinstance(value, str) and len(value) > 300:
            found.add(value.removeprefix("data:image/jpeg;base64,")[:40])

    for one in emitted:
        _collect(one.message)
    return found


async def test_pictures_and_personal_data_stay_out(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    look: Look,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """No picture, feature vector or enrolment detail reaches a state, an event or the log, even at debug level."""
    caplog.set_level(logging.DEBUG)
    events: list[str] = []
    hass.bus.async_listen(
        MATCH_ALL, callback(lambda event: events.append(repr(event.as_dict())))
    )
    entry = await set_up()
    emitted = [
        await box.recognize(box.devices[0], box.people[0]),
        await box.recognize(box.devices[1]),
        await box.recognize(
            box.devices[2], box.people[0], overrides=face_field(box, "?" * 400)
        ),
    ]
    pictures = [(await heard.next())["pictures"] for _ in emitted]
    for path in [path for some in pictures for path in some.values()]:
        await look(path)
    assert (await look("/api/camera_proxy/camera.front_door_last_person")).ok
    await box.send_raw(f"{emitted[0].message}")
    await box.drop()
    await state_becomes(hass, "binary_sensor.bm1684_180_connection", "off")
    await state_becomes(hass, "binary_sensor.bm1684_180_connection", "on")
    await entry.runtime_data.async_refresh()
    states = [repr(state.as_dict()) for state in hass.states.async_all()]

    forbidden = secrets(emitted) | {"北清路", "feature_binary"}
    forbidden |= {encoded(jpeg(box, kind, 0))[:40] for kind in PictureKind}
    forbidden |= {repr(jpeg(box, kind, 0)[:40])[2:-1] for kind in PictureKind}
    assert len(forbidden) >= 5
    everything = "\n".join([*states, *events, caplog.text])
    assert "Tom" in everything
    assert [secret for secret in forbidden if secret in everything] == []


def test_secrets_are_found() -> None:
    """The test above would notice: the pictures' texts are what it looks for."""
    picture = base64.b64encode(bytes(400)).decode()
    emitted = Emitted(
        "1", "d", "1", "Tom", 0, 1.0, PersonType.EMPLOYEE, {"a": {"b": picture}}
    )
    assert secrets([emitted]) == {picture[:40]}
