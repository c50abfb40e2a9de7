"""What the documents tell people to type."""

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
# Each shown to work elsewhere: as an automation, or as what it is.
_YAML_IN = {"README.md", "README.zh-Hans.md", "assist.md"}
_YAML_FOLDERS = {"actions", "conditions", "triggers"}


def _test(arguments: list[str]) -> None:
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
def test_command(line: str) -> None:
    """A script takes what follows it, and a remark is a remark to the shell as well."""
    script, *arguments = shlex.split(line, comments=True)
    folder, name = Path(script).parts
    assert folder == "scripts"
    _PARSERS[name](arguments)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_yaml_is_tried(document: Path) -> None:
    """YAML stands only where some test takes it and lets Home Assistant do what it says."""
    if _YAML.search(document.read_text()):
        assert document.name in _YAML_IN or document.parent.name in _YAML_FOLDERS
