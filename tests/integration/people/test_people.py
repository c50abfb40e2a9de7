"""The entities of a followed person."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest

from custom_components.se_aibox.aibox.models import PersonType, Recognition
from custom_components.se_aibox.recognition.followed import async_followed_device_ids
from custom_components.se_aibox.recognition.sighting import SIGNAL_LIVE
from emulator import PictureKind
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from tests.integration.conftest import Look
from tests.integration.helpers import (
    RECOGNITION,
    STATES_OF_A_FACE,
    FiredEvents,
    jpeg,
    state_of,
)

from .followed_people import ENTRY_IDS, TOM, Boxes, device_id_of, person_of
from .seen_people import (
    ENTITIES,
    EVENT,
    FACE,
    SEEN,
    SEEN_AT,
    Changes,
    assert_nobody,
    attributes,
    see,
)

pytest_plugins = [
    "tests.integration.entity_fixtures",
    "tests.integration.people.people_fixtures",
]

pytestmark = pytest.mark.usefixtures("every_entity_enabled")


async def test_followed_person_is_a_device_with_unknown_states(
    hass: HomeAssistant, tom: str, look: Look
) -> None:
    """The face is the placeholder until the person is seen."""
    device = dr.async_get(hass).async_get(device_id_of(hass, tom))
    assert isinstance(device, dr.DeviceEntry)
    assert device.name == "Tom"
    assert device.entry_type is dr.DeviceEntryType.SERVICE
    assert device.config_subentry_id == tom
    entities = er.async_entries_for_device(er.async_get(hass), device.id)
    all_of_them = {*ENTITIES, "device_tracker.tom_presence"}
    assert {entity.entity_id for entity in entities} == all_of_them
    assert {entity.config_subentry_id for entity in entities} == {tom}
    assert {state_of(hass, entity_id) for entity_id in all_of_them} == {"unknown"}
    assert "entity_picture" not in attributes(hass, FACE)
    await assert_nobody(look)


async def test_recognition_on_any_box_fires_the_event_once(
    hass: HomeAssistant, boxes: Boxes, tom: str, fired: FiredEvents, look: Look
) -> None:
    """Place, time and face are from that box."""
    for box in boxes:
        changes = Changes(hass, *ENTITIES)
        data = await see(fired, box, person_of(box, TOM))
        assert data["entry_id"] == ENTRY_IDS[box.dialect]
        assert [entity_id for entity_id, _ in changes.seen].count(EVENT) == 1
        place = box.devices[0].name
        assert state_of(hass, SEEN_AT) == place
        assert datetime.fromisoformat(state_of(hass, SEEN)) == datetime.fromisoformat(
            data["occurred_at"]
        ).replace(microsecond=0)
        event = attributes(hass, EVENT)
        assert event["event_type"] == "employee"
        assert {
            key: event[key]
            for key in (
                "capture_device_name",
                "group_name",
                "identity_id",
                "identity_name",
                "recognition_id",
                "score",
            )
        } == {key: data[key] for key in data if key in event}
        response = await look(attributes(hass, FACE)["entity_picture"])
        assert response.status == HTTPStatus.OK
        assert await response.read() == jpeg(box, PictureKind.FACE)


async def test_states_are_written_before_any_event_fires(
    hass: HomeAssistant, boxes: Boxes, tom: str, fired: FiredEvents
) -> None:
    """They are those of the capture device and of the person."""
    shown = (*STATES_OF_A_FACE, *ENTITIES[1:])
    recorded: dict[str, list[str]] = {}

    def _record(what: str) -> None:
        assert what not in recorded
        recorded[what] = [state_of(hass, entity_id) for entity_id in shown]

    @callback
    def _look(event: Event[EventStateChangedData]) -> None:
        if (entity_id := event.data["entity_id"]).startswith("event."):
            _record(entity_id)

    hass.bus.async_listen(EVENT_STATE_CHANGED, _look)
    hass.bus.async_listen(RECOGNITION, callback(lambda _: _record("bus")))
    # Triggers and conditions listen to it.
    async_dispatcher_connect(hass, SIGNAL_LIVE, callback(lambda _: _record("trigger")))
    await see(fired, boxes.nested, person_of(boxes.nested, TOM))
    after = [state_of(hass, entity_id) for entity_id in shown]
    assert {"unknown", "unavailable", "0"}.isdisjoint(after)
    assert recorded == dict.fromkeys(
        ("event.front_door_recognition", EVENT, "trigger", "bus"), after
    )


async def test_recognition_concerns_the_device_of_a_followed_person(
    hass: HomeAssistant, boxes: Boxes, tom: str, fired: FiredEvents
) -> None:
    """A trigger can target it."""
    data = await see(fired, boxes.nested, person_of(boxes.nested, TOM))
    known = Recognition(
        recognition_id="1",
        capture_device_id=data["capture_device_id"],
        identity_id=TOM,
        identity_name="Tom",
        person_type=PersonType.EMPLOYEE,
        score=None,
        group_name=None,
        occurred_at=datetime.now(UTC),
        received_at=datetime.now(UTC),
    )
    assert async_followed_device_ids(hass, ENTRY_IDS["flat"], known) == {
        device_id_of(hass, tom)
    }


async def test_event_on_the_bus_names_the_event_entity_of_the_person(
    hass: HomeAssistant, boxes: Boxes, tom: str, fired: FiredEvents
) -> None:
    """Otherwise, it is the one of the capture device."""
    box = boxes.nested
    [door] = [device for device in box.devices if device.name == "Front door"]
    assert box.devices[0] == door
    assert (await see(fired, box, person_of(box, TOM)))["entity_id"] == EVENT
    await box.recognize(door)
    assert (await fired.next())["entity_id"] == "event.front_door_recognition"
    er.async_get(hass).async_update_entity(
        EVENT, disabled_by=er.RegistryEntryDisabler.USER
    )
    data = await see(fired, box, person_of(box, TOM))
    assert data["entity_id"] == "event.front_door_recognition"


async def test_recognition_without_a_face_clears_the_shown_face(
    hass: HomeAssistant, boxes: Boxes, tom: str, fired: FiredEvents, look: Look
) -> None:
    """That one is of an older recognition."""
    await see(fired, boxes.flat, person_of(boxes.flat, TOM))
    assert state_of(hass, FACE) != "unknown"
    await see(fired, boxes.flat, person_of(boxes.flat, TOM), include_pictures=False)
    assert state_of(hass, FACE) == "unknown"
    assert "entity_picture" not in attributes(hass, FACE)
    await assert_nobody(look)


async def test_last_seen_moves_neither_backward_nor_into_the_future(
    hass: HomeAssistant, boxes: Boxes, tom: str, fired: FiredEvents
) -> None:
    """The clocks of the boxes differ."""
    await see(fired, boxes.nested, person_of(boxes.nested, TOM))
    seen = state_of(hass, SEEN)
    earlier = round((datetime.now(UTC) - timedelta(seconds=20)).timestamp() * 1000)
    await see(fired, boxes.flat, person_of(boxes.flat, TOM), timestamp_ms=earlier)
    assert state_of(hass, SEEN) == seen
    assert attributes(hass, EVENT)["identity_id"] == TOM
    later = round((datetime.now(UTC) + timedelta(seconds=20)).timestamp() * 1000)
    await see(fired, boxes.flat, person_of(boxes.flat, TOM), timestamp_ms=later)
    assert datetime.fromisoformat(state_of(hass, SEEN)) <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("unknown", '"unknown"'),
        ("unavailable", '"unavailable"'),
        ("x" * 300, "x" * 255),
    ],
)
async def test_place_named_like_a_missing_state_is_quoted(
    hass: HomeAssistant,
    boxes: Boxes,
    tom: str,
    fired: FiredEvents,
    name: str,
    state: str,
) -> None:
    """A name that is too long for a state is cut."""
    boxes.flat.rename_device(boxes.flat.devices[0].device_id, name)
    entry = hass.config_entries.async_get_known_entry(ENTRY_IDS["flat"])
    await entry.runtime_data.async_refresh()
    await see(fired, boxes.flat, person_of(boxes.flat, TOM))
    assert state_of(hass, SEEN_AT) == state
