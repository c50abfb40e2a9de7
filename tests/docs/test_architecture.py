"""Tests of docs/architecture.md."""

import ast
import re

import pytest

from .documents import PROJECT

_PAGE = (PROJECT / "docs" / "architecture.md").read_text()
_ROOMS = _PAGE[_PAGE.index("## The rooms") : _PAGE.index("Outside the integration")]
_INTEGRATION = PROJECT / "custom_components" / "se_aibox"
_MODULE = re.compile(r"`([\w/]+\.(?:py|yaml|json))`")
_METHOD = re.compile(r"`([A-Z]\w+\.\w+)`")


def _methods() -> set[str]:
    return {
        f"{each.name}.{member.name}"
        for file in _INTEGRATION.rglob("*.py")
        for each in ast.walk(ast.parse(file.read_text()))
        if isinstance(each, ast.ClassDef)
        for member in each.body
        if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef)
    }


@pytest.mark.parametrize("name", sorted(set(_MODULE.findall(_PAGE))))
def test_named_module_exists(name: str) -> None:
    """Paths start in the project, the integration or its client."""
    folders = (_INTEGRATION, _INTEGRATION / "aibox", PROJECT)
    assert any((folder / name).is_file() for folder in folders)


def test_named_methods_exist() -> None:
    named = set(_METHOD.findall(_PAGE))
    assert named
    assert named <= _methods()


def test_page_describes_every_room_once() -> None:
    rooms = {file.parent.name for file in _INTEGRATION.glob("*/*.py")}
    assert sorted(re.findall(r"^\| `(\w+)/` \|", _ROOMS, re.MULTILINE)) == sorted(rooms)
