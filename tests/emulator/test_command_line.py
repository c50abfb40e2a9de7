"""`python -m emulator` as a program."""

import asyncio
from asyncio.subprocess import PIPE
import re
import signal
import sys

import aiohttp
import pytest


async def _start(*arguments: str) -> asyncio.subprocess.Process:
    ports = (
        "--rest-port",
        "0",
        "--events-port",
        "0",
        "--system-port",
        "0",
        "--broadcast-port",
        "0",
    )
    sizes = ("--face-size", "3000", "--scene-size", "9000")
    command = (
        sys.executable,
        "-W",
        "error",
        "-m",
        "emulator",
        *ports,
        *sizes,
        *arguments,
    )
    return await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE)


@pytest.mark.parametrize(
    ("dialect", "number"), [("nested", signal.SIGTERM), ("flat", signal.SIGINT)]
)
async def test_runs_and_ends(dialect: str, number: signal.Signals) -> None:
    """It prints its addresses and what it sees, has a history, and ends cleanly."""
    program = await _start(
        "--dialect", dialect, "--rate", "50", "--history-days", "2", "--devices", "2"
    )
    assert program.stdout is not None
    try:
        addresses = (await asyncio.wait_for(program.stdout.readline(), 20)).decode()
        seen = (await asyncio.wait_for(program.stdout.readline(), 20)).decode()
        found = re.search(
            r"REST (http://127\.0\.0\.1:\d+), events ws://127\.0\.0\.1:\d+", addresses
        )
        assert found
        assert re.match(r"\d\d:\d\d:\d\d (Front door|大门): .+ \[\w+\] [\d.]+", seen)
        async with aiohttp.ClientSession() as session:
            if dialect == "nested":
                response = await session.get(f"{found[1]}/SophonFace/api/events")
            else:
                response = await session.post(
                    f"{found[1]}/sophon/v2/face/getevents", json={}
                )
            assert (await response.json())["pagination"]["total_count"] > 60
    finally:
        program.send_signal(number)
        _, complaints = await asyncio.wait_for(program.communicate(), 10)
    assert (program.returncode, complaints.decode()) == (0, "")


async def test_a_box_without_passers_by() -> None:
    """Nobody passes at rate 0, and the box still waits for its end."""
    program = await _start("--rate", "0", "--history-days", "0")
    assert program.stdout is not None
    await asyncio.wait_for(program.stdout.readline(), 20)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(program.stdout.readline(), 0.2)
    program.terminate()
    _, complaints = await asyncio.wait_for(program.communicate(), 10)
    assert (program.returncode, complaints.decode()) == (0, "")
