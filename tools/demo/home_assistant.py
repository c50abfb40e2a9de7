"""A real Home Assistant in a child process, onboarded and logged in."""

import asyncio
from asyncio.subprocess import Process
import fcntl
import os
from pathlib import Path
import re
import signal
import sys
from typing import IO, override

from aiohttp import ClientConnectionError, ClientSession

from emulator.lifetime import Lifetime

from .api import Api, HomeAssistantError
from .configuration import DOMAIN, write_configuration
from .onboarding import furnish, onboard
from .ports import free_port

HOST = "127.0.0.1"
PREFERRED_PORT = 8123
# Home Assistant's exit code when the user restarts it.
_RESTART = 100
_STAND_INS = Path(__file__).parent / "stand_ins"
_START_SECONDS = 120
_STOP_SECONDS = 30
_LOG_LINE = re.compile(r"^\d{4}-\d\d-\d\d [\d:.+-]+ (?P<level>[A-Z]+) ")


class HomeAssistantProcess(Lifetime):
    """Home Assistant with the integration, on loopback, in its own folder."""

    api: Api

    def __init__(
        self,
        folder: Path,
        *,
        language: str = "en",
        keep: bool = False,
        preferred_port: int = PREFERRED_PORT,
    ) -> None:
        """Initialize without starting anything.

        Everything in the folder but the account may be wiped. A preferred port of 0
        means any free port.
        """
        self._folder = folder
        self.log_file = folder / "console.log"
        self._configuration = folder / "config"
        self._language = language
        self._keep = keep
        self._preferred_port = preferred_port
        self._process: Process | None = None
        self._session: ClientSession | None = None
        self._locked: IO[str] | None = None

    @override
    async def start(self) -> None:
        """Start Home Assistant, and return when it runs and is logged in to."""
        self._lock()
        port = free_port(HOST, self._preferred_port)
        is_new = await asyncio.to_thread(
            write_configuration, self._configuration, port, keep=self._keep
        )
        self.log_file.write_text("")
        self._session = ClientSession()
        self.api = Api(self._session, f"http://{HOST}:{port}")
        try:
            await self._start()
            if is_new:
                await furnish(self.api, self._language)
        except BaseException:
            await self.stop()
            raise

    async def run(self) -> None:
        """Run until it exits, and restart it when the user asks for that.

        Raises `HomeAssistantError` if it exits for another reason.
        """
        while True:
            assert self._process is not None
            code = await self._process.wait()
            if code != _RESTART:
                raise HomeAssistantError(self._ended(code))
            await self._start()

    @override
    async def stop(self) -> None:
        """Stop the process, gracefully if possible, and close the connections."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(_STOP_SECONDS):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()
        session, self._session = self._session, None
        if session is not None:
            await session.close()
        if self._locked is not None:
            self._locked.close()
            self._locked = None

    def problems(self) -> list[str]:
        """Return the log's errors, and the integration's warnings."""
        return [
            record
            for record in _records(self.log_file.read_text())
            if _is_problem(record)
        ]

    def _lock(self) -> None:
        """Lock the folder, so that no other run wipes it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._locked = (self._folder / "lock").open("w")
        try:
            fcntl.flock(self._locked, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HomeAssistantError(
                f"Another run is using {self._folder}. Stop it first"
            ) from None

    async def _start(self) -> None:
        with self.log_file.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "homeassistant",
                "--config",
                str(self._configuration),
                "--skip-pip",
                cwd=self._configuration,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={
                    **os.environ,
                    "PYTHONPATH": str(_STAND_INS),
                    # Otherwise, two on one machine delete each other's uploads.
                    "TMPDIR": str(self._folder),
                },
                # Ctrl-C must reach only this process, which then stops the child.
                start_new_session=True,
            )
        try:
            async with asyncio.timeout(_START_SECONDS):
                await self._wait_for("/manifest.json")
                await onboard(self.api, self._language)
                await self._wait_until_running()
        except TimeoutError:
            raise HomeAssistantError(
                f"Home Assistant did not start within {_START_SECONDS} s. "
                f"See {self.log_file}"
            ) from None

    async def _wait_for(self, path: str) -> None:
        while True:
            assert self._process is not None
            if self._process.returncode is not None:
                raise HomeAssistantError(self._ended(self._process.returncode))
            try:
                await self.api.get(path)
            except ClientConnectionError, HomeAssistantError:
                await asyncio.sleep(0.2)
            else:
                return

    async def _wait_until_running(self) -> None:
        while True:
            configuration = await self.api.get("/api/config")
            if configuration["state"] == "RUNNING":
                return
            await asyncio.sleep(0.2)

    def _ended(self, code: int) -> str:
        tail = "\n".join(self.log_file.read_text().splitlines()[-15:])
        return (
            f"Home Assistant exited with code {code}. "
            f"The end of {self.log_file}:\n{tail}"
        )


def _records(log: str) -> list[str]:
    """Return the log's records, each with its traceback."""
    records: list[str] = []
    for line in log.splitlines():
        if records and not _LOG_LINE.match(line):
            records[-1] += f"\n{line}"
        else:
            records.append(line)
    return records


def _is_problem(record: str) -> bool:
    found = _LOG_LINE.match(record)
    level = found["level"] if found else "ERROR"
    if level in {"ERROR", "CRITICAL"} or "Traceback" in record:
        return True
    # Home Assistant warns once about every custom integration.
    return (
        level == "WARNING"
        and DOMAIN in record
        and "has not been tested by Home Assistant" not in record
    )
