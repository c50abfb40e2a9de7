"""Texts of the user interface, read from the translations."""

import json
from pathlib import Path

import hass_frontend

import homeassistant.components as homeassistant_components
from tools.demo.configuration import DOMAIN, PROJECT


class Words:
    """The texts of one language."""

    def __init__(self, language: str) -> None:
        """Read the translations of the frontend and the integration."""
        self._language = language
        self._frontend: dict[str, str] = {}
        translations = hass_frontend.where() / "static" / "translations"
        # A hash follows the language; `en-*` would match British English, too.
        for file in translations.rglob(f"{language}-{'[0-9a-f]' * 32}.json"):
            self._frontend.update(json.loads(file.read_text()))
        self._own = _read(PROJECT / "custom_components" / DOMAIN, language)

    def frontend(self, key: str) -> str:
        """Return a text of the frontend; omit the `ui.` of the key."""
        return self._frontend[f"ui.{key}"]

    def own(self, path: str, **placeholders: str) -> str:
        """Return a text of the integration."""
        return _at(self._own, path).format(**placeholders)

    def component(self, domain: str, path: str) -> str:
        """Return a text of another integration, or the English one."""
        folder = Path(homeassistant_components.__path__[0]) / domain
        try:
            return _at(_read(folder, self._language), path)
        except KeyError:
            return _at(_read(folder, "en"), path)


def _read(component: Path, language: str) -> dict[str, object]:
    file = component / "translations" / f"{language}.json"
    words: dict[str, object] = json.loads(file.read_text())
    return words


def _at(words: dict[str, object], path: str) -> str:
    found: object = words
    for key in path.split("."):
        assert isinstance(found, dict)
        found = found[key]
    assert isinstance(found, str)
    return found
