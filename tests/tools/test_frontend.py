"""What checks the dashboard's modules is the same for everybody."""

import json
from pathlib import Path
import re
from typing import Any

from tools.demo.configuration import PROJECT

_FOLDER = PROJECT / "tools" / "frontend"


def _load(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((_FOLDER / name).read_text())
    return content


def test_packages_are_locked_to_exact_versions() -> None:
    """Each has a checksum."""
    wanted = _load("package.json")["devDependencies"]
    locked = _load("package-lock.json")["packages"]
    assert locked.pop("")["devDependencies"] == wanted
    for name, version in wanted.items():
        assert locked[f"node_modules/{name}"]["version"] == version
    for package in locked.values():
        assert package["integrity"].startswith("sha512-")


def test_lock_file_names_no_registry() -> None:
    """It works with the registry that somebody has set up."""
    lock = (_FOLDER / "package-lock.json").read_text()
    assert "resolved" not in lock
    assert not re.search(r"registry|\.tgz", lock)


def test_nothing_of_it_is_in_the_integration() -> None:
    """HACS installs that folder as it is."""
    integration = PROJECT / "custom_components" / "se_aibox"
    suffixes = {path.suffix for path in _modules(integration)}
    assert suffixes <= {".js", ".ts"}
    assert not list(integration.rglob("package*.json"))


def _modules(integration: Path) -> list[Path]:
    return list((integration / "frontend" / "modules").iterdir())
