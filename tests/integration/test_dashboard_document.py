"""The dashboard in the documents shows something in every card."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
import re
from typing import Any

import pytest

from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from homeassistant.util.yaml import parse_yaml
from tests.integration.people.followed_people import TOM, follow

from .conftest import SetUp
from .helpers import Heard

pytest_plugins = ["tests.integration.people.people_fixtures"]

DOCUMENTS = Path(__file__).parents[2] / "docs"
ENGLISH, CHINESE = DOCUMENTS / "dashboard.yaml", DOCUMENTS / "dashboard.zh-Hans.yaml"
GRAPH = "statistics-graph"
# Home Assistant's own; `custom:` begins the types that users must install.
CARDS = {"heading", "logbook", "picture-entity", GRAPH, "tile"}
# The keys of texts.
WORDS = {"heading", "name", "title"}


def read(path: Path) -> dict[str, object]:
    """Return a dashboard."""
    parsed = parse_yaml(path.read_text("utf-8"))
    assert isinstance(parsed, dict)
    return parsed


def values(tree: object, key: str) -> Iterator[object]:
    """Yield every value of a key, at any depth."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            if name == key:
                yield value
            yield from values(value, key)
    elif isinstance(tree, list):
        for value in tree:
            yield from values(value, key)


def cards(dashboard: dict[str, object]) -> list[dict[str, Any]]:
    """Return the cards of a dashboard."""
    return [
        card
        for found in values(dashboard, "cards")
        if isinstance(found, list)
        for card in found
    ]


def entity_ids(dashboard: dict[str, object]) -> set[str]:
    """Return the entities that a dashboard shows."""
    found = {str(entity_id) for entity_id in values(dashboard, "entity")}
    for several in values(dashboard, "entity_id"):
        assert isinstance(several, list)
        found.update(several)
    return found


def without_words(tree: object) -> object:
    """Return what is the same in every language."""
    if isinstance(tree, dict):
        return {
            key: None if key in WORDS else without_words(value)
            for key, value in tree.items()
        }
    if isinstance(tree, list):
        return [without_words(value) for value in tree]
    return tree


@pytest.mark.parametrize("dialect", ["nested"])
async def test_every_entity_exists_by_default(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    people: PeopleConfigEntry,
    heard: Heard,
) -> None:
    """The ids are the ones that a user has not changed."""
    box.devices[1] = replace(box.devices[1], name="Back door")
    await set_up()
    await follow(hass, people, "Tom", TOM)
    for device in box.devices[:2]:
        await box.recognize(device, box.state.find_identity(TOM))
        await heard.next()
    await hass.async_block_till_done()

    shown = entity_ids(read(ENGLISH))

    assert len(shown) > 15
    missing = {
        entity_id
        for entity_id in shown
        for state in [hass.states.get(entity_id)]
        if state is None or state.state in ("unavailable", "unknown")
    }
    assert not missing
    # A statistics graph needs entities with statistics.
    [graph] = [card for card in cards(read(ENGLISH)) if card["type"] == GRAPH]
    drawn = [
        state for row in graph["entities"] if (state := hass.states.get(row["entity"]))
    ]
    assert [state.attributes.get("state_class") for state in drawn] == ["total"] * 2


def test_every_card_is_part_of_home_assistant() -> None:
    """Users need to install nothing."""
    dashboard = read(ENGLISH)

    assert {card["type"] for card in cards(dashboard)} == CARDS
    types = set(values(dashboard, "type"))
    assert types == CARDS | {"sections", "grid", "entity"}


def test_both_languages_show_the_same() -> None:
    """Only the texts differ, and each is in its language."""
    english, chinese = read(ENGLISH), read(CHINESE)

    assert without_words(english) == without_words(chinese)
    for word in WORDS:
        for text in values(english, word):
            assert str(text).isascii()
        for text in values(chinese, word):
            assert text == "Tom" or re.search("[一-龥]", str(text))
