"""Finding the REST calls of a box where their usual port is closed."""

from dataclasses import replace

from aiohttp import ClientSession
import pytest

from custom_components.se_aibox.aibox import rest_port
from custom_components.se_aibox.aibox.exceptions import (
    AiBoxBusyError,
    AiBoxConnectionError,
    AiBoxNotFoundError,
    AiBoxProtocolError,
)
from custom_components.se_aibox.aibox.models import Dialect, Ports
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.rest_port import find_rest
from emulator import CannedAnswer, EmulatedBox, Variant

from .common import HOST

WEB_ONLY = Variant(rest_port_closed=True, web_port="rest")
CLOSED = Variant(rest_port_closed=True)


@pytest.fixture(autouse=True)
def _known_ports(monkeypatch: pytest.MonkeyPatch, box: EmulatedBox) -> None:
    """Let the ports of the emulated box be the known ones."""
    monkeypatch.setattr(rest_port, "_USUAL", box.ports.rest)
    monkeypatch.setattr(rest_port, "_WEB", box.ports.web)


@pytest.fixture
def web_ports(ports: Ports, box: EmulatedBox) -> Ports:
    """Return the ports with the one of the web page."""
    return replace(ports, rest=box.ports.web)


@pytest.mark.parametrize("variant", [WEB_ONLY])
async def test_box_with_its_usual_port_closed_answers_on_the_web_port(
    session: ClientSession,
    ports: Ports,
    web_ports: Ports,
    dialect: Dialect,
    box: EmulatedBox,
) -> None:
    """Its calls work there from then on."""
    found = await find_rest(session, HOST, ports)

    assert found == (web_ports, dialect)
    devices = await Rest(session, HOST, *found).capture_devices()
    assert len(devices) == len(box.devices)


@pytest.mark.parametrize("variant", [Variant(web_port="rest")])
@pytest.mark.parametrize("fault", ["none", "web page", "starting", "missing", "hangs"])
async def test_web_port_is_not_asked_while_the_usual_one_is_open(
    session: ClientSession,
    ports: Ports,
    dialect: Dialect,
    box: EmulatedBox,
    fault: str,
) -> None:
    """Whatever is wrong there is said."""
    match fault:
        case "web page":
            box.answer_instead["*"] = CannedAnswer(body=b"<html>Router</html>")
        case "missing":
            box.answer_instead["*"] = CannedAnswer(status=404)
        case "starting":
            box.state.initializing = True
        case "hangs":
            for path in (
                "/SophonDevice/api/Devices",
                "/sophon/v2/face/getmediadevices",
            ):
                box.state.raw_answers[path] = b""
    errors = {
        "web page": AiBoxProtocolError,
        "missing": AiBoxNotFoundError,
        "starting": AiBoxBusyError,
        "hangs": AiBoxConnectionError,
    }
    if fault == "none":
        assert await find_rest(session, HOST, ports) == (ports, dialect)
    else:
        with pytest.raises(errors[fault]):
            await find_rest(session, HOST, ports)
    assert box.state.web_requests == []


@pytest.mark.parametrize("variant", [CLOSED])
async def test_web_page_behind_a_closed_port_is_no_box(
    session: ClientSession, ports: Ports, box: EmulatedBox
) -> None:
    """The error is that of the usual port."""
    with pytest.raises(AiBoxConnectionError, match="refused"):
        await find_rest(session, HOST, ports)
    assert box.state.web_requests


@pytest.mark.parametrize("variant", [WEB_ONLY])
@pytest.mark.parametrize(
    "answer",
    [
        CannedAnswer(status=302, headers={"Location": "/elsewhere"}),
        CannedAnswer(status=401, body=b"who are you?"),
        CannedAnswer(status=502, body=b"<title>Bad gateway</title>"),
        CannedAnswer(body=b"{}", content_type="application/json"),
    ],
    ids=lambda answer: str(answer.status),
)
async def test_faulty_answer_of_the_web_port_is_not_reported(
    session: ClientSession, ports: Ports, box: EmulatedBox, answer: CannedAnswer
) -> None:
    """Any web server may answer there; its redirects are not followed."""
    box.answer_instead["*"] = answer

    with pytest.raises(AiBoxConnectionError, match="refused"):
        await find_rest(session, HOST, ports)
    assert "/elsewhere" not in box.state.web_requests


@pytest.mark.parametrize("variant", [WEB_ONLY])
async def test_starting_box_on_the_web_port_is_busy(
    session: ClientSession, ports: Ports, box: EmulatedBox
) -> None:
    """Only a box says so."""
    box.state.initializing = True

    with pytest.raises(AiBoxBusyError):
        await find_rest(session, HOST, ports)


async def test_usual_port_is_found_again_after_an_update(
    session: ClientSession,
    ports: Ports,
    web_ports: Ports,
    dialect: Dialect,
    box: EmulatedBox,
) -> None:
    """The web port has only the page by then."""
    assert await find_rest(session, HOST, web_ports) == (ports, dialect)
    assert box.state.web_requests


@pytest.mark.parametrize("variant", [WEB_ONLY])
async def test_stored_web_port_is_asked_first(
    session: ClientSession,
    web_ports: Ports,
    dialect: Dialect,
    box: EmulatedBox,
) -> None:
    """The usual port is asked only if it fails."""
    found = await find_rest(session, HOST, web_ports, first=dialect)
    assert found == (web_ports, dialect)
    # One call of the dialect that is tried first.
    assert len(box.state.web_requests) == 1


@pytest.mark.parametrize("variant", [WEB_ONLY])
async def test_port_of_the_user_is_the_only_one_asked(
    session: ClientSession, ports: Ports, box: EmulatedBox
) -> None:
    """Who enters a port means it."""
    with pytest.raises(AiBoxConnectionError, match="refused"):
        await find_rest(session, HOST, replace(ports, rest=1))
    assert box.state.web_requests == []
