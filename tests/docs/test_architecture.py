"""The page on the architecture names what is there."""

import ast
import re

import pytest

from .documents import PROJECT

_PAGE = (PROJECT / "docs" / "architecture.md").read_text()
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
def test_modules_are_there(name: str) -> None:
    """A path leads to a file, from the folder of the integration or of the client."""
    folders = (_INTEGRATION, _INTEGRATION / "aibox", PROJECT)
    assert any((folder / name).is_file() for folder in folders)


def test_methods_are_there() -> None:
    """A method that is named has that name in the code."""
    named = set(_METHOD.findall(_PAGE))
    assert named
    assert named <= _methods()


def test_every_room_is_named() -> None:
    """The page describes each folder of the integration."""
    rooms = {file.parent.name for file in _INTEGRATION.glob("*/*.py")}
    assert {room for room in rooms if f"| `{room}/` |" not in _PAGE} == set()
