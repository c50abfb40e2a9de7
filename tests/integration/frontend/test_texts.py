"""The texts of the dashboard's modules."""

from collections.abc import Iterator
from pathlib import Path
import re

import pytest

from tests.integration.texts import LANGUAGES, texts

_MODULES = Path(__file__).parents[3] / "custom_components/se_aibox/frontend/modules"
_SOURCE = "\n".join(path.read_text("utf-8") for path in _MODULES.glob("*.js"))
_SECTIONS = ("card", "dashboard")
# A whole key, and the beginning of one that is put together.
_KEY = re.compile(rf"[\"'`]((?:{'|'.join(_SECTIONS)})\.[\w.-]+)[\"'`]")
_PREFIX = re.compile(rf"`((?:{'|'.join(_SECTIONS)})\.[\w.-]*)\$")
# What is chosen by a count.
_FORM = re.compile(r"_(?:one|other)$")


def _flat(tree: dict[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)


def _words(language: str) -> dict[str, str]:
    return dict(_flat(texts(language)["config_panel"]))


def test_every_key_in_a_module_has_a_text() -> None:
    """The module would show the key."""
    keys = {_FORM.sub("", key) for key in _words("en")}
    assert {key for key in _KEY.findall(_SOURCE) if key not in keys} == set()
    for prefix in set(_PREFIX.findall(_SOURCE)):
        assert any(key.startswith(prefix) for key in keys), prefix


def test_no_text_is_left_over() -> None:
    """Each key, or the beginning of it, is in a module."""
    whole = set(_KEY.findall(_SOURCE))
    prefixes = tuple(set(_PREFIX.findall(_SOURCE)))
    left = {key for key in _words("en") if not key.startswith(prefixes)}
    assert {key for key in left if _FORM.sub("", key) not in whole} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_keep_the_rules_of_home_assistant(language: str) -> None:
    """Its validator knows English only; other languages are as strict here."""
    for key, text in _words(language).items():
        for part in key.split("."):
            assert re.fullmatch(r"[a-z0-9]+(?:[_-][a-z0-9]+)*", part), key
        assert not re.search(r"<\w|://|www\.|'{\w+}'", text), key
        assert text == text.strip(), key
        # The modules replace names only.
        assert not re.search(r"[{}]", re.sub(r"{\w+}", "", text)), key
