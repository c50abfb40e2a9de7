"""Devices and entities."""

from dataclasses import replace

import pytest
from syrupy.assertion import SnapshotAssertion

from custom_components.se_aibox.box.address import web_page
from custom_components.se_aibox.box.registry import async_device, box_identifier
from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.translation import async_load_integrations
from tests.integration.people.followed_people import TOM, device_id_of, follow
from tests.integration.se3.se3_helpers import add, make_se3, make_se3_entry

from .conftest import SetUp
from .helpers import ENTRY_ID, STATES_OF_A_FACE

pytest_plugins = [
    "tests.integration.entity_fixtures",
    "tests.integration.people.people_fixtures",
    "tests.integration.se3.se3_fixtures",
]

BOX = {
    "binary_sensor.bm1684_180_connection",
    "select.bm1684_180_pass_mode_control",
    "sensor.bm1684_180_board_temperature",
    "sensor.bm1684_180_core_temperature",
    "sensor.bm1684_180_cpu_usage",
    "sensor.bm1684_180_enrolled_people",
    "sensor.bm1684_180_fan_speed",
    "sensor.bm1684_180_last_boot",
    "sensor.bm1684_180_memory_usage",
    "sensor.bm1684_180_pass_mode",
    "sensor.bm1684_180_storage_usage",
    "sensor.bm1684_180_tpu_usage",
    "switch.bm1684_180_pictures",
}
FRONT_DOOR = {
    "camera.front_door_scene",
    "event.front_door_recognition",
    *STATES_OF_A_FACE,
}
# Only some capture devices have these.
DOOR = "button.front_door_open_door"
LOCK = "lock.front_door_lock"
OPENING = "event.front_door_door_opening"
STREAM = "camera.front_door_live"
# Attributes that differ from run to run.
VOLATILE = {"access_token", "entity_picture", "supported_features", "last_reset"}


async def entities_of(
    entity_registry: er.EntityRegistry, set_up: SetUp
) -> list[er.RegistryEntry]:
    """Set up a box and return its entities."""
    entry = await set_up()
    return er.async_entries_for_config_entry(entity_registry, entry.entry_id)


async def test_every_capture_device_has_the_same_entities(
    entity_registry: er.EntityRegistry, box: EmulatedBox, set_up: SetUp
) -> None:
    """The box has entities of its own."""
    entities = {
        entity.entity_id: entity
        for entity in await entities_of(entity_registry, set_up)
    }
    assert {key for key in entities if ".bm1684_180_" in key} == BOX
    assert {key for key in entities if ".front_door_" in key} - {
        DOOR,
        LOCK,
        OPENING,
        STREAM,
    } == FRONT_DOOR
    # Only firmware 1.x has the call that opens a door.
    assert {DOOR, LOCK, OPENING} & entities.keys() == (
        {DOOR, LOCK, OPENING} if box.dialect == "nested" else set()
    )
    kinds = {
        (device.device_id, entity.domain, entity.unique_id.split("_", 2)[2])
        for device in box.devices
        for entity in entities.values()
        if entity.unique_id.startswith(f"{ENTRY_ID}_{device.device_id}_")
        and entity.translation_key not in ("open_door", "door", "live")
    }
    assert kinds == {
        (
            device.device_id,
            entities[key].domain,
            entities[key].unique_id.split("_", 2)[2],
        )
        for device in box.devices
        for key in FRONT_DOOR
    }


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.usefixtures("every_entity_enabled")
async def test_entities_before_the_first_recognition(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    set_up: SetUp,
    snapshot: SnapshotAssertion,
) -> None:
    """Disabled entities are included."""
    shown = sorted(
        (
            entity
            for entity in await entities_of(entity_registry, set_up)
            if entity.entity_id in BOX | FRONT_DOOR | {DOOR, LOCK, OPENING}
        ),
        key=lambda entity: entity.entity_id,
    )
    assert len(shown) == len(BOX | FRONT_DOOR) + 3
    for entity in shown:
        state = hass.states.get(entity.entity_id)
        assert state is not None
        assert {
            "translation_key": entity.translation_key,
            "category": entity.entity_category and entity.entity_category.value,
            "state": "<time>" if entity.translation_key == "last_boot" else state.state,
            "attributes": {
                str(key): str(value) if key == "device_class" else value
                for key, value in state.attributes.items()
                if key not in VOLATILE
            },
        } == snapshot(name=entity.entity_id)


async def test_devices_in_the_registry(
    device_registry: dr.DeviceRegistry,
    box: EmulatedBox,
    set_up: SetUp,
    snapshot: SnapshotAssertion,
) -> None:
    """Capture devices are connected via their box."""
    entry = await set_up()
    devices = dr.async_entries_for_config_entry(device_registry, entry.entry_id)
    [parent] = [device for device in devices if device.name == "BM1684-180"]
    below = [device for device in devices if device is not parent]
    assert {device.name for device in below} == {device.name for device in box.devices}
    assert {device.via_device_id for device in below} == {parent.id}
    kept = ("identifiers", "connections", "manufacturer", "model", "name")
    more = (
        "serial_number",
        "sw_version",
        "hw_version",
        "model_id",
        "configuration_url",
    )
    for device in (parent, min(below, key=lambda device: device.name or "")):
        assert {key: getattr(device, key) for key in kept + more} == snapshot(
            name=device.name
        )


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize(
    ("language", "models"),
    [
        ("en", {"Snapshot camera", "IP camera"}),
        ("zh-Hans", {"抓拍机", "网络摄像头"}),
        # Not loaded.
        ("fr", {"Snapshot camera", "IP camera"}),
    ],
)
async def test_models_are_words_in_the_language_of_home_assistant(
    hass: HomeAssistant,
    device_registry: dr.DeviceRegistry,
    box: EmulatedBox,
    set_up: SetUp,
    language: str,
    models: set[str],
) -> None:
    """Home Assistant does not translate models."""
    box.devices[1] = replace(box.devices[1], type="rtsp")
    box.devices[2] = replace(box.devices[2], type="other")
    await async_load_integrations(hass, {"se_aibox"})
    hass.config.language = language
    if language != "fr":
        await async_load_integrations(hass, {"se_aibox"})
    entry = await set_up()
    devices = dr.async_entries_for_config_entry(device_registry, entry.entry_id)
    shown = {device.model for device in devices if device.via_device_id}
    assert shown == {*models, None}


@pytest.mark.parametrize("dialect", ["nested"])
async def test_person_says_so_by_the_model(
    hass: HomeAssistant,
    device_registry: dr.DeviceRegistry,
    set_up: SetUp,
    people: PeopleConfigEntry,
) -> None:
    """Device selectors filter by the model id."""
    await set_up()
    tom = device_registry.async_get(
        device_id_of(hass, await follow(hass, people, "Tom", TOM))
    )
    assert isinstance(tom, dr.DeviceEntry)
    assert (tom.model, tom.model_id) == ("Followed person", "person")


@pytest.mark.parametrize(
    ("host", "page"),
    [
        ("192.168.150.1", "http://192.168.150.1"),
        ("bm1684-180.local", "http://bm1684-180.local"),
        ("fd00::1", "http://[fd00::1]"),
    ],
)
def test_box_is_visited_at_its_web_page(host: str, page: str) -> None:
    """The page of an SE3 is encrypted, and at a port of its own."""
    assert web_page({"host": host}) == f"{page}/"
    se3 = f"{page.replace('http:', 'https:')}:8886/"
    assert web_page({"host": host, "webhook_id": "c0ffee"}) == se3


@pytest.mark.usefixtures("base")
async def test_se3_is_visited_at_its_web_page(hass: HomeAssistant) -> None:
    """The entry of an SE3 has a webhook."""
    async with make_se3() as se3:
        entry = await add(hass, make_se3_entry(se3))
        device = async_device(hass, entry, box_identifier(entry))
    assert device is not None
    assert device.configuration_url == "https://127.0.0.1:8886/"


@pytest.mark.parametrize("dialect", ["nested"])
async def test_nameless_capture_device_is_named_by_its_id(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The name has the first eight characters of the id."""
    device = box.rename_device(box.devices[0].device_id, "")
    await set_up()
    name = f"capture_device_{device.device_id[:8]}"
    assert hass.states.get(f"sensor.{name}_last_person") is not None


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.usefixtures("every_entity_enabled")
async def test_very_long_name_costs_no_entity(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    box: EmulatedBox,
    set_up: SetUp,
) -> None:
    """Entity ids have a maximum length."""
    # Home Assistant cuts ids anywhere, and refuses one whose cut is at an underscore.
    device = box.rename_device(box.devices[0].device_id, "Door" * 100)
    entities = [
        entity
        for entity in await entities_of(entity_registry, set_up)
        if device.device_id in entity.unique_id
    ]
    assert len(entities) == len(FRONT_DOOR | {DOOR, LOCK, OPENING})
    assert all(hass.states.get(entity.entity_id) for entity in entities)
