"""Events and states of a recognition."""

from typing import Any, get_args

import pytest
from syrupy.assertion import SnapshotAssertion

from custom_components.se_aibox.box.registry import async_capture_device
from emulator import EmulatedBox, Variant
from emulator.model import JsonObject
from emulator.recognition import Stranger
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
from tests.integration.conftest import SetUp
from tests.integration.helpers import FiredEvents, state_of, until_listening

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
    "entity_id",
    "simulated",
    "identity_info",
    "attributes",
    "pictures",
}


def masked(value: Any, texts: dict[str, str]) -> Any:
    """Return the data with names for the values that differ in every run."""
    if isinstance(value, dict):
        return {key: masked(item, texts) for key, item in sorted(value.items())}
    if isinstance(value, str):
        for text, name in texts.items():
            value = value.replace(text, name)
    return value


@pytest.mark.parametrize("who", ["matched", "stranger"])
async def test_bus_event_has_every_key(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    device_registry: dr.DeviceRegistry,
    snapshot: SnapshotAssertion,
    who: str,
) -> None:
    """Device, time and pictures match the recognition."""
    await set_up()
    front_door, *_ = box.devices
    emitted = await box.recognize(
        front_door, box.people[0] if who == "matched" else None, score=92.15
    )
    event = await fired.next()
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
    """Return the fields of a live message for a person type."""
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
async def test_every_entity_shows_a_matched_person(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """Every person type is covered."""
    await set_up()
    for word, number, person_type in TYPES:
        emitted = await box.recognize(
            box.devices[0], box.people[1], overrides=with_type(box, word, number)
        )
        event = await fired.next()
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
async def test_stranger_has_neither_id_nor_name(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """Boxes report strangers in several ways."""
    await set_up()
    for stranger in STRANGERS:
        emitted = await box.recognize(box.devices[0], stranger=stranger)
        event = await fired.next()
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


@pytest.mark.parametrize("dialect", ["nested"])
async def test_model_of_a_device_is_its_kind(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """It is kept over a reload, and a box cannot change it all the time."""
    entry = await set_up()

    def model() -> str | None:
        device = async_capture_device(hass, entry, box.devices[0].device_id)
        assert device is not None
        return device.model

    async def report(number: int) -> str | None:
        await box.recognize(
            box.devices[0],
            box.people[0],
            overrides={"ext_data": {"device_type": number}},
        )
        await fired.next()
        return model()

    assert model() == "Snapshot camera"
    assert await report(7) == "Snapshot camera"
    assert await report(0) == "Turnstile"
    assert await report(4) == "Turnstile"
    await hass.config_entries.async_reload(entry.entry_id)
    await until_listening(entry)
    assert model() == "Turnstile"
    assert await report(4) == "Door reader"


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
async def test_every_firmware_variant_is_understood(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    variant: Variant,
) -> None:
    """The person stays an employee."""
    box.state.variant = variant
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    event = await fired.next()
    assert event["person_type"] == "employee"
    assert event["identity_id"] == "12345565"
    assert isinstance(event["score"], float)
    assert {"face", "reference"} <= event["pictures"].keys()
    assert state_of(hass, "sensor.front_door_last_person") == "Tom"
