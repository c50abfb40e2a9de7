"""The table of entities in the documents is the one of the code."""

from pathlib import Path

import pytest

from custom_components.se_aibox.devices import async_device_id, box_identifier
from custom_components.se_aibox.people import PeopleConfigEntry, is_people_entry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from .followed_people import TOM, Boxes, follow
from .texts import texts

pytest_plugins = ["tests.integration.people_fixtures"]

_DOCUMENT = Path(__file__).parents[2] / "docs" / "entities.md"

type Row = tuple[str, ...]


def documented() -> list[Row]:
    """Return the rows of the table, the last column apart, which must say something."""
    table = [
        [cell.strip().strip("`") for cell in line.strip("|").split("|")]
        for line in _DOCUMENT.read_text("utf-8").splitlines()
        if line.startswith("|")
    ]
    heading, _, *rows = table
    assert len(heading) == 8
    assert all(row[-1].endswith(".") for row in rows)
    return [tuple(row[:-1]) for row in rows]


@pytest.fixture
async def tom(hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry) -> str:
    """Follow somebody, for there are entities of people too."""
    return await follow(hass, people, "Tom", TOM)


def place_of(hass: HomeAssistant, entity: er.RegistryEntry) -> str:
    """Return what kind of device an entity stands on."""
    assert entity.config_entry_id is not None
    assert entity.device_id is not None
    entry = hass.config_entries.async_get_known_entry(entity.config_entry_id)
    if is_people_entry(entry):
        return "person"
    is_box = async_device_id(hass, entry, box_identifier(entry)) == entity.device_id
    return "box" if is_box else "capture device"


@pytest.mark.usefixtures("tom")
async def test_table(hass: HomeAssistant, entity_registry: er.EntityRegistry) -> None:
    """Every entity has its row, every row its entity, and each cell is true."""
    english, chinese = (texts(language)["entity"] for language in ("en", "zh-Hans"))
    found: set[Row] = set()
    for entity in entity_registry.entities.values():
        key = entity.translation_key
        assert key is not None
        assert entity.unique_id.endswith(f"_{key}")
        found.add(
            (
                key,
                english[entity.domain][key]["name"],
                chinese[entity.domain][key]["name"],
                entity.domain,
                place_of(hass, entity),
                entity.entity_category or "–",
                "off" if entity.disabled else "on",
            )
        )
    rows = documented()
    assert len(rows) == len(set(rows))
    assert set(rows) == found
