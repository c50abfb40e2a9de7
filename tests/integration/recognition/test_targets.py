"""What a target of the automation editor means."""

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
    """What a target can name, around the first of three doors."""

    def __init__(self, hass: HomeAssistant, box: EmulatedBox, entry: ConfigEntry):
        """Take a box that is set up."""
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
        """Make an area around devices."""
        area = ar.async_get(self.hass).async_create("Hall", **details)  # type: ignore[arg-type]  # Passed through.
        for device_id in device_ids:
            dr.async_get(self.hass).async_update_device(device_id, area_id=area.id)
        return area.id

    def label(self) -> str:
        """Make a label."""
        return lr.async_get(self.hass).async_create("Entrance").label_id

    def label_device(self, device_id: str) -> str:
        """Put a label on a device."""
        label_id = self.label()
        dr.async_get(self.hass).async_update_device(device_id, labels={label_id})
        return label_id

    def label_entity(self, entity_id: str) -> str:
        """Put a label on an entity."""
        label_id = self.label()
        er.async_get(self.hass).async_update_entity(entity_id, labels={label_id})
        return label_id

    async def seen_at(self, target: Config) -> list[int]:
        """Let somebody appear at every door and return at how many each an automation ran."""
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
    """Set a box up."""
    return House(hass, box, await set_up())


def _area_of_entity(house: House) -> Config:
    """Put an entity of the front door into an area, but not the door."""
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
async def test_one_door(house: House, target: Callable[[House], Config]) -> None:
    """Every way to name a door means that door, once, and no other."""
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
async def test_box_means_its_doors(
    house: House, target: Callable[[House], Config]
) -> None:
    """A box that is named means all its capture devices."""
    assert await house.seen_at(target(house)) == [1, 1, 1]


async def test_area_of_the_box_alone(house: House) -> None:
    """A box in a rack of a targeted area brings no doors from elsewhere along."""
    assert await house.seen_at({"area_id": house.area(house.box_id)}) == [0, 0, 0]


async def test_foreign_things_are_ignored(house: House) -> None:
    """What other integrations own, or nobody, neither fires nor complains."""
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


async def test_group_of_entities(house: House) -> None:
    """A group means what is in it."""
    group = {"doors": {"entities": [FRONT_DOOR_EVENT]}}
    assert await async_setup_component(house.hass, "group", {"group": group})
    assert await house.seen_at({"entity_id": "group.doors"}) == [1, 0, 0]


async def test_door_and_person_at_once(house: House) -> None:
    """A target that covers a door and a followed person fires once per recognition, and at other doors too."""
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


async def test_device_that_comes_later(house: House) -> None:
    """A new capture device belongs to the targeted box from its first entity on."""
    runs = await automate(house.hass, recognized({"device_id": house.box_id}))
    house.box.add_device(name="Garage")
    await house.entry.runtime_data.async_refresh()
    await house.hass.async_block_till_done()
    *_, garage = doors_of(house.hass, house.box, house.entry)
    await garage.sees(FRIEND)
    assert (await runs.next())["trigger"]["capture_device_name"] == "Garage"


async def test_door_moves_into_the_area(house: House) -> None:
    """A target is true at the moment of the recognition, not of saving the automation."""
    area_id = house.area()
    runs = await automate(house.hass, recognized({"area_id": area_id}))
    front_door, *_ = house.doors
    await front_door.sees(FRIEND)
    assert runs.unread == 0
    dr.async_get(house.hass).async_update_device(house.front_door_id, area_id=area_id)
    await front_door.sees(FRIEND)
    assert runs.unread == 1


async def test_door_that_is_in_no_registry(hass: HomeAssistant, house: House) -> None:
    """What stands for no device any more can be in no target; others go on."""
    front_door, back_door, _ = house.doors
    runs = await automate(hass, recognized({"device_id": house.box_id}))
    dr.async_get(hass).async_remove_device(house.front_door_id)
    await front_door.sees(FRIEND)
    assert runs.unread == 0
    await back_door.sees(FRIEND)
    assert runs.unread == 1


async def test_excluded_door(hass: HomeAssistant, house: House) -> None:
    """What a target leaves out is left out of a box's doors as well (Home Assistant 2026.11)."""
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
