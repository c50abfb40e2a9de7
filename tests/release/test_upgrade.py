"""Tests of an upgrade from the commit before."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
import io
import json
import os
from pathlib import Path
import subprocess
import sys
import tarfile
from typing import Any
import zipfile

import pytest

from emulator import EmulatedBox
from tools.demo.ports import port_fields
from tools.release.archive import PROJECT, build

_SCRIPT = Path("tests", "release", "upgraded.py")
# A start or a stop of Home Assistant on a busy machine.
_PATIENCE_SECONDS = 240


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the project as of the commit before."""
    git = subprocess.run(
        ["git", "archive", "HEAD^"],
        cwd=PROJECT,
        capture_output=True,
        check=False,
    )
    if git.returncode:
        pytest.skip("there is no commit before, as in a shallow clone")
    folder = tmp_path_factory.mktemp("before")
    with tarfile.open(fileobj=io.BytesIO(git.stdout)) as files:
        files.extractall(folder, filter="data")
    return folder


class _HomeAssistant:
    """A Home Assistant in another process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        # The value of each line, by its kind.
        self.lines: dict[str, list[Any]] = {}

    async def wait_for(self, kind: str) -> Any:
        """Return the value of the next line of a kind."""
        assert self._process.stdout is not None
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_SECONDS):
                while line := await self._process.stdout.readline():
                    message = json.loads(line)
                    self.lines.setdefault(message["kind"], []).append(message["value"])
                    if message["kind"] == kind:
                        return message["value"]
        raise AssertionError(f"Home Assistant never said {kind}, only {self.lines}")

    async def holdings(self) -> dict[str, Any]:
        """Return what the integration has."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"holdings\n")
        found: dict[str, Any] = await self.wait_for("holdings")
        return found


@asynccontextmanager
async def _running(
    project: Path, config: Path, *arguments: str
) -> AsyncGenerator[_HomeAssistant]:
    """Run Home Assistant until the end of the context."""
    # The path has everything but the integration.
    path = config.parent / f"path of {project.name}"
    path.mkdir()
    for name in ("tools", "emulator"):
        (path / name).symlink_to(project / name)
    script = project / _SCRIPT
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        # The commit before may have no such script, or another flow.
        str(script if script.exists() else PROJECT / _SCRIPT),
        str(config),
        *arguments,
        cwd=path,
        env={**os.environ, "PYTHONPATH": str(path)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield _HomeAssistant(process)
        assert process.stdin is not None
        process.stdin.close()
        async with asyncio.timeout(_PATIENCE_SECONDS):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _install(archive: Path, config: Path) -> None:
    folder = config / "custom_components" / "se_aibox"
    for old in sorted(folder.rglob("*"), reverse=True):
        old.rmdir() if old.is_dir() else old.unlink()
    zipfile.ZipFile(archive).extractall(folder)


def _zip_of(project: Path, folder: Path) -> Path:
    code = "import sys, pathlib; from tools.release.archive import build;"
    code += "build(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", code, folder], cwd=project, check=True)
    return next(folder.iterdir())


@pytest.mark.timeout(4 * _PATIENCE_SECONDS)
async def test_upgrade_keeps_entries_devices_books_and_bookmarks(
    before: Path, tmp_path: Path
) -> None:
    """Who came while Home Assistant was off is recovered, and nobody else."""
    config = tmp_path / "config"
    async with EmulatedBox("flat") as box:
        entrance, leaving = box.devices[:2]
        here, away = box.people[:2]
        addition = json.dumps(
            [port_fields(box.ports), [entrance.device_id, leaving.device_id]]
        )

        _install(_zip_of(before, tmp_path / "old"), config)
        async with _running(before, config, addition) as old:
            await old.wait_for("started")
            await box.wait_for_subscription(timeout=_PATIENCE_SECONDS)
            await box.recognize(entrance, here)
            await old.wait_for("se_aibox_recognition")
            kept = await old.holdings()
        assert kept["inside"] == [here.name]

        await box.recognize(entrance, away)
        _install(build(tmp_path / "new"), config)
        async with _running(PROJECT, config) as new:
            await new.wait_for("se_aibox_recognition_recovered")
            found = await new.holdings()

    assert new.lines["se_aibox_recognition_recovered"] == [away.name]
    assert "se_aibox_recognition" not in new.lines
    assert found["inside"] == sorted([here.name, away.name])
    assert found["entries"] == kept["entries"]
    assert found["states"] == kept["states"]
    # An upgrade may add devices and entities; it loses none.
    assert found["devices"] == {**found["devices"], **kept["devices"]}
    assert found["entities"] == {**found["entities"], **kept["entities"]}
