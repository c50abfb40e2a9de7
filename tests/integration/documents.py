"""The YAML that the documents show to copy."""

from pathlib import Path
import re
from typing import Any

from homeassistant.util.yaml import parse_yaml

_DOCUMENTS = Path(__file__).parents[2] / "docs"


def examples(folder: str) -> list[dict[str, Any]]:
    """Return the automations in a folder of documents, at least one in each."""
    found: list[dict[str, Any]] = []
    for path in sorted((_DOCUMENTS / folder).glob("*.md")):
        blocks = re.findall(
            r"^```yaml\n(.*?)^```", path.read_text(), re.MULTILINE | re.DOTALL
        )
        assert blocks, path
        found += [_automation(block) for block in blocks]
    assert found, folder
    return found


def _automation(block: str) -> dict[str, Any]:
    parsed = parse_yaml(block)
    assert isinstance(parsed, dict), block
    return parsed


def example_ids(example: dict[str, Any]) -> str:
    """Name an automation in a test's report."""
    return str(example["alias"])
