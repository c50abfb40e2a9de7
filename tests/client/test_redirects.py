"""Redirects are never followed."""

import asyncio
from collections.abc import AsyncGenerator

from aiohttp import ClientSession
import pytest

from custom_components.se_aibox.aibox.broadcasts import follow_device_list
from custom_components.se_aibox.aibox.exceptions import AiBoxError
from custom_components.se_aibox.aibox.models import Dialect, Ports
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.rest_port import find_dialect
from custom_components.se_aibox.aibox.stream import connect
from emulator import EmulatedBox

from .calls import CALLS
from .common import HOST


@pytest.fixture(params=[301, 302, 303, 307, 308])
async def ports(
    request: pytest.FixtureRequest, box: EmulatedBox
) -> AsyncGenerator[Ports]:
    """Start a server that redirects to another box; return its ports."""
    where = f"http://{HOST}:{box.ports.rest}/SophonDevice/api/Devices"

    async def answer(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(
            f"HTTP/1.1 {request.param} Elsewhere\r\nLocation: {where}\r\n"
            "Set-Cookie: a=b; Domain=127.0.0.1\r\nContent-Length: 2\r\n\r\n{}".encode()
        )
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, HOST, 0) as server:
        port: int = server.sockets[0].getsockname()[1]
        yield Ports(port, port, port, port)


async def test_redirect_is_not_followed(
    session: ClientSession, box: EmulatedBox, ports: Ports, dialect: Dialect
) -> None:
    """Every call and both sockets are tried."""
    rest = Rest(session, HOST, ports, dialect)
    for call in CALLS.values():
        try:
            await call(rest)
        except AiBoxError:
            continue
    with pytest.raises(AiBoxError):
        await find_dialect(session, HOST, ports)
    with pytest.raises(AiBoxError):
        async with connect(session, HOST, ports, dialect):
            pass
    asleep = asyncio.Event()

    async def sleep(_: float) -> None:
        asleep.set()
        await asyncio.Event().wait()

    listening = asyncio.create_task(
        follow_device_list(session, HOST, ports, pytest.fail, sleep=sleep)
    )
    await asleep.wait()
    listening.cancel()
    await asyncio.wait([listening])

    assert box.requests == []
    assert box.door_actions == []
    assert box.subscriptions == []
