"""The integration's texts and icons."""

from collections.abc import Mapping
import json
from pathlib import Path
from typing import Any

_INTEGRATION = Path(__file__).parents[2] / "custom_components" / "se_aibox"
LANGUAGES = ("en", "zh-Hans")


def icons() -> dict[str, Any]:
    """Return the integration's icons."""
    return dict(json.loads((_INTEGRATION / "icons.json").read_text()))


def texts(language: str) -> dict[str, Any]:
    """Return the integration's texts in a language."""
    path = _INTEGRATION / "translations" / f"{language}.json"
    return dict(json.loads(path.read_text()))


def assert_described(kind: str, key: str, fields: Mapping[str, Any]) -> None:
    """Assert that the editor has a text for each field, and no others."""
    for language in LANGUAGES:
        all_texts = texts(language)
        about = all_texts[kind][key]
        assert about["name"]
        assert about["description"]
        assert about.get("fields", {}).keys() == fields.keys()
        for name, field in fields.items():
            assert about["fields"][name].keys() == {"name", "description"}
            if select := field["selector"].get("select"):
                choices = all_texts["selector"][select["translation_key"]]["options"]
                assert choices.keys() == set(select["options"])
