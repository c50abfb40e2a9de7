"""Tests of the program `python -m emulator`."""

import asyncio
from asyncio.subprocess import PIPE
import re
import signal
import sys
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
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
async def test_program_prints_recognitions_and_stops_cleanly(
    dialect: str, number: signal.Signals
) -> None:
    """The program prints its addresses first and starts with a history."""
    program = await _start(
        "--dialect", dialect, "--rate", "50", "--history-days", "2", "--devices", "2"
    )
    assert program.stdout is not None
    try:
        addresses = (await asyncio.wait_for(program.stdout.readline(), 20)).decode()
        line = (await asyncio.wait_for(program.stdout.readline(), 20)).decode()
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
    finally:
        program.send_signal(number)
        _, complaints = await asyncio.wait_for(program.communicate(), 10)
    assert (program.returncode, complaints.decode()) == (0, "")


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
        program = await _start(
            "--dialect", "se3", "--push-to", url, "--rate", "50", "--people", "20"
        )
        assert program.stdout is not None
        addresses = (await asyncio.wait_for(program.stdout.readline(), 20)).decode()
        message = await asyncio.wait_for(posted.get(), 20)
        program.terminate()
        _, complaints = await asyncio.wait_for(program.communicate(), 10)
    assert f"pushes to {url}" in addresses
    assert "ws://" not in addresses
    assert message["identity_id"]
    assert (program.returncode, complaints.decode()) == (0, "")


async def test_people_and_door_options_change_the_box() -> None:
    """Dialect 2.0 has no call for doors without the option."""
    program = await _start(
        *("--dialect", "flat", "--rate", "0", "--history-days", "0"),
        *("--people", "5000", "--door-call", "--pass-mode", "allpass"),
    )
    assert program.stdout is not None
    addresses = (await asyncio.wait_for(program.stdout.readline(), 20)).decode()
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
    program.terminate()
    _, complaints = await asyncio.wait_for(program.communicate(), 10)
    assert (program.returncode, complaints.decode()) == (0, "")


async def test_push_url_is_refused_for_other_dialects() -> None:
    """Only an SE3 posts to URLs."""
    program = await _start("--push-to", "http://127.0.0.1/x")
    _, complaints = await asyncio.wait_for(program.communicate(), 20)
    assert program.returncode == 2
    assert "only --dialect se3" in complaints.decode()


async def test_rate_zero_makes_no_recognitions() -> None:
    """The program keeps running until it is terminated."""
    program = await _start("--rate", "0", "--history-days", "0")
    assert program.stdout is not None
    await asyncio.wait_for(program.stdout.readline(), 20)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(program.stdout.readline(), 0.2)
    program.terminate()
    _, complaints = await asyncio.wait_for(program.communicate(), 10)
    assert (program.returncode, complaints.decode()) == (0, "")
