"""Mosquitto on loopback, in its own folder."""

import asyncio
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
import os
from pathlib import Path

from tools.demo.ports import free_port

_START_SECONDS = 10
# By default, Mosquitto drops messages beyond a thousand that wait for a slow client,
# and accepts at most 2 MB, which is less than a scene of a large camera.
_CONFIGURATION = """\
listener {port} 127.0.0.1
allow_anonymous true
max_queued_messages 0
max_packet_size 33554432
"""


@asynccontextmanager
async def broker(folder: Path, command: str) -> AsyncGenerator[tuple[Process, int]]:
    """Run the broker; yields its process and its port."""
    port = free_port("127.0.0.1", 0)
    configuration = folder / "mosquitto.conf"
    configuration.write_text(_CONFIGURATION.format(port=port))
    process = await asyncio.create_subprocess_exec(
        command,
        "-c",
        str(configuration),
        stdin=asyncio.subprocess.DEVNULL,
    )
    try:
        await _wait_for(port)
        yield process, port
    finally:
        await ended(process)


async def ended(process: Process) -> None:
    """Terminate a process and wait for its end."""
    if process.returncode is None:
        process.terminate()
    await process.wait()


def cpu_seconds(process: Process) -> float:
    """Return a running process's processor time in seconds."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    # utime and stime are fields 14 and 15; the first field after the name is field 3.
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _wait_for(port: int) -> None:
    async with asyncio.timeout(_START_SECONDS):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return
