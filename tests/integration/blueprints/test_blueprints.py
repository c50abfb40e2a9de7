"""What all blueprints have in common."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

# It ships no py.typed.
from pytest_homeassistant_custom_component.test_util.aiohttp import AiohttpClientMocker  # type: ignore[import-untyped]

from homeassistant.components.blueprint.importer import fetch_blueprint_from_url
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import selector
from homeassistant.util.json import load_json_object

from .blueprint_helpers import FOLDER

_ROOT = FOLDER.parents[2]
_HOME = "https://github.com/se-aibox/ha-se-aibox/blob/main/"
_FILES = sorted(FOLDER.glob("*.yaml"))


def _text(path: Path) -> str:
    return path.read_text()


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.stem)
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


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.stem)
def test_document_has_the_import_badge(path: Path) -> None:
    """The badge leads to the blueprint on GitHub."""
    url = quote(f"{_HOME}{path.relative_to(_ROOT)}", safe="")
    document = _text(_ROOT / "docs" / "blueprints.md")
    assert (
        f"(https://my.home-assistant.io/redirect/blueprint_import/?blueprint_url={url})"
        in document
    )
