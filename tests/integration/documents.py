"""The YAML examples in the documents."""

from pathlib import Path
import re
from typing import Any

from homeassistant.util.yaml import parse_yaml

_DOCUMENTS = Path(__file__).parents[2] / "docs"


def examples(folder: str) -> list[dict[str, Any]]:
    """Return the automations of a folder, at least one per document."""
    found: list[dict[str, Any]] = []
    for path in sorted((_DOCUMENTS / folder).glob("*.md")):
        in_this = blocks(path)
        assert in_this, path
        found += in_this
    assert found, folder
    return found


def blocks(path: Path) -> list[dict[str, Any]]:
    """Return the automations in a document."""
    found = re.findall(
        r"^```yaml\n(.*?)^```", path.read_text(), re.MULTILINE | re.DOTALL
    )
    return [_automation(block) for block in found]


def _automation(block: str) -> dict[str, Any]:
    parsed = parse_yaml(block)
    assert isinstance(parsed, dict), block
    return parsed


def example_ids(example: dict[str, Any]) -> str:
    """Return the id of an automation in test reports."""
    return str(example["alias"])
