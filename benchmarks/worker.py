"""A process of its own for each thing that is measured, and for the box that sends."""

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
# Some of what every Home Assistant imports is not available for every Python.
_STAND_INS = PROJECT / "tools" / "demo" / "stand_ins"

_START_SECONDS = 120
_CALL_SECONDS = 300
_STOP_SECONDS = 30


class WorkerError(Exception):
    """A measured process ended, or did not answer in time."""


class Worker:
    """A running process that answers calls, one at a time."""

    def __init__(self, name: str, process: Process) -> None:
        """Take a process that was just started."""
        self.name = name
        self._process = process

    # Answers are as different as the calls.
    async def call(self, name: str, /, **arguments: object) -> Any:
        """Ask the process for something and return its answer."""
        assert self._process.stdin is not None
        request = orjson.dumps({"call": name, "arguments": arguments})
        self._process.stdin.write(request + b"\n")
        return await self.read(_CALL_SECONDS, f"answer to {name}")

    async def read(self, seconds: float, what: str) -> Any:
        """Return the next line that the process says."""
        assert self._process.stdout is not None
        try:
            async with asyncio.timeout(seconds):
                line = await self._process.stdout.readline()
        except TimeoutError:
            raise WorkerError(f"{self.name}: no {what} in {seconds} s") from None
        if not line:
            raise WorkerError(f"{self.name} ended by itself")
        return orjson.loads(line)

    async def stop(self) -> None:
        """Let the process end, and make it if it does not."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


@asynccontextmanager
async def running(module: str, *arguments: str, log: Path) -> AsyncGenerator[Worker]:
    """Run `python -m benchmarks.MODULE` until the block ends; what it complains about goes to the log."""
    with log.open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            f"benchmarks.{module}",
            *arguments,
            cwd=PROJECT,
            stdin=PIPE,
            stdout=PIPE,
            stderr=errors,
            limit=LONGEST_LINE,
            env={**os.environ, "PYTHONPATH": f"{PROJECT}:{_STAND_INS}"},
            # A terminal's Ctrl-C is for us; the others end with their standard input.
            start_new_session=True,
        )
    worker = Worker(module, process)
    try:
        await worker.read(_START_SECONDS, "sign of life")
        yield worker
    finally:
        await worker.stop()
