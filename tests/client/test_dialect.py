"""Finding out what is at an address: a box of either dialect, or something else."""

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
from custom_components.se_aibox.aibox.rest import find_dialect
from custom_components.se_aibox.aibox.stream import connect
from emulator import CannedAnswer, EmulatedBox, Variant

from .names import Names
from .talk import HOST, worded

_FLAT_DEVICES = "/sophon/v2/face/getmediadevices"
_NESTED_DEVICES = "/SophonDevice/api/Devices"


def _json(value: object, status: int = 200) -> CannedAnswer:
    return CannedAnswer(status, orjson.dumps(value), "application/json")


_REFUSAL = _json({"error": {"code": 400, "message": "no such call"}}, 400)


async def test_the_dialect_is_found_by_asking(
    session: ClientSession, ports: Ports, box: EmulatedBox, dialect: Dialect
) -> None:
    """Nobody has to say which dialect a box speaks."""
    assert await find_dialect(session, HOST, ports) is dialect


async def test_a_box_without_capture_devices_is_a_box(
    session: ClientSession, ports: Ports, box: EmulatedBox, dialect: Dialect
) -> None:
    """A new box has none."""
    box.devices.clear()

    assert await find_dialect(session, HOST, ports) is dialect


async def test_an_older_box_may_refuse_the_newer_call(
    session: ClientSession, ports: Ports, box: EmulatedBox
) -> None:
    """An error instead of 404 does not hide the dialect that comes after."""
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
async def test_something_else_is_not_taken_for_a_box(
    session: ClientSession, ports: Ports, box: EmulatedBox, answer: CannedAnswer
) -> None:
    """Whatever it answers, it is a protocol error and neither a box nor a crash."""
    box.answer_instead["*"] = answer

    with pytest.raises(AiBoxProtocolError):
        await find_dialect(session, HOST, ports)
    assert "/elsewhere" not in {request.path for request in box.requests}


async def test_an_endless_answer_is_cut(
    session: ClientSession, ports: Ports, box: EmulatedBox
) -> None:
    """Nothing at the address can fill the memory, not even with what a box would say."""
    devices = b'{"devices": [], "data": {"devices_list": []}}'
    box.answer_instead["*"] = CannedAnswer(body=devices.ljust(1024 * 1024))
    assert await find_dialect(session, HOST, ports)
    box.answer_instead["*"] = CannedAnswer(body=devices.ljust(32 * 1024 * 1024 + 1))

    with pytest.raises(AiBoxProtocolError):
        await find_dialect(session, HOST, ports)


@pytest.mark.parametrize("variant", [Variant(), Variant(errors_with_status_200=True)])
async def test_a_starting_box_is_busy(
    session: ClientSession, ports: Ports, box: EmulatedBox
) -> None:
    """It is worth asking again later, whatever the HTTP status."""
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
async def test_a_box_that_refuses_says_why(
    session: ClientSession,
    ports: Ports,
    box: EmulatedBox,
    error: object,
    code: str,
    words: str,
) -> None:
    """Its code and its words survive, in every shape that errors have; only the code is fit for a log."""
    box.answer_instead["*"] = _json({"error": error})

    with pytest.raises(AiBoxRefusedError) as refused:
        await find_dialect(session, HOST, ports)

    assert (refused.value.code, refused.value.message) == (code, words)
    assert str(refused.value) == f"error {code}"


@pytest.mark.parametrize("nothing", [None, {}, "", 0, False])
async def test_an_empty_error_is_none(
    session: ClientSession,
    ports: Ports,
    box: EmulatedBox,
    dialect: Dialect,
    nothing: object,
) -> None:
    """Firmware that always has the field still answers."""
    devices = worded(
        dialect, nested={"data": {"devices_list": []}}, flat={"devices": []}
    )
    box.answer_instead["*"] = _json({"error": nothing, **devices})

    assert await find_dialect(session, HOST, ports) is dialect


async def test_an_id_that_the_box_does_not_know_is_not_found(
    session: ClientSession, ports: Ports, box: EmulatedBox
) -> None:
    """With HTTP 200 too."""
    box.answer_instead["*"] = _json({"error": {"code": "ID_NOT_FOUND"}})

    with pytest.raises(AiBoxNotFoundError):
        await find_dialect(session, HOST, ports)


@pytest.mark.parametrize("other", [_FLAT_DEVICES, _NESTED_DEVICES])
async def test_only_who_has_neither_call_has_no_list(
    session: ClientSession, ports: Ports, box: EmulatedBox, other: str
) -> None:
    """It may be a box that only pushes; who answers one of the calls with something else is none."""
    box.answer_instead["*"] = CannedAnswer(status=404)
    with pytest.raises(AiBoxNotFoundError):
        await find_dialect(session, HOST, ports)

    box.answer_instead[other] = CannedAnswer(body=b"<title>Router</title>")
    with pytest.raises(AiBoxProtocolError) as error:
        await find_dialect(session, HOST, ports)
    assert not isinstance(error.value, AiBoxNotFoundError)


async def test_a_closed_port_is_a_connection_error(
    session: ClientSession, ports: Ports, box: EmulatedBox
) -> None:
    """And no error of a library."""
    await box.port("rest").close()

    with pytest.raises(AiBoxConnectionError):
        await find_dialect(session, HOST, ports)


async def test_a_box_that_answers_too_late_is_a_timeout(
    session: ClientSession, dialect: Dialect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hanging box holds nobody up for long."""
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
async def test_what_is_no_host_cannot_be_connected_to(
    host: str, dialect: Dialect
) -> None:
    """Whatever a user types into the host field."""
    async with ClientSession(connector=TCPConnector(resolver=Names({}))) as session:
        with pytest.raises(AiBoxConnectionError):
            await find_dialect(session, host, Ports(1, 1, 1))
        with pytest.raises(AiBoxConnectionError):
            async with connect(session, host, Ports(1, 1, 1), dialect):
                pass


@pytest.mark.parametrize("port", [-1, 65536])
async def test_what_is_no_port_cannot_be_connected_to(
    session: ClientSession, port: int, dialect: Dialect
) -> None:
    """Nor is it a crash."""
    with pytest.raises(AiBoxConnectionError):
        await find_dialect(session, HOST, Ports(port, port, port))
    with pytest.raises(AiBoxConnectionError):
        async with connect(session, HOST, Ports(port, port, port), dialect):
            pass
