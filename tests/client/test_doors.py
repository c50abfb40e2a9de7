"""Opening doors: which, for how long, and once."""

import asyncio
from unittest.mock import patch

from aiohttp import ClientSession, ClientTimeout
import pytest

from custom_components.se_aibox.aibox import http
from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.exceptions import (
    AiBoxConnectionError,
    AiBoxTimeoutError,
)
from custom_components.se_aibox.aibox.models import (
    CaptureDevice,
    Dialect,
    PassMode,
    Ports,
    Relay,
)
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.wire import flat, nested
from custom_components.se_aibox.aibox.wire.fields import integer, objects
from emulator import EmulatedBox

from .common import HOST

_DOOR = CaptureDevice(
    "door", ip="192.0.2.20", relay=Relay("192.0.2.120", 50_000, 2, 3.4)
)
_RELAY = Relay("192.0.2.120", 50_000, 2, 7.0)


async def _front_door(rest: Rest) -> CaptureDevice:
    return (await rest.capture_devices())[0]


async def test_door_with_a_relay_opens_in_the_nested_dialect_only(
    client: AiBoxClient, rest: Rest, dialect: Dialect
) -> None:
    """Only 1.x documents a call, and it needs a bound relay."""
    door = await _front_door(rest)

    assert client.kind.opens_doors is (dialect is Dialect.NESTED)
    assert rest.can_open_door(door) is client.kind.opens_doors
    assert not rest.can_open_door(CaptureDevice("1", ip="192.0.2.7"))
    with pytest.raises(ValueError, match="no door"):
        await rest.open_door(CaptureDevice("1", ip="192.0.2.7"), 5)


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
@pytest.mark.parametrize("seconds", [None, 1, 60])
async def test_door_opens_once_for_the_requested_seconds(
    rest: Rest, box: EmulatedBox, seconds: int | None
) -> None:
    """The default is the delay of the relay."""
    relay = box.devices[0].relay
    assert relay is not None

    await rest.open_door(await _front_door(rest), seconds)

    [action] = box.door_actions
    assert action.seconds == (seconds or relay.delay_time)
    assert (action.mode, action.channel) == ("opendoor", relay.channel)


@pytest.mark.parametrize("pulse_seconds", [None, 0.2, 7.0, 255.0, 1e9])
@pytest.mark.parametrize("seconds", [None, -1, 0, 1, 254, 255, 10**6])
def test_door_is_never_held_open(
    pulse_seconds: float | None, seconds: int | None
) -> None:
    """A duration of 255 would hold it open."""
    relay = Relay(_RELAY.ip, _RELAY.port, _RELAY.channel, pulse_seconds)

    request = nested.open_door_request(CaptureDevice("1", relay=relay), seconds)

    assert request is not None
    assert request.body is not None
    [action] = objects(request.body, "action")
    assert 1 <= (integer(action, "action_duration") or 0) <= 254


@pytest.mark.parametrize(
    "relay",
    [
        None,
        Relay("192.0.2.120", 50_000, None, 5),
        Relay("192.0.2.120", 50_000, 0, 5),
        Relay("192.0.2.120", 50_000, -1, 5),
        Relay("192.0.2.120", None, 2, 5),
    ],
    ids=["none bound", "no channel", "every channel", "no such channel", "no port"],
)
@pytest.mark.parametrize("dialect", [Dialect.NESTED])
async def test_door_without_a_channel_or_port_is_not_opened(
    rest: Rest, box: EmulatedBox, relay: Relay | None
) -> None:
    """The call requires the port, and opens every door without a channel."""
    device = CaptureDevice("door", ip="192.0.2.20", relay=relay)
    assert nested.open_door_request(device) is None
    assert not rest.can_open_door(device)
    with pytest.raises(ValueError, match="no door"):
        await rest.open_door(device)
    assert not box.requests


def test_flat_dialect_has_no_door_request() -> None:
    """The 2.0 documentation has no call for doors."""
    assert flat.open_door_request(_DOOR) is None


@pytest.mark.parametrize(
    ("pulse", "seconds"),
    [(None, 5), (0.0, 5), (0.2, 1), (3.4, 3), (254.0, 254), (255.0, 254), (1e9, 254)],
)
def test_default_duration_is_the_pulse_of_the_relay(
    pulse: float | None, seconds: int
) -> None:
    """A duration of 255 would hold the door open."""
    device = CaptureDevice(
        "door", ip="192.0.2.20", relay=Relay("192.0.2.120", 50_000, 2, pulse)
    )
    request = nested.open_door_request(device)

    assert request is not None
    assert request.body == {
        "action": [
            {
                "action_ip": "192.0.2.120",
                "action_port": "50000",
                "action_mode": "opendoor",
                "action_duration": seconds,
                "logic_port": 2,
            }
        ]
    }


async def test_door_request_is_never_repeated(session: ClientSession) -> None:
    """HTTP clients send a PUT again after a broken connection."""
    asked: list[bytes] = []

    async def answer_once(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            asked.append(head.split(b" ", 1)[0])
            if head.startswith(b"PUT"):
                writer.transport.abort()
                return
            body = b'{"data": {"PASSMODE": "normal"}}'
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
            )

    server = await asyncio.start_server(answer_once, HOST, 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        rest = Rest(session, HOST, Ports(rest=port), Dialect.NESTED)
        assert await rest.pass_mode() is PassMode.NORMAL
        with pytest.raises(AiBoxConnectionError) as raised:
            await rest.open_door(_DOOR)
    assert raised.value.was_connected
    assert asked == [b"GET", b"PUT"]


async def test_door_request_without_a_connection_was_not_sent(
    session: ClientSession,
) -> None:
    """Nothing listens on the port, or the host name is unknown."""
    server = await asyncio.start_server(lambda *_: None, HOST, 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    for host in (HOST, "no-such-box.invalid", "x" * 64, "not a host!"):
        rest = Rest(session, host, Ports(rest=port), Dialect.NESTED)
        with pytest.raises(AiBoxConnectionError) as raised:
            await rest.open_door(_DOOR)
        assert not raised.value.was_connected, host


async def test_door_request_whose_connection_takes_too_long_was_not_sent(
    session: ClientSession,
) -> None:
    """It is a timeout, too."""
    rest = Rest(session, HOST, Ports(rest=1), Dialect.NESTED)
    connector = session.connector
    assert connector is not None
    with (
        patch.object(connector, "connect", side_effect=TimeoutError),
        pytest.raises(AiBoxTimeoutError) as raised,
    ):
        await rest.open_door(_DOOR)
    assert not raised.value.was_connected


async def test_door_request_to_a_hanging_box_is_a_timeout(
    session: ClientSession,
) -> None:
    """The box accepts the connection and never answers."""
    hanging = asyncio.Event()

    async def hang(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hanging.wait()
        writer.close()

    server = await asyncio.start_server(hang, HOST, 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        rest = Rest(session, HOST, Ports(rest=port), Dialect.NESTED)
        with (
            patch.object(http, "_TIMEOUT", ClientTimeout(total=0.05)),
            pytest.raises(AiBoxTimeoutError) as raised,
        ):
            await rest.open_door(_DOOR)
        assert raised.value.was_connected
        hanging.set()
