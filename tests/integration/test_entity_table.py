"""The table of entities in the documents matches the code."""

from itertools import takewhile
from pathlib import Path
import re

import pytest

from custom_components.se_aibox.box.registry import async_device_id, box_identifier
from custom_components.se_aibox.coordinator import async_loaded_boxes
from custom_components.se_aibox.people.following import is_people_entry
from custom_components.se_aibox.site.presence import is_site_entry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.integration.se3.se3_helpers import add, make_se3, make_se3_entry

from .helpers import FiredEvents, publish_online
from .texts import texts

pytest_plugins = [
    "tests.integration.entity_fixtures",
    "tests.integration.people.people_fixtures",
    "tests.integration.se3.se3_fixtures",
    "tests.integration.site.site_fixtures",
]

_DOCUMENT = Path(__file__).parents[2] / "docs" / "entities.md"

type Row = tuple[str, ...]


def documented() -> list[Row]:
    """Return the rows of the table without the descriptions."""
    rows = table("| Key | Name |")
    assert all(len(row) == 8 for row in rows)
    assert all(row[-1].endswith(".") for row in rows)
    return [tuple(cell.strip("`") for cell in row[:-1]) for row in rows]


def table(heading: str) -> list[list[str]]:
    """Return the rows of the table with that heading."""
    lines = _DOCUMENT.read_text("utf-8").splitlines()
    [start] = [n for n, line in enumerate(lines) if line.startswith(heading)]
    rows = takewhile(lambda line: line.startswith("|"), lines[start + 2 :])
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def se3_exceptions() -> list[set[str]]:
    """Return the keys that an SE3 may lack.

    The first are never there, the second need a device list, the third a reading.

    """
    never, listed, reported = (
        set(re.findall(r"`(\w+)`", row[0])) for row in table("| Key | On an SE3 |")
    )
    return [never, listed, reported]


def place_of(hass: HomeAssistant, entity: er.RegistryEntry) -> str:
    """Return the kind of device that an entity belongs to."""
    assert entity.config_entry_id is not None
    entry = hass.config_entries.async_get_known_entry(entity.config_entry_id)
    if is_people_entry(entry):
        return "people" if entity.device_id is None else "person"
    assert entity.device_id is not None
    if is_site_entry(entry):
        return "site"
    is_box = async_device_id(hass, entry, box_identifier(entry)) == entity.device_id
    return "box" if is_box else "capture device"


@pytest.mark.usefixtures("tom", "office")
async def test_table_lists_every_entity(
    hass: HomeAssistant, entity_registry: er.EntityRegistry
) -> None:
    """Each cell of a row matches the entity."""
    for box in async_loaded_boxes(hass).values():
        publish_online(box.config_entry)
    await hass.async_block_till_done()
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


@pytest.mark.usefixtures("base", "every_entity_enabled")
@pytest.mark.parametrize("talkative", [False, True])
async def test_se3_table_lists_what_an_se3_lacks(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    fired: FiredEvents,
    talkative: bool,
) -> None:
    """An SE3 that reports more has more entities."""
    never, listed, reported = se3_exceptions()
    calls = ("deviceSN", "hardwareInfo", "temperature", "memoryInfo")
    async with make_se3(
        lists_devices=talkative, **({"system_calls": calls} if talkative else {})
    ) as se3:
        await add(hass, make_se3_entry(se3))
        await se3.recognize(se3.devices[0], se3.people[0])
        await fired.next()
        await hass.async_block_till_done()
        found = {entity.translation_key for entity in entity_registry.entities.values()}
    everywhere = {row[0] for row in documented() if row[4] in ("box", "capture device")}
    always = everywhere - never - listed - reported
    assert found - listed - reported == always
    assert bool(found & reported) is talkative
