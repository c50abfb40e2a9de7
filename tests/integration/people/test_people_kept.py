"""Followed people while boxes or their own entry are away."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from custom_components.se_aibox.people.following import PeopleConfigEntry
from custom_components.se_aibox.recognition.followed import FOLLOWED
from emulator import EmulatedBox, PictureKind
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from tests.integration.box.recovery_helpers import drop, miss, moment_of, reboot
from tests.integration.conftest import Look
from tests.integration.helpers import (
    FiredEvents,
    jpeg,
    restore,
    state_becomes,
    state_of,
    until,
    until_listening,
)

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
from .seen_people import (
    ENTITIES,
    EVENT,
    FACE,
    SEEN,
    SEEN_AT,
    Changes,
    assert_nobody,
    attributes,
    fires,
    see,
)

pytest_plugins = [
    "tests.integration.entity_fixtures",
    "tests.integration.people.people_fixtures",
]

pytestmark = pytest.mark.usefixtures("every_entity_enabled")


CONNECTIONS = {
    "nested": "binary_sensor.old_box_connection",
    "flat": "binary_sensor.new_box_connection",
}
# Of a capture device where Tom was not seen live.
COUNT = "sensor.da_men_recognitions"


async def test_person_keeps_the_states_while_boxes_are_away(
    hass: HomeAssistant, boxes: Boxes, tom: str, fired: FiredEvents, look: Look
) -> None:
    """Only the face is missing: it is on the box."""
    await see(fired, boxes.nested, person_of(boxes.nested, TOM))
    before = {entity_id: state_of(hass, entity_id) for entity_id in ENTITIES}
    await boxes.flat.stop()
    await hass.config_entries.async_unload(ENTRY_IDS["nested"])
    await hass.async_block_till_done()
    assert {entity_id: state_of(hass, entity_id) for entity_id in ENTITIES} == before
    await assert_nobody(look)
    await boxes.flat.start()
    await hass.config_entries.async_setup(ENTRY_IDS["nested"])
    for entry_id in ENTRY_IDS.values():
        await until_listening(hass.config_entries.async_get_known_entry(entry_id))
    await see(fired, boxes.nested, person_of(boxes.nested, TOM))
    assert state_of(hass, EVENT) != before[EVENT]


type Fault = Callable[[EmulatedBox], Awaitable[None]]


async def come_back(hass: HomeAssistant, box: EmulatedBox, fault: Fault) -> None:
    """Interrupt a box and wait until its history is recovered."""
    connection = CONNECTIONS[box.dialect]
    changes = Changes(hass, connection)
    await fault(box)
    await until(lambda: changes.seen[-2:] == [(connection, "off"), (connection, "on")])
    entry = hass.config_entries.async_get_known_entry(ENTRY_IDS[box.dialect])
    await until_listening(entry)
    await hass.async_block_till_done()


@pytest.mark.parametrize("fault", [drop, reboot])
async def test_interruption_of_the_boxes_changes_no_state_of_the_person(
    hass: HomeAssistant,
    boxes: Boxes,
    tom: str,
    fired: FiredEvents,
    look: Look,
    fault: Fault,
) -> None:
    """The entities are not unavailable in between."""
    await see(fired, boxes.nested, person_of(boxes.nested, TOM))
    await hass.async_block_till_done()
    before = {entity_id: hass.states.get(entity_id) for entity_id in ENTITIES}
    changes = Changes(hass, *ENTITIES)
    for box in boxes:
        await come_back(hass, box, fault)
    assert changes.seen == []
    assert {entity_id: hass.states.get(entity_id) for entity_id in ENTITIES} == before
    response = await look(attributes(hass, FACE)["entity_picture"])
    assert await response.read() == jpeg(boxes.nested, PictureKind.FACE)
    for box in boxes:
        assert await fires(hass, box, fired)


@pytest.mark.parametrize("fault", [drop, reboot])
async def test_recovered_recognition_moves_only_the_counter_and_last_seen(
    hass: HomeAssistant, boxes: Boxes, tom: str, fired: FiredEvents, fault: Fault
) -> None:
    """Last seen moves forward only."""
    box = boxes.nested
    number = box.people.index(person_of(box, TOM))
    half_a_minute_ago = round((box.state.now() - 30) * 1000)
    await see(fired, box, box.people[number], timestamp_ms=half_a_minute_ago)
    await hass.async_block_till_done()
    changes = Changes(hass, *ENTITIES)
    # At another capture device, so that the place could change.
    await miss(box, 2, number, door=1)
    await come_back(hass, box, fault)
    assert state_of(hass, COUNT) == "1"
    assert changes.seen == []

    missed = await miss(box, 0.1, number, door=1)
    await come_back(hass, box, fault)
    assert state_of(hass, COUNT) == "2"
    seen = moment_of(missed).isoformat(timespec="seconds")
    assert changes.seen == [(SEEN, seen)]


async def test_face_that_the_box_no_longer_has_is_the_placeholder(
    hass: HomeAssistant, boxes: Boxes, tom: str, fired: FiredEvents, look: Look
) -> None:
    """It must not be the face of another person."""
    await see(fired, boxes.nested, person_of(boxes.nested, TOM))
    await hass.config_entries.async_reload(ENTRY_IDS["nested"])
    boxes.nested.history.clear()
    await assert_nobody(look)


async def test_reload_of_the_people_keeps_states_and_fires_nothing(
    hass: HomeAssistant,
    people: PeopleConfigEntry,
    boxes: Boxes,
    tom: str,
    fired: FiredEvents,
) -> None:
    """The next recognition fires."""
    await see(fired, boxes.flat, person_of(boxes.flat, TOM))
    before = {entity_id: state_of(hass, entity_id) for entity_id in ENTITIES}
    event = attributes(hass, EVENT)
    await hass.config_entries.async_reload(people.entry_id)
    await hass.async_block_till_done()
    assert {entity_id: state_of(hass, entity_id) for entity_id in ENTITIES} == before
    assert attributes(hass, EVENT) == event
    # The confirmed names are still known, and only they count.
    await see(fired, boxes.flat, person_of(boxes.flat, TOM))
    assert state_of(hass, EVENT) != before[EVENT]
    boxes.flat.state.rename_person(TOM, "Tim")
    assert not await fires(hass, boxes.flat, fired)


async def test_unloaded_people_are_not_followed(
    hass: HomeAssistant,
    people: PeopleConfigEntry,
    boxes: Boxes,
    tom: str,
    fired: FiredEvents,
) -> None:
    """The boxes go on."""
    assert await hass.config_entries.async_unload(people.entry_id)
    assert FOLLOWED not in hass.data
    changes = Changes(hass, *ENTITIES)
    data = await see(fired, boxes.flat, person_of(boxes.flat, TOM))
    assert data["identity_id"] == TOM
    assert changes.seen == []
    assert people.state is ConfigEntryState.NOT_LOADED
    assert await hass.config_entries.async_remove(people.entry_id)
    assert all(hass.states.get(entity_id) is None for entity_id in ENTITIES)


async def test_restart_restores_states_and_face_and_fires_nothing(
    hass: HomeAssistant, people: PeopleConfigEntry, tom: str, boxes: Boxes, look: Look
) -> None:
    """The face is from the history of the box."""
    await boxes.nested.recognize(
        boxes.nested.devices[0], person_of(boxes.nested, TOM), push=False
    )
    record = boxes.nested.history[-1]
    seen = "2026-01-02T03:04:05.678+00:00"
    when = datetime.fromtimestamp(record.timestamp_ms / 1000, UTC)
    await hass.config_entries.async_unload(people.entry_id)
    recognition_id = f"{record.device.device_id}~{record.timestamp_ms}~{TOM}"
    await restore(
        hass,
        (
            State(EVENT, seen, {"event_type": "employee"}),
            {
                "last_event_type": "employee",
                "last_event_attributes": {"identity_id": TOM},
            },
        ),
        (
            State(FACE, seen),
            {
                "entry_id": ENTRY_IDS["nested"],
                "recognition_id": recognition_id,
                "updated": when.isoformat(),
            },
        ),
        (
            State(SEEN, seen),
            {
                "native_value": {
                    "__type": "<class 'datetime.datetime'>",
                    "isoformat": seen,
                },
                "native_unit_of_measurement": None,
            },
        ),
        (
            State(SEEN_AT, "大门"),
            {"native_value": "大门", "native_unit_of_measurement": None},
        ),
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


async def test_person_is_added_and_removed_without_a_reload(
    hass: HomeAssistant,
    people: PeopleConfigEntry,
    boxes: Boxes,
    tom: str,
    fired: FiredEvents,
) -> None:
    """Other people and the boxes are not affected."""
    await see(fired, boxes.flat, person_of(boxes.flat, TOM))
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
        if entity.unique_id == f"{people.entry_id}_{ming}_last_location"
    ]
    await see(fired, boxes.nested, person_of(boxes.nested, "666666"))
    assert state_of(hass, entity.entity_id) == "Front door"

    hass.config_entries.async_remove_subentry(people, ming)
    await hass.async_block_till_done()
    assert hass.states.get(entity.entity_id) is None
    assert er.async_get(hass).async_get(entity.entity_id) is None
    await see(fired, boxes.nested, person_of(boxes.nested, "666666"))
    assert changes.seen == []
    assert runtimes == [
        hass.config_entries.async_get_known_entry(entry_id).runtime_data
        for entry_id in (people.entry_id, *ENTRY_IDS.values())
    ]
    assert connections == [len(box.subscriptions) for box in boxes]
    await see(fired, boxes.flat, person_of(boxes.flat, TOM))
    assert changes.seen[-1][0] == EVENT


async def test_person_is_followed_on_a_box_that_is_set_up_later(
    hass: HomeAssistant, people: PeopleConfigEntry
) -> None:
    """The other box was set up before."""
    async with new_box("nested") as first, new_box("flat") as second:
        await set_up_box(hass, first)
        await follow(hass, people, "Tom", TOM)
        await set_up_box(hass, second)
        await second.recognize(second.devices[1], person_of(second, TOM))
        await state_becomes(hass, SEEN_AT, "大门")
