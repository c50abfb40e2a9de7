"""Home Assistant as a child process, controlled over a socket."""

import asyncio
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
import os
from pathlib import Path
import shutil
import socket
import sys
from typing import Any, Final

import orjson

from tools.demo.configuration import PROJECT

from .books import Told

_ENVIRONMENT: Final = {
    "PYTHONPATH": str(PROJECT),
    # The C library would give each thread a store of its own, of memory that lies idle.
    "MALLOC_ARENA_MAX": "1",
}
_LONGEST_LINE: Final = 1024 * 1024
_PATIENCE: Final = 60


class HomeAssistantError(Exception):
    """Home Assistant ended, or did not do what it was told in time."""


class HomeAssistant:
    """The other end of the socket."""

    def __init__(
        self, process: Process, writer: asyncio.StreamWriter, log_file: Path
    ) -> None:
        """Take a process that was just started."""
        self.told: list[Told] = []
        self._process = process
        self._writer = writer
        self._log_file = log_file
        self._commands = asyncio.Lock()
        self._answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    @property
    def log(self) -> str:
        """Everything that it wrote to the console."""
        return self._log_file.read_text()

    async def memory(self) -> int:
        """Return the bytes of memory that are its own, after it gave back what it does not need."""
        await self._do("give_back")
        return self._private_memory()

    def _private_memory(self) -> int:
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("RssAnon:"))
        return int(line.split()[1]) * 1024

    async def rehearse(self, entries: Sequence[Mapping[str, object]]) -> None:
        """Add config entries and unload them again."""
        await self._do("rehearse", entries=entries)

    async def set_up(self) -> None:
        """Load the entries."""
        await self._do("set_up")

    async def reload(self, entry_id: str) -> None:
        """Unload an entry and load it again."""
        await self._do("reload", entry_id=entry_id)

    async def unload(self) -> dict[str, list[str]]:
        """Unload the entries and return what is left of them, by kind."""
        left: dict[str, list[str]] = (await self._do("unload"))["left"]
        return left

    async def stop(self) -> None:
        """Let it end by itself."""
        self._send({"do": "stop"})
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._process.wait()
        except TimeoutError:
            raise HomeAssistantError("Home Assistant did not stop") from None

    async def listen(self, reader: asyncio.StreamReader) -> None:
        """Take what it says until it ends."""
        while line := await reader.readline():
            said = orjson.loads(line)
            if "done" in said:
                self._answers.put_nowait(said)
            else:
                moment = datetime.fromisoformat(said.pop("occurred_at")).timestamp()
                self.told.append(Told(timestamp_ms=round(moment * 1000), **said))
        self._answers.shutdown()

    async def wait_for_answer(self, command: str) -> dict[str, Any]:
        """Return its answer to a command."""
        try:
            async with asyncio.timeout(_PATIENCE):
                answer = await self._answers.get()
        except TimeoutError:
            raise HomeAssistantError(f"Home Assistant does not {command}") from None
        except asyncio.QueueShutDown:
            tail = "\n".join(self.log.splitlines()[-15:])
            raise HomeAssistantError(f"Home Assistant ended:\n{tail}") from None
        assert answer["done"] == command, answer
        return answer

    def _send(self, command: dict[str, object]) -> None:
        self._writer.write(orjson.dumps(command, option=orjson.OPT_APPEND_NEWLINE))

    async def _do(self, command: str, **arguments: object) -> dict[str, Any]:
        async with self._commands:
            self._send({"do": command, **arguments})
            return await self.wait_for_answer(command)


@asynccontextmanager
async def run_home_assistant(folder: Path) -> AsyncGenerator[HomeAssistant]:
    """Run Home Assistant in a folder that is emptied first."""
    await asyncio.to_thread(_empty, folder)
    log_file = folder / "console.log"
    ours, its = socket.socketpair()
    with its, log_file.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tools.soak.inside"),
            *(str(its.fileno()), str(folder / "config")),
            cwd=PROJECT,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(its.fileno(),),
            env={**os.environ, **_ENVIRONMENT},
            # A terminal's Ctrl-C is for us; we end it in our own time.
            start_new_session=True,
        )
    reader, writer = await asyncio.open_connection(sock=ours, limit=_LONGEST_LINE)
    home_assistant = HomeAssistant(process, writer, log_file)
    listening = asyncio.create_task(home_assistant.listen(reader))
    try:
        await home_assistant.wait_for_answer("start")
        yield home_assistant
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        await listening
        writer.close()


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
