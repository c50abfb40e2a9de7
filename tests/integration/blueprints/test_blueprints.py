"""The rules for all blueprints."""

from collections.abc import Iterator
from pathlib import Path
import re
from typing import Any
from urllib.parse import quote

import pytest

# It ships no py.typed.
from pytest_homeassistant_custom_component.test_util.aiohttp import AiohttpClientMocker  # type: ignore[import-untyped]

from homeassistant.components.blueprint.importer import fetch_blueprint_from_url
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import selector
from homeassistant.util.json import load_json_object
from homeassistant.util.yaml import Input, parse_yaml

from .blueprint_helpers import FOLDER

_ROOT = FOLDER.parents[2]
_HOME = "https://github.com/se-aibox/ha-se-aibox/blob/main/"
_FILES = sorted(FOLDER.rglob("*.yaml"))
_CHINESE = sorted((FOLDER / "zh-Hans").glob("*.yaml"))
# The keys of texts that people read.
_WORDS = {"name", "description", "label"}
# Texts that people may change, and the address.
_TRANSLATED = _WORDS | {"clock", "default", "source_url", "unnamed"}


def _id(path: Path) -> str:
    return str(path.relative_to(FOLDER).with_suffix(""))


def _text(path: Path) -> str:
    return path.read_text()


@pytest.mark.parametrize("path", _FILES, ids=_id)
async def test_blueprint_can_be_imported_from_its_source_url(
    hass: HomeAssistant, aioclient_mock: AiohttpClientMocker, path: Path
) -> None:
    """It needs the integration's version, and its defaults are valid."""
    raw = "https://raw.githubusercontent.com/se-aibox/ha-se-aibox/main/"
    aioclient_mock.get(f"{raw}{path.relative_to(_ROOT)}", text=_text(path))
    url = f"{_HOME}{path.relative_to(_ROOT)}"
    blueprint = (await fetch_blueprint_from_url(hass, url)).blueprint
    assert blueprint.domain == "automation"
    assert blueprint.metadata["source_url"] == url
    needs = load_json_object(_ROOT / "hacs.json")["homeassistant"]
    assert blueprint.metadata["homeassistant"]["min_version"] == needs
    assert blueprint.inputs
    for key, given in blueprint.inputs.items():
        details: dict[str, Any] = given or {}
        assert details["name"], key
        if details.get("default", "") not in ("", [], {}):
            accepts: Any = selector(details["selector"])
            accepts(details["default"])


@pytest.mark.parametrize("path", _FILES, ids=_id)
def test_document_has_the_import_badge(path: Path) -> None:
    """The badge leads to the blueprint on GitHub."""
    url = quote(f"{_HOME}{path.relative_to(_ROOT)}", safe="")
    document = _text(_ROOT / "docs" / "blueprints.md")
    assert (
        f"(https://my.home-assistant.io/redirect/blueprint_import/?blueprint_url={url})"
        in document
    )


def _both(path: Path) -> tuple[Any, Any]:
    """Return the parsed blueprint in English and in Chinese."""
    return parse_yaml(_text(FOLDER / path.name)), parse_yaml(_text(path))


def test_every_blueprint_is_there_in_both_languages() -> None:
    """The files have the same names."""
    english = {path.name for path in FOLDER.glob("*.yaml")}
    assert english == {path.name for path in _CHINESE}
    assert english


def _differences(english: Any, chinese: Any, key: str = "") -> list[str]:
    """Return where two blueprints differ, apart from texts."""
    if isinstance(english, dict) and isinstance(chinese, dict):
        if list(english) != list(chinese):
            return [f"{key}: {list(english)} != {list(chinese)}"]
        return [
            difference
            for name, value in english.items()
            for difference in _differences(value, chinese[name], name)
        ]
    if isinstance(english, list) and isinstance(chinese, list):
        if len(english) != len(chinese):
            return [f"{key}: {english} != {chinese}"]
        return [
            difference
            for one, other in zip(english, chinese, strict=True)
            for difference in _differences(one, other, key)
        ]
    if isinstance(english, str) and isinstance(chinese, str):
        if key in _TRANSLATED:
            return []
        # The brackets around an id are Chinese there.
        chinese = chinese.replace("（", " (").replace("）", ")")
    same = english == chinese or (
        isinstance(english, Input)
        and isinstance(chinese, Input)
        and english.name == chinese.name
    )
    return [] if same else [f"{key}: {english} != {chinese}"]


@pytest.mark.parametrize("path", _CHINESE, ids=_id)
def test_chinese_blueprint_differs_in_its_words_only(path: Path) -> None:
    """A change of one language must be made in the other."""
    assert _differences(*_both(path)) == []


def _words(parsed: Any) -> Iterator[str]:
    """Yield all texts that people read."""
    if isinstance(parsed, list):
        for value in parsed:
            yield from _words(value)
    elif isinstance(parsed, dict):
        for key, value in parsed.items():
            if key in _WORDS and isinstance(value, str):
                yield value
            yield from _words(value)


@pytest.mark.parametrize("path", _CHINESE, ids=_id)
def test_chinese_blueprint_is_in_chinese(path: Path) -> None:
    """Its punctuation is full-width."""
    _, chinese = _both(path)
    words = list(_words(chinese["blueprint"]))
    assert words
    for text in words:
        assert text == "VIP" or re.search("[\u4e00-\u9fff]", text), text
        assert not re.search("[\u4e00-\u9fff][,:;?!()]", text), text


def _device_selectors(parsed: Any) -> Iterator[dict[str, Any]]:
    if isinstance(parsed, dict):
        if device := (parsed.get("selector") or {}).get("device"):
            yield device
        for value in parsed.values():
            yield from _device_selectors(value)


@pytest.mark.parametrize("path", _FILES, ids=_id)
def test_selectors_offer_only_suitable_devices(path: Path) -> None:
    """Ours offer capture devices, followed people or sites, never several."""
    ours = [
        device
        for device in _device_selectors(parse_yaml(_text(path)))
        if "mobile_app" not in str(device)
    ]
    for device in ours:
        assert device in (
            {
                "multiple": True,
                "entity": [{"integration": "se_aibox", "domain": "camera"}],
            },
            {
                "multiple": True,
                "filter": [{"integration": "se_aibox", "model_id": "person"}],
            },
            {
                "multiple": True,
                "filter": [{"integration": "se_aibox", "model_id": "site"}],
            },
        )
