"""The targets of the automation editor."""

from collections.abc import Callable

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry  # type: ignore[import-untyped]  # It ships no py.typed.

from custom_components.se_aibox.recognition.followed import FOLLOWED
from custom_components.se_aibox.recognition.targets import async_target_device_ids
from emulator import EmulatedBox
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
    label_registry as lr,
)
from homeassistant.setup import async_setup_component
from tests.integration.conftest import SetUp
from tests.integration.helpers import until_listening

from .automation_helpers import (
    COLLEAGUE,
    FRIEND,
    Config,
    automate,
    box_device_id,
    doors_of,
    recognized,
)

pytestmark = pytest.mark.parametrize("dialect", ["nested"])

FRONT_DOOR_EVENT = "event.front_door_recognition"


class House:
    """Everything that a target can name, around three doors."""

    def __init__(self, hass: HomeAssistant, box: EmulatedBox, entry: ConfigEntry):
        """Use a box that is set up."""
        self.hass = hass
        self.box = box
        self.entry = entry
        self.doors = doors_of(hass, box, entry)
        self.front_door_id = self.doors[0].device_id
        self.box_id = box_device_id(hass, entry)

    @property
    def box_entity_id(self) -> str:
        """An entity of the box itself."""
        entities = er.async_entries_for_device(er.async_get(self.hass), self.box_id)
        return entities[0].entity_id

    def area(self, *device_ids: str, **details: object) -> str:
        """Create an area with some devices."""
        area = ar.async_get(self.hass).async_create("Hall", **details)  # type: ignore[arg-type]  # Passed through.
        for device_id in device_ids:
            dr.async_get(self.hass).async_update_device(device_id, area_id=area.id)
        return area.id

    def label(self) -> str:
        """Create a label."""
        return lr.async_get(self.hass).async_create("Entrance").label_id

    def label_device(self, device_id: str) -> str:
        """Add a label to a device."""
        label_id = self.label()
        dr.async_get(self.hass).async_update_device(device_id, labels={label_id})
        return label_id

    def label_entity(self, entity_id: str) -> str:
        """Add a label to an entity."""
        label_id = self.label()
        er.async_get(self.hass).async_update_entity(entity_id, labels={label_id})
        return label_id

    async def seen_at(self, target: Config) -> list[int]:
        """Recognize a person at every door; return the runs for each."""
        runs = await automate(self.hass, recognized(target))
        counts = []
        for door in self.doors:
            await door.sees(FRIEND)
            counts.append(runs.unread)
            while runs.unread:
                run = await runs.next()
                assert run["trigger"]["device_id"] == door.device_id
        return counts


@pytest.fixture
async def house(hass: HomeAssistant, box: EmulatedBox, set_up: SetUp) -> House:
    """Set up a box and return its house."""
    return House(hass, box, await set_up())


def _area_of_entity(house: House) -> Config:
    """Return an area with an entity of the front door, but not the door."""
    area_id = house.area()
    er.async_get(house.hass).async_update_entity(FRONT_DOOR_EVENT, area_id=area_id)
    return {"area_id": area_id}


def _floor(house: House) -> Config:
    floor = fr.async_get(house.hass).async_create("Ground floor")
    house.area(house.front_door_id, floor_id=floor.floor_id)
    return {"floor_id": floor.floor_id}


def _label_of_area(house: House) -> Config:
    label_id = house.label()
    house.area(house.front_door_id, house.box_id, labels={label_id})
    return {"label_id": label_id}


@pytest.mark.parametrize(
    "target",
    [
        pytest.param(lambda house: {"device_id": house.front_door_id}, id="device"),
        pytest.param(lambda house: {"entity_id": FRONT_DOOR_EVENT}, id="entity"),
        pytest.param(
            lambda house: {"area_id": house.area(house.front_door_id)}, id="area"
        ),
        pytest.param(
            lambda house: {"area_id": house.area(house.front_door_id, house.box_id)},
            id="area-where-the-box-stands-too",
        ),
        pytest.param(_area_of_entity, id="area-of-an-entity"),
        pytest.param(_floor, id="floor"),
        pytest.param(
            lambda house: {"label_id": house.label_device(house.front_door_id)},
            id="label-of-device",
        ),
        pytest.param(
            lambda house: {"label_id": house.label_entity(FRONT_DOOR_EVENT)},
            id="label-of-entity",
        ),
        pytest.param(_label_of_area, id="label-of-area-where-the-box-stands-too"),
        pytest.param(
            lambda house: {
                "device_id": house.front_door_id,
                "entity_id": [FRONT_DOOR_EVENT, "sensor.front_door_last_person"],
                "area_id": house.area(house.front_door_id),
            },
            id="the-same-door-in-several-ways",
        ),
    ],
)
async def test_target_of_a_door_fires_at_that_door_only(
    house: House, target: Callable[[House], Config]
) -> None:
    """It fires once, even if several parts of the target match."""
    assert await house.seen_at(target(house)) == [1, 0, 0]


@pytest.mark.parametrize(
    "target",
    [
        pytest.param(lambda house: {"device_id": house.box_id}, id="device"),
        pytest.param(lambda house: {"entity_id": house.box_entity_id}, id="entity"),
        pytest.param(
            lambda house: {"label_id": house.label_device(house.box_id)},
            id="label-of-device",
        ),
        pytest.param(
            lambda house: {"label_id": house.label_entity(house.box_entity_id)},
            id="label-of-entity",
        ),
        pytest.param(
            lambda house: {"device_id": [house.box_id, house.front_door_id]},
            id="box-and-door",
        ),
    ],
)
async def test_target_of_a_box_fires_at_all_its_doors(
    house: House, target: Callable[[House], Config]
) -> None:
    """The box may be targeted by an entity or a label."""
    assert await house.seen_at(target(house)) == [1, 1, 1]


async def test_area_with_the_box_alone_fires_at_no_door(house: House) -> None:
    """The doors are elsewhere."""
    assert await house.seen_at({"area_id": house.area(house.box_id)}) == [0, 0, 0]


async def test_foreign_and_unknown_targets_are_ignored(house: House) -> None:
    """They cause no error."""
    foreign = MockConfigEntry(domain="foreign")
    foreign.add_to_hass(house.hass)
    lamp = dr.async_get(house.hass).async_get_or_create(
        config_entry_id=foreign.entry_id, identifiers={("foreign", "lamp")}
    )
    target = {
        "entity_id": ["light.lamp", "sensor.nowhere", FRONT_DOOR_EVENT],
        "device_id": [lamp.id, "no-such-device"],
        "label_id": ["no-such-label"],
    }
    assert await house.seen_at(target) == [1, 0, 0]


async def test_target_of_a_group_fires_at_its_members(house: House) -> None:
    """The group has an entity of a door."""
    group = {"doors": {"entities": [FRONT_DOOR_EVENT]}}
    assert await async_setup_component(house.hass, "group", {"group": group})
    assert await house.seen_at({"entity_id": "group.doors"}) == [1, 0, 0]


async def test_target_of_a_door_and_a_person_fires_once(house: House) -> None:
    """It also fires for the person at other doors."""
    people = MockConfigEntry(domain="se_aibox", title="People")
    people.add_to_hass(house.hass)
    person = dr.async_get(house.hass).async_get_or_create(
        config_entry_id=people.entry_id,
        identifiers={("se_aibox", "person")},
        name="Friend",
    )
    house.hass.data[FOLLOWED] = lambda _, recognition: frozenset(
        {person.id} if recognition.identity_id == FRIEND.identity_id else ()
    )
    front_door, back_door, _ = house.doors
    runs = await automate(
        house.hass, recognized({"device_id": [house.front_door_id, person.id]})
    )
    for door, identity, expected in (
        (front_door, FRIEND, 1),
        (front_door, COLLEAGUE, 2),
        (back_door, FRIEND, 3),
        (back_door, COLLEAGUE, 3),
    ):
        await door.sees(identity)
        assert runs.unread == expected


async def test_target_of_a_box_covers_a_device_added_later(house: House) -> None:
    """The automation is set up before the device."""
    runs = await automate(house.hass, recognized({"device_id": house.box_id}))
    house.box.add_device(name="Garage")
    await until_listening(house.entry)
    await house.hass.async_block_till_done()
    *_, garage = doors_of(house.hass, house.box, house.entry)
    await garage.sees(FRIEND)
    assert (await runs.next())["trigger"]["capture_device_name"] == "Garage"


async def test_target_is_resolved_at_each_recognition(house: House) -> None:
    """A door moves into the area later."""
    area_id = house.area()
    runs = await automate(house.hass, recognized({"area_id": area_id}))
    front_door, *_ = house.doors
    await front_door.sees(FRIEND)
    assert runs.unread == 0
    dr.async_get(house.hass).async_update_device(house.front_door_id, area_id=area_id)
    await front_door.sees(FRIEND)
    assert runs.unread == 1


async def test_deleted_door_is_in_no_target(hass: HomeAssistant, house: House) -> None:
    """The other doors still fire."""
    front_door, back_door, _ = house.doors
    runs = await automate(hass, recognized({"device_id": house.box_id}))
    dr.async_get(hass).async_remove_device(house.front_door_id)
    await front_door.sees(FRIEND)
    assert runs.unread == 0
    await back_door.sees(FRIEND)
    assert runs.unread == 1


async def test_excluded_door_is_not_in_the_target_of_its_box(
    hass: HomeAssistant, house: House
) -> None:
    """Home Assistant 2026.11 has exclusions."""
    _, back_door, garden_gate = house.doors
    for exclude in (
        {"device_id": [house.front_door_id]},
        {"entity_id": [FRONT_DOOR_EVENT]},
        {"area_id": [house.area(house.front_door_id, house.box_id)]},
    ):
        target = {"device_id": [house.box_id], "exclude": exclude}
        assert async_target_device_ids(hass, target) == {
            back_door.device_id,
            garden_gate.device_id,
        }
