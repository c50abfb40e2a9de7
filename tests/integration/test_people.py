"""Followed people: heard on every box, kept over restarts, and never somebody else."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest

from custom_components.se_aibox.aibox.models import PersonType, Recognition
from custom_components.se_aibox.followed import FOLLOWED, async_followed_device_ids
from custom_components.se_aibox.heard import SIGNAL_HEARD
from custom_components.se_aibox.people import PeopleConfigEntry
from emulator import EmulatedBox, Identity, PictureKind
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import (
    Event,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    restore_state,
)
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.util.dt import utcnow

from .conftest import Look
from .followed_people import (
    ENTRY_IDS,
    TOM,
    Boxes,
    device_id_of,
    follow,
    new_box,
    person_of,
    set_up_box,
)
from .helpers import (
    NOBODY,
    RECOGNITION,
    STATES_OF_A_FACE,
    Heard,
    jpeg,
    state_becomes,
    state_of,
    until,
)

pytest_plugins = [
    "tests.integration.entity_fixtures",
    "tests.integration.people_fixtures",
]

EVENT = "event.tom_recognition"
FACE = "image.tom_face"
SEEN = "sensor.tom_last_seen"
SEEN_AT = "sensor.tom_last_seen_at"
ENTITIES = (EVENT, FACE, SEEN, SEEN_AT)


@pytest.fixture
async def tom(hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry) -> str:
    """Follow Tom, whom both boxes know."""
    return await follow(hass, people, "Tom", TOM)


@pytest.fixture
def heard(hass: HomeAssistant, boxes: Boxes) -> Heard:
    """Listen to recognitions on the bus."""
    return Heard(hass, RECOGNITION)


class Changes:
    """The state changes of some entities, in order."""

    def __init__(self, hass: HomeAssistant, *entity_ids: str) -> None:
        """Listen from now on."""
        self.seen: list[tuple[str, str]] = []
        self._entity_ids = entity_ids
        hass.bus.async_listen(EVENT_STATE_CHANGED, self._take)

    @callback
    def _take(self, event: Event[EventStateChangedData]) -> None:
        new = event.data["new_state"]
        if event.data["entity_id"] in self._entity_ids:
            self.seen.append((event.data["entity_id"], new.state if new else "gone"))


async def see(
    heard: Heard, box: EmulatedBox, identity: Identity | None, **how: Any
) -> dict[str, Any]:
    """Let a box see somebody and return what the bus was told."""
    await box.recognize(box.devices[0], identity, **how)
    return await heard.next()


def store(hass: HomeAssistant, state: State, **extra: Any) -> None:
    """Let Home Assistant find what it stored of an entity before it was stopped."""
    stored = {"state": state.as_dict(), "extra_data": extra, "last_seen": utcnow()}
    last_states = restore_state.async_get(hass).last_states
    last_states[state.entity_id] = restore_state.StoredState.from_dict(stored)


def attributes(hass: HomeAssistant, entity_id: str) -> dict[str, Any]:
    """Return an entity's attributes."""
    state = hass.states.get(entity_id)
    assert state is not None
    return dict(state.attributes)


async def assert_nobody(look: Look) -> None:
    """Assert that the face shows what is clearly nobody."""
    response = await look(f"/api/image_proxy/{FACE}")
    assert response.status == HTTPStatus.OK
    assert response.content_type == "image/png"
    assert await response.read() == NOBODY


async def test_a_device_with_entities(
    hass: HomeAssistant, tom: str, look: Look
) -> None:
    """A followed person is a device of its own; until they are seen, everything is unknown and the face nobody's."""
    device = dr.async_get(hass).async_get(device_id_of(hass, tom))
    assert isinstance(device, dr.DeviceEntry)
    assert device.name == "Tom"
    assert device.entry_type is dr.DeviceEntryType.SERVICE
    assert device.config_subentry_id == tom
    entities = er.async_entries_for_device(er.async_get(hass), device.id)
    assert {entity.entity_id for entity in entities} == set(ENTITIES)
    assert {entity.config_subentry_id for entity in entities} == {tom}
    assert {state_of(hass, entity_id) for entity_id in ENTITIES} == {"unknown"}
    assert "entity_picture" not in attributes(hass, FACE)
    await assert_nobody(look)


async def test_heard_on_every_box(
    hass: HomeAssistant, boxes: Boxes, tom: str, heard: Heard, look: Look
) -> None:
    """Whichever box sees a person: their event fires once, with place, time and face from there."""
    for box in boxes:
        changes = Changes(hass, *ENTITIES)
        data = await see(heard, box, person_of(box, TOM))
        assert data["entry_id"] == ENTRY_IDS[box.dialect]
        assert [entity_id for entity_id, _ in changes.seen].count(EVENT) == 1
        place = box.devices[0].name
        assert state_of(hass, SEEN_AT) == place
        assert datetime.fromisoformat(state_of(hass, SEEN)) == datetime.fromisoformat(
            data["occurred_at"]
        ).replace(microsecond=0)
        fired = attributes(hass, EVENT)
        assert fired["event_type"] == "employee"
        assert {
            key: fired[key]
            for key in (
                "capture_device_name",
                "group_name",
                "identity_id",
                "identity_name",
                "recognition_id",
                "score",
            )
        } == {key: data[key] for key in data if key in fired}
        response = await look(attributes(hass, FACE)["entity_picture"])
        assert response.status == HTTPStatus.OK
        assert await response.read() == jpeg(box, PictureKind.FACE)


@pytest.mark.usefixtures("every_entity_enabled")
async def test_states_before_any_event(
    hass: HomeAssistant, boxes: Boxes, tom: str, heard: Heard
) -> None:
    """Whatever fires, the states of the capture device and of the person say already who it was and where."""
    shown = (*STATES_OF_A_FACE, *ENTITIES[1:])
    told: dict[str, list[str]] = {}

    def _note(what: str) -> None:
        assert what not in told
        told[what] = [state_of(hass, entity_id) for entity_id in shown]

    @callback
    def _look(event: Event[EventStateChangedData]) -> None:
        if (entity_id := event.data["entity_id"]).startswith("event."):
            _note(entity_id)

    hass.bus.async_listen(EVENT_STATE_CHANGED, _look)
    hass.bus.async_listen(RECOGNITION, callback(lambda _: _note("bus")))
    # What triggers and conditions listen to.
    async_dispatcher_connect(hass, SIGNAL_HEARD, callback(lambda _: _note("trigger")))
    await see(heard, boxes.nested, person_of(boxes.nested, TOM))
    after = [state_of(hass, entity_id) for entity_id in shown]
    assert {"unknown", "unavailable", "0"}.isdisjoint(after)
    assert told == dict.fromkeys(
        ("event.front_door_recognition", EVENT, "trigger", "bus"), after
    )


async def test_triggers_can_target_the_person(
    hass: HomeAssistant, boxes: Boxes, tom: str, heard: Heard
) -> None:
    """A recognition says whose of the followed devices it concerns."""
    data = await see(heard, boxes.nested, person_of(boxes.nested, TOM))
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


@pytest.mark.parametrize("how", ["empty", "stranger", "automatic", "employee"])
async def test_strangers_never_match(
    hass: HomeAssistant, boxes: Boxes, tom: str, heard: Heard, how: str
) -> None:
    """However a box says that it knows nobody, it is nobody who is followed."""
    for box in boxes:
        await see(heard, box, None, stranger=how)
    assert {state_of(hass, entity_id) for entity_id in ENTITIES} == {"unknown"}


async def test_strangers_with_the_persons_id(
    hass: HomeAssistant, boxes: Boxes, tom: str, heard: Heard
) -> None:
    """An id on a stranger is no match."""
    await see(
        heard, boxes.flat, None, overrides={"identity_id": TOM, "identity_name": "Tom"}
    )
    assert state_of(hass, SEEN_AT) == "unknown"


async def test_same_name_is_not_same_person(
    hass: HomeAssistant, boxes: Boxes, tom: str, heard: Heard
) -> None:
    """A namesake with another id is somebody else."""
    for box in boxes:
        await see(heard, box, box.enrol(Identity("99", "Tom")))
    assert {state_of(hass, entity_id) for entity_id in ENTITIES} == {"unknown"}


async def test_same_number_on_another_box(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry, heard: Heard
) -> None:
    """Another name under the same number, on a box that never knew the person, is somebody else."""
    boxes.flat.people.clear()
    await follow(hass, people, "Tom", TOM)
    await see(heard, boxes.nested, person_of(boxes.nested, TOM))
    changes = Changes(hass, *ENTITIES)
    await see(heard, boxes.flat, boxes.flat.enrol(Identity(TOM, "Somebody Else")))
    assert changes.seen == []
    await see(heard, boxes.nested, person_of(boxes.nested, TOM))
    assert (EVENT, state_of(hass, EVENT)) in changes.seen


@pytest.mark.parametrize("name", ["", "佚名"])
async def test_nameless_person(
    hass: HomeAssistant,
    boxes: Boxes,
    people: PeopleConfigEntry,
    heard: Heard,
    name: str,
) -> None:
    """Somebody enrolled without a name can be followed by id, on the box that has the id like that."""
    cleaner = boxes.flat.enrol(Identity("55", name))
    await follow(hass, people, "Cleaner", "55")
    await see(heard, boxes.nested, boxes.nested.enrol(Identity("55", name)))
    assert state_of(hass, "sensor.cleaner_last_seen_at") == "unknown"
    for said in (name, "", "佚名"):
        before = state_of(hass, "event.cleaner_recognition")
        await see(heard, boxes.flat, cleaner, overrides={"identity_name": said})
        assert state_of(hass, "event.cleaner_recognition") != before
    assert state_of(hass, "sensor.cleaner_last_seen_at") == "Front door"


async def test_several_ids(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry, heard: Heard
) -> None:
    """Boxes that number a person differently: every id counts."""
    boxes.nested.enrol(Identity("N1", "Zoë"))
    boxes.flat.enrol(Identity("F1", "Zoë Maria"))
    await follow(hass, people, "Zoë", "N1", "F1")
    await see(heard, boxes.nested, person_of(boxes.nested, "N1"))
    first = state_of(hass, "event.zoe_recognition")
    await see(heard, boxes.flat, person_of(boxes.flat, "F1"))
    assert state_of(hass, "event.zoe_recognition") != first
    assert attributes(hass, "event.zoe_recognition")["identity_id"] == "F1"


async def test_recognition_without_face(
    hass: HomeAssistant, boxes: Boxes, tom: str, heard: Heard, look: Look
) -> None:
    """The face of an older recognition is not shown for a newer one that has none."""
    await see(heard, boxes.flat, person_of(boxes.flat, TOM))
    assert state_of(hass, FACE) != "unknown"
    await see(heard, boxes.flat, person_of(boxes.flat, TOM), include_pictures=False)
    assert state_of(hass, FACE) == "unknown"
    assert "entity_picture" not in attributes(hass, FACE)
    await assert_nobody(look)


async def test_time_never_goes_backward(
    hass: HomeAssistant, boxes: Boxes, tom: str, heard: Heard
) -> None:
    """Boxes whose clocks differ do not move the last sighting back, nor into the future."""
    await see(heard, boxes.nested, person_of(boxes.nested, TOM))
    seen = state_of(hass, SEEN)
    earlier = round((datetime.now(UTC) - timedelta(seconds=20)).timestamp() * 1000)
    await see(heard, boxes.flat, person_of(boxes.flat, TOM), timestamp_ms=earlier)
    assert state_of(hass, SEEN) == seen
    assert attributes(hass, EVENT)["identity_id"] == TOM
    later = round((datetime.now(UTC) + timedelta(seconds=20)).timestamp() * 1000)
    await see(heard, boxes.flat, person_of(boxes.flat, TOM), timestamp_ms=later)
    assert datetime.fromisoformat(state_of(hass, SEEN)) <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("unknown", '"unknown"'),
        ("unavailable", '"unavailable"'),
        ("x" * 300, "x" * 255),
    ],
)
async def test_place_with_an_awkward_name(
    hass: HomeAssistant,
    boxes: Boxes,
    tom: str,
    heard: Heard,
    name: str,
    state: str,
) -> None:
    """The name of a capture device is a state that can be told from no state."""
    boxes.flat.rename_device(boxes.flat.devices[0].device_id, name)
    entry = hass.config_entries.async_get_known_entry(ENTRY_IDS["flat"])
    await entry.runtime_data.async_refresh()
    await see(heard, boxes.flat, person_of(boxes.flat, TOM))
    assert state_of(hass, SEEN_AT) == state


async def test_boxes_that_are_away(
    hass: HomeAssistant, boxes: Boxes, tom: str, heard: Heard, look: Look
) -> None:
    """A person keeps what was seen while boxes are gone; only the picture is where the box is."""
    await see(heard, boxes.nested, person_of(boxes.nested, TOM))
    before = {entity_id: state_of(hass, entity_id) for entity_id in ENTITIES}
    await boxes.flat.stop()
    await hass.config_entries.async_unload(ENTRY_IDS["nested"])
    await hass.async_block_till_done()
    assert {entity_id: state_of(hass, entity_id) for entity_id in ENTITIES} == before
    await assert_nobody(look)
    await boxes.flat.start()
    await hass.config_entries.async_setup(ENTRY_IDS["nested"])
    await until(lambda: bool(boxes.nested.subscriptions and boxes.flat.subscriptions))
    await see(heard, boxes.nested, person_of(boxes.nested, TOM))
    assert state_of(hass, EVENT) != before[EVENT]


async def test_picture_that_the_box_no_longer_has(
    hass: HomeAssistant, boxes: Boxes, tom: str, heard: Heard, look: Look
) -> None:
    """Where a face is gone from the box nobody is shown, and nobody else's face."""
    await see(heard, boxes.nested, person_of(boxes.nested, TOM))
    await hass.config_entries.async_reload(ENTRY_IDS["nested"])
    boxes.nested.history.clear()
    await assert_nobody(look)


async def test_reload_fires_nothing(
    hass: HomeAssistant, people: PeopleConfigEntry, boxes: Boxes, tom: str, heard: Heard
) -> None:
    """Reloading the people brings everything back with its values, and fires no event."""
    await see(heard, boxes.flat, person_of(boxes.flat, TOM))
    before = {entity_id: state_of(hass, entity_id) for entity_id in ENTITIES}
    fired = attributes(hass, EVENT)
    await hass.config_entries.async_reload(people.entry_id)
    await hass.async_block_till_done()
    assert {entity_id: state_of(hass, entity_id) for entity_id in ENTITIES} == before
    assert attributes(hass, EVENT) == fired
    # What had been learned is still known: another name is another person.
    await see(heard, boxes.flat, person_of(boxes.flat, TOM))
    assert state_of(hass, EVENT) != before[EVENT]


async def test_unload_leaves_nothing_behind(
    hass: HomeAssistant, people: PeopleConfigEntry, boxes: Boxes, tom: str, heard: Heard
) -> None:
    """While the people entry is unloaded nobody is followed, and boxes go on."""
    assert await hass.config_entries.async_unload(people.entry_id)
    assert FOLLOWED not in hass.data
    changes = Changes(hass, *ENTITIES)
    data = await see(heard, boxes.flat, person_of(boxes.flat, TOM))
    assert data["identity_id"] == TOM
    assert changes.seen == []
    assert people.state is ConfigEntryState.NOT_LOADED
    assert await hass.config_entries.async_remove(people.entry_id)
    assert all(hass.states.get(entity_id) is None for entity_id in ENTITIES)


async def test_restart(
    hass: HomeAssistant, people: PeopleConfigEntry, tom: str, boxes: Boxes, look: Look
) -> None:
    """After a restart everything is as it was, the face from the box's history, and nothing fires."""
    await boxes.nested.recognize(
        boxes.nested.devices[0], person_of(boxes.nested, TOM), push=False
    )
    record = boxes.nested.history[-1]
    seen = "2026-01-02T03:04:05.678+00:00"
    when = datetime.fromtimestamp(record.timestamp_ms / 1000, UTC)
    await hass.config_entries.async_unload(people.entry_id)
    store(
        hass,
        State(EVENT, seen, {"event_type": "employee"}),
        last_event_type="employee",
        last_event_attributes={"identity_id": TOM},
    )
    store(
        hass,
        State(FACE, seen),
        entry_id=ENTRY_IDS["nested"],
        recognition_id=f"{record.device.device_id}~{record.timestamp_ms}~{TOM}",
        updated=when.isoformat(),
    )
    store(
        hass,
        State(SEEN, seen),
        native_value={"__type": "<class 'datetime.datetime'>", "isoformat": seen},
        native_unit_of_measurement=None,
    )
    store(
        hass,
        State(SEEN_AT, "大门"),
        native_value="大门",
        native_unit_of_measurement=None,
    )
    changes = Changes(hass, EVENT)
    await hass.config_entries.async_setup(people.entry_id)
    await hass.async_block_till_done()
    assert state_of(hass, EVENT) == seen
    assert attributes(hass, EVENT)["identity_id"] == TOM
    assert state_of(hass, SEEN_AT) == "大门"
    assert state_of(hass, SEEN) == "2026-01-02T03:04:05+00:00"
    assert datetime.fromisoformat(state_of(hass, FACE)) == when
    assert changes.seen == [(EVENT, seen)]
    response = await look(attributes(hass, FACE)["entity_picture"])
    assert await response.read() == jpeg(boxes.nested, PictureKind.FACE)


async def test_add_and_remove_without_reload(
    hass: HomeAssistant, people: PeopleConfigEntry, boxes: Boxes, tom: str, heard: Heard
) -> None:
    """Another person comes and goes without touching the first, or any box."""
    await see(heard, boxes.flat, person_of(boxes.flat, TOM))
    connections = [len(box.subscriptions) for box in boxes]
    runtimes = [
        hass.config_entries.async_get_known_entry(entry_id).runtime_data
        for entry_id in (people.entry_id, *ENTRY_IDS.values())
    ]
    changes = Changes(hass, *ENTITIES)
    ming = await follow(hass, people, "小明", "666666")
    [entity] = [
        entity
        for entity in er.async_entries_for_device(
            er.async_get(hass), device_id_of(hass, ming)
        )
        if entity.unique_id == f"{ming}_last_seen_at"
    ]
    await see(heard, boxes.nested, person_of(boxes.nested, "666666"))
    assert state_of(hass, entity.entity_id) == "Front door"

    hass.config_entries.async_remove_subentry(people, ming)
    await hass.async_block_till_done()
    assert hass.states.get(entity.entity_id) is None
    assert er.async_get(hass).async_get(entity.entity_id) is None
    await see(heard, boxes.nested, person_of(boxes.nested, "666666"))
    assert changes.seen == []
    assert runtimes == [
        hass.config_entries.async_get_known_entry(entry_id).runtime_data
        for entry_id in (people.entry_id, *ENTRY_IDS.values())
    ]
    assert connections == [len(box.subscriptions) for box in boxes]
    await see(heard, boxes.flat, person_of(boxes.flat, TOM))
    assert changes.seen[-1][0] == EVENT


async def test_boxes_set_up_later(
    hass: HomeAssistant, people: PeopleConfigEntry
) -> None:
    """A box that is set up after people are followed is heard as well."""
    async with new_box("nested") as first, new_box("flat") as second:
        await set_up_box(hass, first)
        await follow(hass, people, "Tom", TOM)
        await set_up_box(hass, second)
        await second.recognize(second.devices[1], person_of(second, TOM))
        await state_becomes(hass, SEEN_AT, "大门")
