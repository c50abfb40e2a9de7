"""Tests of `scripts/box` as users start it."""

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
import os
from pathlib import Path
import signal

import pytest

from emulator import EmulatedBox
from tools.box.__main__ import main

from .conftest import PATIENCE_SECONDS

_SCRIPT = Path(__file__).parents[2] / "scripts" / "box"


@pytest.fixture
def _interruptible() -> Iterator[None]:
    """Let children receive SIGINT, even if the tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@asynccontextmanager
async def _running(
    box: EmulatedBox, folder: Path, *arguments: str, stdout: int = PIPE
) -> AsyncGenerator[Process]:
    """Start the script; end it if the test fails."""
    command, *rest = arguments
    process = await asyncio.create_subprocess_exec(
        _SCRIPT,
        command,
        box.host,
        *rest,
        *("--rest-port", str(box.ports.rest)),
        *("--events-port", str(box.ports.events)),
        *("--system-port", str(box.ports.system)),
        cwd=folder,
        stdout=stdout,
        stderr=PIPE,
    )
    try:
        await box.wait_for_subscription(timeout=PATIENCE_SECONDS)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def _ended(process: Process) -> tuple[bytes, bytes]:
    """Wait for the end; return output and complaints."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        return await process.communicate()


async def test_listen_ends_after_count(box: EmulatedBox, tmp_path: Path) -> None:
    """Each recognition is printed as a line."""
    async with _running(box, tmp_path, "listen", "--count", "3") as process:
        for person in box.people[:3]:
            await box.recognize(identity=person)
        out, err = await _ended(process)
    assert (process.returncode, err) == (0, b"")
    lines = out.decode().splitlines()[2:]
    assert len(lines) == 3
    for person, line in zip(box.people, lines, strict=False):
        assert person.name in line


async def test_closed_pipe_is_no_error(box: EmulatedBox, tmp_path: Path) -> None:
    """`scripts/box listen HOST | head` closes it."""
    reader, writer = os.pipe()
    async with _running(box, tmp_path, "listen", stdout=writer) as process:
        os.close(writer)
        os.close(reader)
        await box.recognize()
        _, err = await _ended(process)
    assert (process.returncode, err) == (0, b"")


@pytest.mark.usefixtures("_interruptible")
@pytest.mark.parametrize("arguments", [["listen"], ["record", "capture.jsonl"]])
async def test_ctrl_c_ends_without_error(
    box: EmulatedBox, tmp_path: Path, arguments: list[str]
) -> None:
    """A recording is complete, and in the user's folder."""
    async with _running(box, tmp_path, *arguments) as process:
        process.send_signal(signal.SIGINT)
        _, err = await _ended(process)
    assert (process.returncode, err) == (0, b"")
    if arguments[0] == "record":
        lines = (tmp_path / "capture.jsonl").read_text("utf-8").splitlines()
        assert len(lines) == 2


@pytest.mark.parametrize(
    "arguments",
    [["--count", "no"], ["--count", "0"], ["--rest-port", "70000"]],
)
def test_wrong_argument_is_explained(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The program exits before it connects."""
    with pytest.raises(SystemExit) as ended:
        main(["listen", "127.0.0.1", *arguments])
    assert ended.value.code == 2
    assert f"argument {arguments[0]}: a " in capsys.readouterr().err
