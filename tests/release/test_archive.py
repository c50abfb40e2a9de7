"""Tests of the zip that HACS installs."""

import asyncio
from itertools import pairwise
import json
import os
from pathlib import Path
import re
import sys
import tomllib
from typing import Any
import zipfile

import pytest

from homeassistant.util.yaml import parse_yaml
from tools.release import archive
from tools.release.archive import INTEGRATION, PROJECT, build, changes, notes, version

_INSTALLED = Path(__file__).with_name("installed.py")


def test_zip_of_the_same_files_is_identical(tmp_path: Path) -> None:
    """Anybody can rebuild a release and compare it."""
    first, second = (build(tmp_path / name).read_bytes() for name in ("a", "b"))
    assert first == second


def test_zip_contains_the_integration_at_its_top(tmp_path: Path) -> None:
    hacs = json.loads((PROJECT / "hacs.json").read_text())
    path = build(tmp_path)
    assert hacs["zip_release"] is True
    assert path.name == hacs["filename"]
    names = set(zipfile.ZipFile(path).namelist())
    assert {"__init__.py", "manifest.json", "translations/zh-Hans.json"} <= names
    assert {name for name in names if "__pycache__" in name} == set()
    assert all((INTEGRATION / name).is_file() for name in names)


async def test_home_assistant_runs_with_the_zip_alone(tmp_path: Path) -> None:
    """The flow adds a box and a recognition arrives."""
    components = tmp_path / "config" / "custom_components" / "se_aibox"
    zipfile.ZipFile(build(tmp_path)).extractall(components)
    # The path has everything but the integration.
    path = tmp_path / "path"
    path.mkdir()
    for name in ("tools", "emulator"):
        (path / name).symlink_to(PROJECT / name)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(_INSTALLED), str(tmp_path / "config")),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(path)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(120):
        output, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()[-2000:]
    where, who = output.decode().splitlines()
    assert Path(where).parent == components
    assert who == "Tom"


def test_only_the_manifest_has_the_version() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", version())
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    assert "version" not in project.get("project", {})
    assert changes(version())


def test_release_without_changelog_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no entry for 99\.0\.0"):
        changes("99.0.0")


def test_links_of_the_notes_lead_to_the_files_of_the_release() -> None:
    """GitHub shows the notes where a relative link leads nowhere."""
    linked = re.findall(r"\]\(([^)#]+)", notes(version()))
    files = f"https://github.com/se-aibox/ha-se-aibox/blob/v{version()}/"
    assert linked
    for link in linked:
        assert link.startswith(files)
        assert (PROJECT / link.removeprefix(files)).exists()


def test_notes_have_each_paragraph_and_item_in_one_line() -> None:
    """GitHub breaks the lines of notes where the text does."""
    text = notes(version())
    assert text.count("\n- ") == changes(version()).count("\n- ") > 0
    for line, following in pairwise(text.splitlines()):
        assert not line or not following or following.startswith("- ")


@pytest.mark.parametrize(
    ("tag", "code"), [(None, 0), ("v{version}", 0), ("v99.0.0", 1), ("{version}", 1)]
)
async def test_script_refuses_a_tag_of_another_version(
    tmp_path: Path, tag: str | None, code: int
) -> None:
    arguments = () if tag is None else ("--tag", tag.format(version=version()))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tools.release", "--folder", str(tmp_path)),
        *arguments,
        cwd=PROJECT,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert await process.wait() == code
    assert (tmp_path / archive.NAME).exists() is (code == 0)


@pytest.mark.parametrize(
    "path", sorted((PROJECT / ".github").rglob("*.yml")), ids=lambda path: path.name
)
def test_forms_and_workflows_are_yaml_and_their_scripts_exist(path: Path) -> None:
    text = path.read_text()
    assert parse_yaml(text)
    for script in re.findall(r"\./(scripts/\w+)", text):
        assert (PROJECT / script).stat().st_mode & 0o100


def _steps(job: str, action: str) -> list[dict[str, Any]]:
    """Return what a job of the tests' workflow gives to an action."""
    workflow = parse_yaml((PROJECT / ".github/workflows/test.yml").read_text())
    assert isinstance(workflow, dict)
    return [
        step.get("with", {})
        for step in workflow["jobs"][job]["steps"]
        if step.get("uses", "").startswith(f"{action}@")
    ]


def test_workflow_uploads_hidden_artifacts() -> None:
    """The action skips hidden files by default."""
    [upload] = _steps("test", "actions/upload-artifact")
    assert upload["path"].startswith(".")
    assert upload["include-hidden-files"] is True


@pytest.mark.parametrize("job", ["test", "newest"])
def test_workflow_fetches_the_commit_before(job: str) -> None:
    """Without it, the test of an upgrade is skipped."""
    [checkout] = _steps(job, "actions/checkout")
    assert checkout["fetch-depth"] == 2
