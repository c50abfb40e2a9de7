"""A server that violates the WebSocket protocol ends its connection only."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing, asynccontextmanager
from hashlib import sha1
from itertools import repeat
import struct
import zlib

from aiohttp import ClientSession
import pytest

from custom_components.se_aibox.aibox import stream
from custom_components.se_aibox.aibox.broadcasts import follow_device_list
from custom_components.se_aibox.aibox.exceptions import (
    AiBoxConnectionError,
    AiBoxMessageTooLargeError,
)
from custom_components.se_aibox.aibox.models import (
    Dialect,
    LiveRecognition,
    Ports,
    Subscription,
)
from custom_components.se_aibox.aibox.stream import connect

from .common import HOST
from .memory import peak

_MIB = 1024 * 1024
_FIN, _RSV1 = 0x80, 0x40
_MORE, _TEXT, _BINARY, _CLOSE, _PING = 0x0, 0x1, 0x2, 0x8, 0x9


def _frame(first: int, payload: bytes) -> bytes:
    if len(payload) < 126:
        return bytes((first, len(payload))) + payload
    return bytes((first, 127)) + struct.pack("!Q", len(payload)) + payload


def _deflated(size: int) -> bytes:
    """Return this many spaces, compressed as by permessage-deflate."""
    packer = zlib.compressobj(9, wbits=-15)
    packed = b"".join(packer.compress(b" " * _MIB) for _ in range(size // _MIB))
    return (packed + packer.flush(zlib.Z_SYNC_FLUSH)).removesuffix(b"\0\0\xff\xff")


_BROKEN: dict[str, bytes] = {
    "compression not negotiated": _frame(_FIN | _RSV1 | _TEXT, _deflated(_MIB)),
    "bomb": _frame(_FIN | _RSV1 | _TEXT, _deflated(512 * _MIB)),
    "reserved bits": _frame(_FIN | 0x30 | _TEXT, b"{}"),
    "unknown opcode": _frame(_FIN | 0x5, b"{}"),
    "continues nothing": _frame(_FIN | _MORE, b"{}"),
    "begins twice": _frame(_TEXT, b"{") + _frame(_TEXT, b"}"),
    "large ping": _frame(_FIN | _PING, bytes(200)),
    "ping in parts": _frame(_PING, b"x"),
    "close of one byte": _frame(_FIN | _CLOSE, b"x"),
    "close code out of range": _frame(_FIN | _CLOSE, struct.pack("!H", 5)),
    "close that is no text": _frame(_FIN | _CLOSE, struct.pack("!H", 1000) + b"\xff"),
    "length above the maximum": bytes((_FIN | _TEXT, 127)) + b"\xff" * 8,
    "cut off": _frame(_FIN | _TEXT, bytes(1000))[:500],
    "no WebSocket": b"HTTP/1.1 200 OK\r\n\r\n",
}


@asynccontextmanager
async def _server(pieces: Iterable[bytes]) -> AsyncGenerator[Ports]:
    """Start a server that sends the pieces and closes the connection.

    Its handshake accepts a compression that the client did not propose.
    """

    async def answer(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        key = next(
            line.partition(b": ")[2]
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"sec-websocket-key")
        )
        accept = sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate\r\n"
            b"Sec-WebSocket-Accept: " + b64encode(accept) + b"\r\n\r\n"
        )
        try:
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
            writer.write_eof()
            await reader.read()
        except ConnectionError:
            # The client is expected to close the connection early.
            pass
        finally:
            writer.close()

    async with await asyncio.start_server(answer, HOST, 0) as server:
        port: int = server.sockets[0].getsockname()[1]
        yield Ports(port, port, port, port)


async def _listen(session: ClientSession, ports: Ports, dialect: Dialect) -> None:
    async with connect(session, HOST, ports, dialect) as stream:
        await stream.subscribe(Subscription(frozenset()))
        async with aclosing(stream.messages()) as messages:
            async for message in messages:
                assert not isinstance(message, LiveRecognition)


@pytest.mark.parametrize("pieces", _BROKEN.values(), ids=_BROKEN.keys())
async def test_protocol_violation_ends_the_connection(
    session: ClientSession, dialect: Dialect, pieces: bytes
) -> None:
    """It takes no more memory than the frame."""
    async with _server([pieces]) as ports:
        async with peak() as memory:
            with pytest.raises(AiBoxConnectionError):
                await _listen(session, ports, dialect)
        assert memory.mib < 8


async def test_message_of_33_mebibytes_in_parts_is_too_large(
    session: ClientSession, dialect: Dialect
) -> None:
    """Each part is 1 MiB."""
    pieces = [_frame(_MORE if number else _BINARY, bytes(_MIB)) for number in range(33)]
    async with _server(pieces) as ports:
        async with peak() as memory:
            with pytest.raises(AiBoxMessageTooLargeError):
                await _listen(session, ports, dialect)
        assert memory.mib < 3 * 33


@pytest.mark.parametrize("pieces", _BROKEN.values(), ids=_BROKEN.keys())
async def test_broadcasts_are_tried_again_after_a_violation(
    session: ClientSession, pieces: bytes
) -> None:
    """Nothing is raised."""
    asleep = asyncio.Event()

    async def sleep(_: float) -> None:
        asleep.set()
        await asyncio.Event().wait()

    async with _server([pieces]) as ports:
        listening = asyncio.create_task(
            follow_device_list(session, HOST, ports, lambda: None, sleep=sleep)
        )
        async with asyncio.timeout(5):
            await asleep.wait()
        assert not listening.done()
        listening.cancel()
        await asyncio.wait([listening])


async def test_closing_does_not_wait_for_endless_frames(
    monkeypatch: pytest.MonkeyPatch, session: ClientSession, dialect: Dialect
) -> None:
    """The box sends frames instead of its close frame."""
    monkeypatch.setattr(stream, "_CLOSE_SECONDS", 0.2)
    async with _server(repeat(_frame(_FIN | _TEXT, bytes(_MIB // 4)))) as ports:
        async with asyncio.timeout(5):
            async with connect(session, HOST, ports, dialect) as open_stream:
                pass
    assert open_stream._websocket.closed
