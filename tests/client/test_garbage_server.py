"""Servers that do not speak valid HTTP."""

import asyncio
from collections.abc import AsyncGenerator

from aiohttp import ClientSession
import pytest

from custom_components.se_aibox.aibox.exceptions import AiBoxError
from custom_components.se_aibox.aibox.models import BoxInfo, Dialect, Ports
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.rest_port import find_dialect
from custom_components.se_aibox.aibox.stream import connect

from .common import HOST

_GARBAGE = {
    "nothing": b"",
    "no HTTP": b"SSH-2.0-OpenSSH_9.2p1\r\n",
    "binary": bytes(range(256)),
    "odd status": b"HTTP/1.1 99999 Odd\r\n\r\n",
    "switching": b"HTTP/1.1 101 Switching Protocols\r\n\r\nxx",
    "short body": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
    "bad length": b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}",
    "bad chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
    "bad gzip": (
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"
    ),
    "long header": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
    "bad header": b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
    "bad charset": (
        b"HTTP/1.1 200 OK\r\nContent-Type: a; charset=\xff\r\n"
        b"Content-Length: 2\r\n\r\n[]"
    ),
    "bad accept": (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Accept: no\r\n\r\n"
    ),
    "nowhere": b"HTTP/1.1 301 Moved\r\nLocation: http://[\r\nContent-Length: 0\r\n\r\n",
}


@pytest.fixture(params=_GARBAGE)
async def ports(request: pytest.FixtureRequest) -> AsyncGenerator[Ports]:
    """Start a server that answers with garbage; return its ports."""
    garbage = _GARBAGE[request.param]

    async def answer(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await reader.read(1)
        writer.write(garbage)
        writer.close()

    async with await asyncio.start_server(answer, HOST, 0) as server:
        port: int = server.sockets[0].getsockname()[1]
        yield Ports(port, port, port)


async def test_garbage_raises_an_error_of_the_client(
    session: ClientSession, ports: Ports, dialect: Dialect
) -> None:
    """No exception of a library is raised."""
    with pytest.raises(AiBoxError):
        await find_dialect(session, HOST, ports)
    with pytest.raises(AiBoxError):
        async with connect(session, HOST, ports, dialect):
            pass
    # Nothing is raised here: the info is unknown.
    info = await Rest(session, HOST, ports, dialect).box_info()
    assert info == BoxInfo(dialect=dialect)
