"""Tests of web servers that misbehave below their answers."""

import asyncio

import aiohttp
import pytest

from emulator import Variant

from .box_client import PATIENCE_SECONDS, BoxClient
from .conftest import Boxes


@pytest.mark.parametrize("announced", [True, False])
async def test_connection_can_be_closed_after_each_answer(
    either: BoxClient, announced: bool
) -> None:
    """The answer says so, or only the closed connection does."""
    either.box.state.connections = "closed" if announced else "cut"
    reader, writer = await asyncio.open_connection(
        either.box.host, either.box.ports.rest
    )
    writer.write(b"GET / HTTP/1.1\r\nHost: box\r\n\r\n")
    async with asyncio.timeout(PATIENCE_SECONDS):
        answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 404")
    assert (b"Connection: close" in answer) is announced
    assert len(either.box.requests) == 1


async def test_kept_connection_can_be_reset_at_its_next_request(
    either: BoxClient,
) -> None:
    """The box never receives that request."""
    either.box.state.connections = "reset"
    assert (await either.post("/one")).status == 404
    with pytest.raises((aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)):
        await either.post("/two")
    assert (await either.post("/three")).status == 404
    assert [request.path for request in either.box.requests] == ["/one", "/three"]


async def test_answer_can_be_any_bytes(either: BoxClient) -> None:
    """Nothing follows them."""
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}, and more"
    either.box.state.raw_answers["/path"] = raw
    reader, writer = await asyncio.open_connection(
        either.box.host, either.box.ports.rest
    )
    writer.write(b"GET /path HTTP/1.1\r\nHost: box\r\n\r\n")
    async with asyncio.timeout(5):
        assert await reader.read() == raw
    writer.close()
    assert [request.path for request in either.box.requests] == ["/path"]


async def test_usual_box_keeps_its_connections(either: BoxClient) -> None:
    """Many requests need one connection."""
    for number in range(3):
        assert (await either.post(f"/{number}")).headers.get("Connection") is None
    assert len(either.box.requests) == 3


async def test_web_server_can_ask_for_https(either: BoxClient) -> None:
    """The event socket is redirected, too."""
    either.box.state.web_server = "https"
    for port in (either.box.ports.rest, either.box.ports.system):
        answer = await either.request(
            "GET", "/path?a=1", port=port, allow_redirects=False
        )
        assert answer.status == 301
        assert (
            answer.headers["Location"] == f"https://{either.box.host}:{port}/path?a=1"
        )
    # This client follows the redirect.
    with pytest.raises(aiohttp.ClientConnectorSSLError):
        await either.connect()


async def test_web_server_can_ask_for_a_login(either: BoxClient) -> None:
    """The answer names the kind of login."""
    either.box.state.web_server = "login"
    for port in (either.box.ports.rest, either.box.ports.system):
        answer = await either.get("/", port=port)
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic")
    with pytest.raises(aiohttp.WSServerHandshakeError) as error:
        await either.connect()
    assert error.value.status == 401


async def test_date_header_can_be_missing(either: BoxClient) -> None:
    """The handshake has none, either."""
    either.box.state.date_header = None
    for port in (either.box.ports.rest, either.box.ports.system):
        assert "Date" not in (await either.get("/", port=port)).headers
    async with await either.connect() as socket:
        assert "Date" not in socket._response.headers
    either.box.state.date_header = ""
    assert "Date" in (await either.get("/")).headers


@pytest.mark.parametrize("dialect", ["nested", "flat"])
async def test_handshake_can_have_an_unusual_connection_header(
    boxes: Boxes, dialect: str
) -> None:
    """Clients look for `upgrade` among the words of the header."""
    words = "upgrade, keep-alive"
    client = await boxes.make(dialect, Variant(handshake_connection=words))
    box = client.box
    reader, writer = await asyncio.open_connection(box.host, box.ports.events)
    writer.write(
        b"GET / HTTP/1.1\r\nHost: box\r\nUpgrade: websocket\r\n"
        b"Connection: upgrade\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    async with asyncio.timeout(PATIENCE_SECONDS):
        answer = await reader.readuntil(b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 101")
    assert b"\r\nConnection: upgrade, keep-alive\r\n" in answer
    writer.close()
