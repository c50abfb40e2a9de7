"""Mosquitto on loopback, in a folder of its own."""

import asyncio
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
import os
from pathlib import Path

from tools.demo.ports import free_port

_START_SECONDS = 10
# No limit to what waits for a slow client: as shipped it would drop recognitions beyond a thousand; and a scene of a
# large camera is more than the two megabytes that it takes at once by itself.
_CONFIGURATION = """\
listener {port} 127.0.0.1
allow_anonymous true
max_queued_messages 0
max_packet_size 33554432
"""


@asynccontextmanager
async def broker(folder: Path, command: str) -> AsyncGenerator[tuple[Process, int]]:
    """Run the broker until the block ends, and say on which port."""
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
    """End a process."""
    if process.returncode is None:
        process.terminate()
    await process.wait()


def cpu_seconds(process: Process) -> float:
    """Return the processor time that a running process has used."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    # utime and stime, of which the second field after the name is the third of all.
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
