"""What stands on the screen, in the user's language: looked up where Home Assistant does, so that no test repeats it."""

import json
from pathlib import Path

import hass_frontend

import homeassistant.components as homeassistant_components
from tools.demo.configuration import DOMAIN, PROJECT


class Words:
    """The words of one language."""

    def __init__(self, language: str) -> None:
        """Read the frontend's words, which it keeps in one file a page, and the integration's."""
        self._language = language
        self._frontend: dict[str, str] = {}
        translations = hass_frontend.where() / "static" / "translations"
        # A fingerprint follows the language; `en-*` alone would be British as well.
        for file in translations.rglob(f"{language}-{'[0-9a-f]' * 32}.json"):
            self._frontend.update(json.loads(file.read_text()))
        self._own = _read(PROJECT / "custom_components" / DOMAIN, language)

    def frontend(self, key: str) -> str:
        """Return a word of the frontend; its keys all begin with `ui.`, which is left out."""
        return self._frontend[f"ui.{key}"]

    def own(self, path: str, **placeholders: str) -> str:
        """Return a word of the integration."""
        return _at(self._own, path).format(**placeholders)

    def component(self, domain: str, path: str) -> str:
        """Return a word of another integration, in English where nobody has translated it."""
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
