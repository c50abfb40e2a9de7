"""Detecting whether an address is a box, and its dialect."""

import asyncio

from aiohttp import ClientSession, ClientTimeout, TCPConnector
import orjson
import pytest

from custom_components.se_aibox.aibox import http, stream
from custom_components.se_aibox.aibox.exceptions import (
    AiBoxBusyError,
    AiBoxConnectionError,
    AiBoxNotFoundError,
    AiBoxProtocolError,
    AiBoxRefusedError,
    AiBoxTimeoutError,
)
from custom_components.se_aibox.aibox.models import Dialect, Ports
from custom_components.se_aibox.aibox.rest_port import find_dialect
from custom_components.se_aibox.aibox.stream import connect
from emulator import CannedAnswer, EmulatedBox, Variant

from .common import HOST, by_dialect
from .names import Names

_FLAT_DEVICES = "/sophon/v2/face/getmediadevices"
_NESTED_DEVICES = "/SophonDevice/api/Devices"


def _json(value: object, status: int = 200) -> CannedAnswer:
    return CannedAnswer(status, orjson.dumps(value), "application/json")


_REFUSAL = _json({"error": {"code": 400, "message": "no such call"}}, 400)


async def test_dialect_is_detected(
    session: ClientSession, ports: Ports, box: EmulatedBox, dialect: Dialect
) -> None:
    """The user does not enter the dialect."""
    assert await find_dialect(session, HOST, ports) is dialect


async def test_box_without_capture_devices_is_detected(
    session: ClientSession, ports: Ports, box: EmulatedBox, dialect: Dialect
) -> None:
    """A new box lists none."""
    box.devices.clear()

    assert await find_dialect(session, HOST, ports) is dialect


async def test_box_that_refuses_the_newer_call_is_detected(
    session: ClientSession, ports: Ports, box: EmulatedBox
) -> None:
    """An error instead of 404 does not hide the other dialect."""
    box.answer_instead[_FLAT_DEVICES] = _REFUSAL
    box.answer_instead[_NESTED_DEVICES] = _json({"data": {"devices_list": []}})

    assert await find_dialect(session, HOST, ports) is Dialect.NESTED


@pytest.mark.parametrize(
    "answer",
    [
        CannedAnswer(body=b"<!DOCTYPE html><title>Router</title>"),
        CannedAnswer(status=404, body=b"<title>404</title>"),
        CannedAnswer(status=404),
        CannedAnswer(status=405),
        CannedAnswer(status=500, body=b"<title>500</title>"),
        CannedAnswer(status=401, body=b"who are you?"),
        CannedAnswer(body=b""),
        CannedAnswer(body=b"\xff\xd8\xff\xe0"),
        _json([]),
        _json("devices"),
        _json(None),
        _json({}),
        _json({"data": {}}),
        _json({"data": []}),
        _json({"data": "devices_list"}),
        _json({"devices": 1, "data": {"devices_list": 1}}),
        _json({"message": "unauthorized"}, 401),
        CannedAnswer(status=302, headers={"Location": "/elsewhere"}),
        CannedAnswer(status=304),
    ],
    ids=lambda answer: f"{answer.status}-{answer.body[:30]!r}",
)
async def test_other_server_raises_a_protocol_error(
    session: ClientSession, ports: Ports, box: EmulatedBox, answer: CannedAnswer
) -> None:
    """Redirects are not followed."""
    box.answer_instead["*"] = answer

    with pytest.raises(AiBoxProtocolError):
        await find_dialect(session, HOST, ports)
    assert "/elsewhere" not in {request.path for request in box.requests}


async def test_answer_above_32_mebibytes_is_not_read(
    session: ClientSession, ports: Ports, box: EmulatedBox
) -> None:
    """A valid answer of this size could fill the memory, too."""
    devices = b'{"devices": [], "data": {"devices_list": []}}'
    box.answer_instead["*"] = CannedAnswer(body=devices.ljust(1024 * 1024))
    assert await find_dialect(session, HOST, ports)
    box.answer_instead["*"] = CannedAnswer(body=devices.ljust(32 * 1024 * 1024 + 1))

    with pytest.raises(AiBoxProtocolError):
        await find_dialect(session, HOST, ports)


@pytest.mark.parametrize("variant", [Variant(), Variant(errors_with_status_200=True)])
async def test_starting_box_is_busy(
    session: ClientSession, ports: Ports, box: EmulatedBox
) -> None:
    """Its HTTP status may be 200."""
    box.state.initializing = True

    with pytest.raises(AiBoxBusyError):
        await find_dialect(session, HOST, ports)


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        ({"code": "INTERNAL_ERROR", "message": "later"}, "INTERNAL_ERROR", "later"),
        ({"code": 500, "message": "", "status": "BAD_PICTURE"}, "500 BAD_PICTURE", ""),
        ({"status": "BAD_PICTURE"}, "BAD_PICTURE", ""),
        ("BAD_PICTURE", "BAD_PICTURE", ""),
        (17, "17", ""),
        ({"code": ["BAD"], "message": {"BAD": 1}}, "no code", ""),
        ("Tom is not at home", "no code", ""),
        ({"code": "Tom", "status": "TOM"}, "no code", ""),
        ({"code": "X_" + "X" * 63}, "no code", ""),
        (12345565, "no code", ""),
        ({"code": 1, "message": " Tom\n2026 \u202eERROR "}, "1", "Tom 2026 ERROR"),
    ],
)
async def test_error_keeps_the_code_and_message_of_the_box(
    session: ClientSession,
    ports: Ports,
    box: EmulatedBox,
    error: object,
    code: str,
    words: str,
) -> None:
    """Errors have many forms; only the code may be logged."""
    box.answer_instead["*"] = _json({"error": error})

    with pytest.raises(AiBoxRefusedError) as refused:
        await find_dialect(session, HOST, ports)

    assert (refused.value.code, refused.value.message) == (code, words)
    assert str(refused.value) == f"error {code}"


@pytest.mark.parametrize("nothing", [None, {}, "", 0, False])
async def test_empty_error_is_no_error(
    session: ClientSession,
    ports: Ports,
    box: EmulatedBox,
    dialect: Dialect,
    nothing: object,
) -> None:
    """Some firmware always sends the field."""
    devices = by_dialect(
        dialect, nested={"data": {"devices_list": []}}, flat={"devices": []}
    )
    box.answer_instead["*"] = _json({"error": nothing, **devices})

    assert await find_dialect(session, HOST, ports) is dialect


async def test_id_error_with_status_200_is_not_found(
    session: ClientSession, ports: Ports, box: EmulatedBox
) -> None:
    """The error code decides."""
    box.answer_instead["*"] = _json({"error": {"code": "ID_NOT_FOUND"}})

    with pytest.raises(AiBoxNotFoundError):
        await find_dialect(session, HOST, ports)


@pytest.mark.parametrize("other", [_FLAT_DEVICES, _NESTED_DEVICES])
async def test_only_a_server_without_both_calls_is_not_found(
    session: ClientSession, ports: Ports, box: EmulatedBox, other: str
) -> None:
    """Such a server may be a box that only pushes."""
    box.answer_instead["*"] = CannedAnswer(status=404)
    with pytest.raises(AiBoxNotFoundError):
        await find_dialect(session, HOST, ports)

    box.answer_instead[other] = CannedAnswer(body=b"<title>Router</title>")
    with pytest.raises(AiBoxProtocolError) as error:
        await find_dialect(session, HOST, ports)
    assert not isinstance(error.value, AiBoxNotFoundError)


async def test_closed_port_is_a_connection_error(
    session: ClientSession, ports: Ports, box: EmulatedBox
) -> None:
    """No exception of a library is raised."""
    await box.port("rest").close()

    with pytest.raises(AiBoxConnectionError):
        await find_dialect(session, HOST, ports)


async def test_late_answer_is_a_timeout(
    session: ClientSession, dialect: Dialect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The box accepts the connection and never answers."""
    monkeypatch.setattr(http, "_TIMEOUT", ClientTimeout(total=0.05))
    monkeypatch.setattr(stream, "_CONNECT_SECONDS", 0.05)

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(-1)
        writer.close()

    async with await asyncio.start_server(hang, HOST, 0) as server:
        port: int = server.sockets[0].getsockname()[1]
        with pytest.raises(AiBoxTimeoutError):
            await find_dialect(session, HOST, Ports(port, port, port))
        with pytest.raises(AiBoxTimeoutError):
            async with connect(session, HOST, Ports(port, port, port), dialect):
                pass


@pytest.mark.parametrize(
    "host",
    [
        "",
        " ",
        "a b",
        "a/b",
        "a@b",
        "a..b",
        "..",
        "127.0.0.1:5555",
        "http://127.0.0.1",
        "no.such.name",
        "[::1",
        "%zz",
        "256.1.1.1",
        "\n",
        "\udcff",
        "x" * 64,
        "盒" * 64,
        "x." * 200,
    ],
    ids=lambda host: repr(host[:20]),
)
async def test_invalid_host_is_a_connection_error(host: str, dialect: Dialect) -> None:
    """The user may enter any text as the host."""
    async with ClientSession(connector=TCPConnector(resolver=Names({}))) as session:
        with pytest.raises(AiBoxConnectionError):
            await find_dialect(session, host, Ports(1, 1, 1))
        with pytest.raises(AiBoxConnectionError):
            async with connect(session, host, Ports(1, 1, 1), dialect):
                pass


@pytest.mark.parametrize("port", [-1, 65536])
async def test_invalid_port_is_a_connection_error(
    session: ClientSession, port: int, dialect: Dialect
) -> None:
    """No exception of a library is raised."""
    with pytest.raises(AiBoxConnectionError):
        await find_dialect(session, HOST, Ports(port, port, port))
    with pytest.raises(AiBoxConnectionError):
        async with connect(session, HOST, Ports(port, port, port), dialect):
            pass
