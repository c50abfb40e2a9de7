"""Devices, entities and the words for them."""

import ast
from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from custom_components.se_aibox import const
from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .conftest import SetUp

ROOT = Path(const.__file__).parent


@pytest.mark.parametrize("dialect", ["nested"])
async def test_entities(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    box: EmulatedBox,
    set_up: SetUp,
    snapshot: SnapshotAssertion,
) -> None:
    """The box and each of its capture devices have their entities; those of one are shown."""
    entry = await set_up()
    entries = er.async_entries_for_config_entry(entity_registry, entry.entry_id)
    shown = sorted(
        (
            entity
            for entity in entries
            if "front_door" in entity.entity_id or "bm1684" in entity.entity_id
        ),
        key=lambda entity: entity.entity_id,
    )
    assert [entity.entity_id for entity in shown] == [
        "binary_sensor.bm1684_180_connection",
        "camera.front_door_last_person",
        "event.front_door_recognition",
        "sensor.front_door_last_person",
        "sensor.front_door_last_person_type",
        "sensor.front_door_last_recognition",
    ]
    assert len(entries) == 1 + 5 * len(box.devices)
    assert {entity.unique_id for entity in shown if "door" in entity.entity_id} == {
        f"{box.serial_number}_{box.devices[0].device_id}_{key}"
        for key in (
            "last_person",
            "last_person_type",
            "last_recognition",
            "recognition",
        )
    }
    for entity in shown:
        state = hass.states.get(entity.entity_id)
        assert state is not None
        assert {
            "translation_key": entity.translation_key,
            "category": entity.entity_category and entity.entity_category.value,
            "state": state.state,
            "attributes": {
                str(key): str(value) if key == "device_class" else value
                for key, value in state.attributes.items()
                if key not in ("access_token", "entity_picture", "supported_features")
            },
        } == snapshot(name=entity.entity_id)


async def test_devices(
    device_registry: dr.DeviceRegistry,
    box: EmulatedBox,
    set_up: SetUp,
    snapshot: SnapshotAssertion,
) -> None:
    """The capture devices stand below their box."""
    entry = await set_up()
    devices = dr.async_entries_for_config_entry(device_registry, entry.entry_id)
    [parent] = [device for device in devices if device.name == "BM1684-180"]
    below = [device for device in devices if device is not parent]
    assert {device.name for device in below} == {device.name for device in box.devices}
    assert {device.via_device_id for device in below} == {parent.id}
    kept = ("identifiers", "connections", "manufacturer", "model", "name")
    more = ("serial_number", "sw_version", "hw_version")
    for device in (parent, min(below, key=lambda device: device.name or "")):
        assert {key: getattr(device, key) for key in kept + more} == snapshot(
            name=device.name
        )


@pytest.mark.parametrize("dialect", ["nested"])
async def test_capture_device_without_a_name(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A capture device that has no name is called by the beginning of its id."""
    device = box.rename_device(box.devices[0].device_id, "")
    await set_up()
    name = f"capture_device_{device.device_id[:8]}"
    assert hass.states.get(f"sensor.{name}_last_person") is not None


@pytest.mark.parametrize("dialect", ["nested"])
async def test_capture_device_with_an_endless_name(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A name that is longer than an entity id may be costs no entity."""
    box.rename_device(box.devices[0].device_id, "Door " * 100)
    entry = await set_up()
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    assert len(entities) == 1 + 5 * len(box.devices)
    assert all(hass.states.get(entity.entity_id) for entity in entities)


def load(name: str) -> dict[str, Any]:
    """Return a JSON file of the integration."""
    content: dict[str, Any] = json.loads((ROOT / name).read_text("utf-8"))
    return content


def flat(tree: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text with the dotted path to it."""
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def placeholders(text: str) -> set[str]:
    """Return the names in braces."""
    return set(re.findall(r"{(\w+)}", text))


def arguments(file: str, called: str, keyword: str | None = None) -> set[str]:
    """Return the texts given to a call: its first argument, or one by name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / file).read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id != called:
            continue
        given = (
            node.args[:1]
            if keyword is None
            else [item.value for item in node.keywords if item.arg == keyword]
        )
        found |= {
            part.value
            for value in given
            for part in ast.walk(value)
            if isinstance(part, ast.Constant) and isinstance(part.value, str)
        }
    return found


def returned(file: str, function: str) -> set[str]:
    """Return the texts that a function returns."""
    return {
        node.value.value
        for outer in ast.walk(ast.parse((ROOT / file).read_text("utf-8")))
        if isinstance(outer, ast.AsyncFunctionDef) and outer.name == function
        for node in ast.walk(outer)
        if isinstance(node, ast.Return)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }


def test_languages_say_the_same() -> None:
    """Both languages have every text, with the same placeholders."""
    english = dict(flat(load("translations/en.json")))
    chinese = dict(flat(load("translations/zh-Hans.json")))
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        assert placeholders(text) == placeholders(chinese[key]), key
        assert text.strip()
        assert chinese[key].strip()


def test_every_key_has_its_words() -> None:
    """Each error, abort, exception and option of the code has its words, and no words are left over."""
    words = load("translations/en.json")
    errors = arguments("found_box.py", "BoxProblem") | returned("found_box.py", "_why")
    assert words["config"]["error"].keys() == errors
    assert words["config"]["abort"].keys() == arguments("config_flow.py", "AbortFlow")
    exceptions = arguments("coordinator.py", "UpdateFailed", "translation_key")
    assert words["exceptions"].keys() == exceptions
    assert {
        name
        for text in words["exceptions"].values()
        for name in placeholders(text["message"])
    } == {"host", "reason"}
    assert words["selector"].keys() == {const.CONF_PICTURES}
    assert words["selector"]["pictures"]["options"].keys() == {
        const.CAPTURED_PICTURES,
        const.REFERENCE_PICTURES,
    }


@pytest.mark.parametrize("dialect", ["nested"])
async def test_every_entity_has_its_words(
    entity_registry: er.EntityRegistry, set_up: SetUp
) -> None:
    """Each entity and each of its states has its words, and no words or icons are left over."""
    entry = await set_up()
    entities = er.async_entries_for_config_entry(entity_registry, entry.entry_id)
    words = load("translations/en.json")["entity"]
    used = {(entity.domain, entity.translation_key) for entity in entities}
    assert {(domain, key) for domain, keys in words.items() for key in keys} == used
    icons = load("icons.json")["entity"]
    drawn = {(domain, key) for domain, keys in icons.items() for key in keys}
    # The connection has its device class's icon.
    assert used - drawn == {("binary_sensor", "connection")}
    assert drawn <= used

    types = set(words["sensor"]["last_person_type"]["state"])
    attributes = words["event"]["recognition"]["state_attributes"]
    assert set(attributes["event_type"]["state"]) == types
    for entity in entities:
        capabilities = entity.capabilities or {}
        for key in {"options", "event_types"} & set(capabilities):
            assert set(capabilities[key]) == types
    assert set(icons["sensor"]["last_person_type"]["state"]) <= types
    assert set(icons["sensor"]["last_person"]["state"]) == set(
        words["sensor"]["last_person"]["state"]
    )
