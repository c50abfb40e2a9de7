"""The child processes: one for each contender, and one that sends."""

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
import os
from pathlib import Path
import sys
from typing import Any

import orjson

from .control import LONGEST_LINE

PROJECT = Path(__file__).parents[1]
# Stand-ins for packages that Home Assistant imports but that some Pythons lack.
_STAND_INS = PROJECT / "tools" / "demo" / "stand_ins"

_START_SECONDS = 240
_CALL_SECONDS = 300
_STOP_SECONDS = 30


class WorkerError(Exception):
    """A child process exited, or did not answer in time."""


class Worker:
    """A running process that answers calls, one at a time."""

    def __init__(self, name: str, process: Process) -> None:
        """Initialize with a process that was just started."""
        self.name = name
        self._process = process

    # The answer's type depends on the call.
    async def call(self, name: str, /, **arguments: object) -> Any:
        """Make a call and return its answer; raises `WorkerError`."""
        assert self._process.stdin is not None
        request = orjson.dumps({"call": name, "arguments": arguments})
        self._process.stdin.write(request + b"\n")
        return await self.read(_CALL_SECONDS, f"answer to {name}")

    async def read(self, seconds: float, what: str) -> Any:
        """Return the next line of the process; raises `WorkerError`."""
        assert self._process.stdout is not None
        try:
            async with asyncio.timeout(seconds):
                line = await self._process.stdout.readline()
        except TimeoutError:
            raise WorkerError(f"{self.name}: no {what} within {seconds} s") from None
        if not line:
            raise WorkerError(f"{self.name} exited unexpectedly")
        return orjson.loads(line)

    async def stop(self) -> None:
        """Stop the process, and kill it if it does not end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


@asynccontextmanager
async def running(
    module: str, *arguments: str, log: Path, python: str = sys.executable
) -> AsyncGenerator[Worker]:
    """Run `python -m benchmarks.MODULE`, with standard error in a log."""
    with log.open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            python,
            "-m",
            f"benchmarks.{module}",
            *arguments,
            cwd=PROJECT,
            stdin=PIPE,
            stdout=PIPE,
            stderr=errors,
            limit=LONGEST_LINE,
            env={**os.environ, "PYTHONPATH": f"{PROJECT}:{_STAND_INS}"},
            # Ctrl-C must reach only this process; the children end with their standard
            # input.
            start_new_session=True,
        )
    worker = Worker(module, process)
    try:
        await worker.read(_START_SECONDS, "sign of life")
        yield worker
    finally:
        await worker.stop()
