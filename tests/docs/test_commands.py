"""Tests of the commands and YAML in the documents."""

from collections.abc import Callable
from pathlib import Path
import re
import shlex

import pytest

from benchmarks import command_line as bench
from tools.box import __main__ as box
from tools.demo import __main__ as demo
from tools.soak import __main__ as soak

from .documents import DOCUMENTS, PROJECT

_FENCE = re.compile(r"^ *```bash\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_YAML = re.compile(r"^ *```yaml\n", re.MULTILINE)
# Other tests run the YAML of these.
_YAML_IN = {
    "README.md",
    "README.zh-Hans.md",
    "assist.md",
    "dashboard.md",
    "entities.md",
}
_YAML_FOLDERS = {"actions", "conditions", "triggers"}


def _test(arguments: list[str]) -> None:
    if arguments != ["--newest"]:
        assert all((PROJECT / argument).exists() for argument in arguments)


_PARSERS: dict[str, Callable[[list[str]], object]] = {
    "bench": lambda arguments: bench.parser().parse_args(arguments),
    "box": lambda arguments: box._parser().parse_args(arguments),
    "demo": lambda arguments: demo._parser().parse_args(arguments),
    "soak": lambda arguments: soak._parser().parse_args(arguments),
    "test": _test,
}
_COMMANDS = [
    pytest.param(line, id=f"{document.name}: {line}")
    for document in DOCUMENTS
    for fence in _FENCE.findall(document.read_text())
    for line in fence.splitlines()
]


@pytest.mark.parametrize("line", _COMMANDS)
def test_documented_command_is_accepted_by_its_script(line: str) -> None:
    script, *arguments = shlex.split(line, comments=True)
    folder, name = Path(script).parts
    assert folder == "scripts"
    _PARSERS[name](arguments)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_yaml_appears_only_in_documents_whose_yaml_is_tested(document: Path) -> None:
    if _YAML.search(document.read_text()):
        assert document.name in _YAML_IN or document.parent.name in _YAML_FOLDERS
