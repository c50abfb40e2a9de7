"""Tests of the program `python -m emulator`."""

import asyncio
from asyncio.subprocess import PIPE
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
import re
import signal
import sys
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
import pytest

from .box_client import PATIENCE_SECONDS


@asynccontextmanager
async def _running(*arguments: str) -> AsyncGenerator[asyncio.subprocess.Process]:
    """Run the program; end it if the test fails."""
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
    program = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE)
    try:
        yield program
    finally:
        if program.returncode is None:
            program.kill()
            await program.communicate()


async def _line(program: asyncio.subprocess.Process) -> str:
    """Return the next line that the program prints."""
    assert program.stdout is not None
    async with asyncio.timeout(PATIENCE_SECONDS):
        return (await program.stdout.readline()).decode()


async def _end(
    program: asyncio.subprocess.Process, number: signal.Signals | None = signal.SIGTERM
) -> tuple[int | None, str]:
    """Send a signal; return exit code and complaints."""
    if number is not None:
        program.send_signal(number)
    async with asyncio.timeout(PATIENCE_SECONDS):
        _, complaints = await program.communicate()
    return program.returncode, complaints.decode()


@pytest.mark.parametrize(
    ("dialect", "number"), [("nested", signal.SIGTERM), ("flat", signal.SIGINT)]
)
async def test_program_prints_recognitions_and_stops_cleanly(
    dialect: str, number: signal.Signals
) -> None:
    """The program prints its addresses first and starts with a history."""
    async with _running(
        "--dialect", dialect, "--rate", "50", "--history-days", "2", "--devices", "2"
    ) as program:
        addresses = await _line(program)
        line = await _line(program)
        found = re.search(
            r"REST (http://127\.0\.0\.1:\d+), events ws://127\.0\.0\.1:\d+", addresses
        )
        assert found
        assert re.match(r"\d\d:\d\d:\d\d (Front door|大门): .+ \[\w+\] [\d.]+", line)
        async with aiohttp.ClientSession() as session:
            if dialect == "nested":
                response = await session.get(f"{found[1]}/SophonFace/api/events")
            else:
                response = await session.post(
                    f"{found[1]}/sophon/v2/face/getevents", json={}
                )
            assert (await response.json())["pagination"]["total_count"] > 60
        assert await _end(program, number) == (0, "")


async def test_se3_posts_to_the_given_url() -> None:
    """The URL comes from the option `--push-to`."""
    posted: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def receive(request: web.Request) -> web.Response:
        posted.put_nowait(await request.json())
        return web.Response()

    app = web.Application(client_max_size=2**25)
    app.router.add_post("/events", receive)
    async with TestServer(app) as server:
        url = str(server.make_url("/events"))
        async with _running(
            "--dialect", "se3", "--push-to", url, "--rate", "50", "--people", "20"
        ) as program:
            addresses = await _line(program)
            message = await asyncio.wait_for(posted.get(), PATIENCE_SECONDS)
            assert await _end(program) == (0, "")
    assert f"pushes to {url}" in addresses
    assert "ws://" not in addresses
    assert message["identity_id"]


async def test_people_and_door_options_change_the_box() -> None:
    """Dialect 2.0 has no call for doors without the option."""
    async with _running(
        *("--dialect", "flat", "--rate", "0", "--history-days", "0"),
        *("--people", "5000", "--door-call", "--pass-mode", "allpass"),
    ) as program:
        addresses = await _line(program)
        found = re.search(r"REST (http://127\.0\.0\.1:\d+)", addresses)
        assert found
        async with aiohttp.ClientSession() as session:
            path = "/sophon/v2/face/getidentities"
            response = await session.post(f"{found[1]}{path}", json={})
            assert (await response.json())["pagination"]["total_count"] == 5_000
            path = "/SophonFogSys/api/EventAction"
            action = {
                "action_ip": "192.168.150.20",
                "action_port": "5555",
                "action_mode": "opendoor",
            }
            body = {"action": [action]}
            assert (await session.put(f"{found[1]}{path}", json=body)).status == 200
            response = await session.post(
                f"{found[1]}/sophon/v2/face/getconfigs",
                json={"config_name": "GATE_PASS_MODE"},
            )
            assert (await response.json())["GATE_PASS_MODE"] == "allpass"
        assert await _end(program) == (0, "")


async def test_push_url_is_refused_for_other_dialects() -> None:
    """Only an SE3 posts to URLs."""
    async with _running("--push-to", "http://127.0.0.1/x") as program:
        code, complaints = await _end(program, None)
    assert code == 2
    assert "only --dialect se3" in complaints


async def test_rate_zero_makes_no_recognitions() -> None:
    """The program keeps running until it is terminated."""
    async with _running("--rate", "0", "--history-days", "0") as program:
        assert "REST http://" in await _line(program)
        assert program.stdout is not None
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(program.stdout.readline(), 0.2)
        assert await _end(program) == (0, "")
