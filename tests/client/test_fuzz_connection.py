"""Random control frames between messages, and random heads of answers."""

import asyncio
from collections.abc import AsyncGenerator
from random import Random

from aiohttp import ClientSession, WSMsgType
import pytest

from custom_components.se_aibox.aibox.exceptions import AiBoxError
from custom_components.se_aibox.aibox.models import Dialect, LiveRecognition, Ports
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.stream import connect
from custom_components.se_aibox.aibox.updates import Skipped
from emulator import EmulatedBox

from .common import HOST, Updates, next_recognition, next_update
from .mutation import mutate

_CONTROL = (WSMsgType.PING, WSMsgType.PONG)
# The longest that the protocol allows.
_LONGEST_CONTROL = 125
_HEADS = [
    (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: Sun, 22 Nov 2026"
        b" 08:49:37 GMT\r\nContent-Length: 16\r\nConnection: keep-alive\r\n\r\n"
        b'{"devices":[{}]}'
    ),
    (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: identity"
        b'\r\n\r\n10\r\n{"devices":[{}]}\r\n0\r\n\r\n'
    ),
    (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection:"
        b" upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
    ),
    b"HTTP/1.0 302 Found\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\n\r\n",
]
_HEAD_COUNT = 40


async def test_control_frames_between_messages_change_nothing(
    updates: Updates, box: EmulatedBox
) -> None:
    """Each recognition is delivered once, and each odd frame skipped once."""
    random = Random(4)
    for number in range(30):
        for _ in range(random.randrange(12)):
            payload = random.randbytes(random.randint(0, _LONGEST_CONTROL))
            await box.events.send_raw(payload, random.choice(_CONTROL))
        odd = random.random() < 0.3
        if odd:
            await box.send_raw(random.randbytes(20), binary=True)
        person = box.people[number % len(box.people)]
        await box.recognize(box.devices[0], person, include_pictures=False)
        if odd:
            await next_update(updates, Skipped)
        assert (await next_recognition(updates)).identity_id == person.identity_id
    while not updates.empty():
        assert not isinstance(updates.get_nowait(), LiveRecognition | Skipped)


class _OddServer:
    """A server that answers with damaged heads."""

    def __init__(self) -> None:
        """Start with the first head."""
        self.head = b""

    async def answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Send the head, whatever was asked."""
        await reader.read(1)
        writer.write(self.head)
        writer.close()


@pytest.fixture
async def odd() -> AsyncGenerator[tuple[_OddServer, Ports]]:
    """Run an odd server on every port of a box."""
    odd = _OddServer()
    async with await asyncio.start_server(odd.answer, HOST, 0) as server:
        port: int = server.sockets[0].getsockname()[1]
        yield odd, Ports(port, port, port, port)


@pytest.mark.parametrize("dialect", Dialect)
async def test_damaged_heads_raise_only_errors_of_the_client(
    session: ClientSession, odd: tuple[_OddServer, Ports], dialect: Dialect
) -> None:
    """A readable answer is one all the same."""
    server, ports = odd
    rest = Rest(session, HOST, ports, dialect)
    random = Random(5)
    for _ in range(_HEAD_COUNT):
        server.head = mutate(random, _HEADS)
        for call in (rest.capture_devices, rest.clock, rest.health):
            try:
                await call()
            except AiBoxError as error:
                _assert_short(error)
        try:
            async with connect(session, HOST, ports, dialect) as stream:
                await stream.wait_until_alive()
        except AiBoxError as error:
            _assert_short(error)


def _assert_short(error: AiBoxError) -> None:
    assert 0 < len(str(error)) < 200
    assert str(error).isprintable()
