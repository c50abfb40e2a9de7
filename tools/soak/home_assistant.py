"""Home Assistant in a child process, controlled over a socket."""

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

from .books import Delivered
from .site import Passage, SiteLog, TurnedHome

_ENVIRONMENT: Final = {
    "PYTHONPATH": str(PROJECT),
    # Otherwise, the C library keeps idle memory in a separate arena for each thread.
    "MALLOC_ARENA_MAX": "1",
}
_LONGEST_LINE: Final = 1024 * 1024
_PATIENCE: Final = 60


class HomeAssistantError(Exception):
    """Home Assistant exited, or did not answer in time."""


class HomeAssistant:
    """A running Home Assistant, with the events that it fired."""

    def __init__(
        self, process: Process, writer: asyncio.StreamWriter, log_file: Path
    ) -> None:
        """Initialize with a process that was just started."""
        self.delivered: list[Delivered] = []
        self.site = SiteLog()
        self._process = process
        self._writer = writer
        self._log_file = log_file
        self._commands = asyncio.Lock()
        self._answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    @property
    def log(self) -> str:
        """The console output so far."""
        return self._log_file.read_text()

    async def memory(self) -> int:
        """Return the private memory in bytes, after unused memory was released."""
        await self._do("release_memory")
        return self._private_memory()

    def _private_memory(self) -> int:
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("RssAnon:"))
        return int(line.split()[1]) * 1024

    async def rehearse(
        self, entries: Sequence[Mapping[str, object]], site: Mapping[str, object]
    ) -> None:
        """Add config entries, and a site with its people, and unload them."""
        await self._do("rehearse", entries=entries, site=site)

    async def set_up(self) -> None:
        """Load the entries."""
        # What the rehearsal said does not count.
        self.site = SiteLog()
        await self._do("set_up")

    async def log_in(self) -> tuple[str, str]:
        """Return the address of Home Assistant, and a token for it."""
        answer = await self._do("log_in")
        return answer["url"], answer["token"]

    async def look(self) -> None:
        """Note who is inside, and whose device trackers are home."""
        found = (await self._do("look"))["found"]
        self.site.inside, self.site.home = found["inside"], found["home"]

    async def reload(self, entry_id: str) -> None:
        """Reload an entry."""
        await self._do("reload", entry_id=entry_id)

    async def unload(self) -> dict[str, list[str]]:
        """Unload the entries; return what is left over, by kind."""
        left: dict[str, list[str]] = (await self._do("unload"))["left"]
        return left

    async def stop(self) -> None:
        """Stop Home Assistant gracefully."""
        self._send({"do": "stop"})
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._process.wait()
        except TimeoutError:
            raise HomeAssistantError(
                f"Home Assistant did not stop within {_PATIENCE} s. "
                f"See {self._log_file}"
            ) from None

    async def listen(self, reader: asyncio.StreamReader) -> None:
        """Receive answers and events until the socket closes."""
        while line := await reader.readline():
            message = orjson.loads(line)
            match message:
                case {"done": _}:
                    self._answers.put_nowait(message)
                case {"passage": passage}:
                    self.site.passages.append(Passage(**passage))
                case {"emptied": [box, recognition_id]}:
                    self.site.emptied.append((box, recognition_id))
                case {"turned_home": identity_id}:
                    turned = TurnedHome(identity_id, len(self.delivered))
                    self.site.turned_home.append(turned)
                case _:
                    self._add_delivered(message)
        self._answers.shutdown()

    def _add_delivered(self, message: dict[str, Any]) -> None:
        moment = datetime.fromisoformat(message.pop("occurred_at")).timestamp()
        self.delivered.append(Delivered(timestamp_ms=round(moment * 1000), **message))

    async def wait_for_answer(self, command: str) -> dict[str, Any]:
        """Return the answer to a command; raises `HomeAssistantError`."""
        try:
            async with asyncio.timeout(_PATIENCE):
                answer = await self._answers.get()
        except TimeoutError:
            raise HomeAssistantError(
                f"Home Assistant did not finish '{command}' within {_PATIENCE} s. "
                f"See {self._log_file}"
            ) from None
        except asyncio.QueueShutDown:
            tail = "\n".join(self.log.splitlines()[-15:])
            raise HomeAssistantError(
                f"Home Assistant exited. The end of {self._log_file}:\n{tail}"
            ) from None
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
    """Run Home Assistant in a folder, which is emptied first."""
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
            # Ctrl-C must reach only this process, which then stops the child.
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
