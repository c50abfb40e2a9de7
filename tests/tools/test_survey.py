"""Tests of the questions that `scripts/box probe` asks for docs/real-box.md."""

from pathlib import Path
import re

from aiohttp import ClientSession
import orjson
import pytest

from custom_components.se_aibox.aibox.http import refuse_redirects
from custom_components.se_aibox.aibox.models import Ports
from custom_components.se_aibox.aibox.wire.request import Request
from emulator import CannedAnswer, EmulatedBox, EmulatedSe3, Variant
from emulator.model import Request as Asked
from tools.box import survey as survey_module
from tools.box.address import Address
from tools.box.exchange import Reply, exchange
from tools.box.probe import probe
from tools.box.survey import survey

from .private import private_texts

_PAGE = Path(__file__).parents[2] / "docs" / "real-box.md"


@pytest.fixture(autouse=True)
def _other_ports(box: EmulatedBox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask the emulated box only, and not what else runs on this machine."""
    monkeypatch.setattr(survey_module, "OTHER_PORTS", {})


@pytest.fixture
async def history(box: EmulatedBox) -> EmulatedBox:
    """Fill the history of the box with everybody, and with strangers."""
    at = round((box.state.now() - 3600) * 1000)
    for number in range(30):
        await box.recognize(
            box.devices[number % 2],
            box.people[number % len(box.people)],
            timestamp_ms=at + number * 1000,
        )
    await box.recognize(box.devices[2], stranger="empty", timestamp_ms=at + 40_000)
    await box.recognize(box.devices[3], stranger="automatic", timestamp_ms=at + 50_000)
    return box


async def _table(
    address: Address, capsys: pytest.CaptureFixture[str]
) -> dict[str, str]:
    """Return the answers of the probe's table, with lines joined."""
    await probe(address)
    lines = capsys.readouterr().out.splitlines()
    head = next(line for line in lines if line.startswith("#  "))
    at = head.index("Answer")
    answers: dict[str, str] = {}
    question = ""
    for line in lines[lines.index(head) + 1 :]:
        if line[:1] != " ":
            question = line[:at].strip()
            answers[question] = line[at:]
        else:
            answers[question] += f" {line.strip()}"
    return answers


def _answer(answers: dict[str, str], question: str) -> str:
    (found,) = [answer for key, answer in answers.items() if key.endswith(question)]
    return found


@pytest.mark.usefixtures("history")
async def test_table_has_what_the_box_does(
    box: EmulatedBox, address: Address, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each answer is what the emulated box is known to do."""
    answers = await _table(address, capsys)
    nested = box.dialect == "nested"
    for question, words in {
        "firmware": f"{box.dialect} dialect",
        "application calls: answers": "events",
        "device list of the other dialect": "no such call",
        "open ports": "REST, events, system",
        "an unknown id": "ID_NOT_FOUND (HTTP 404)",
        "HTTP server": "keeps connections; says application/json",
        "clock": "0 s from ours; Date is",
        "pings on the event socket": "answered",
        "bounds of the history": "in seconds 20 of 32, with a fraction 20 of 32",
        "order of the history": "newest first",
        "pages of the history": "the second begins there",
        "times and ids of records": "times in seconds with",
        "scores of records": "above 1, so of 100",
        "records without a capture device": "0 of 20",
        "strangers": "2 of 20, 1 with an id of their own",
        "attributes of faces": "age, box, ",
        "pictures": "; an unknown id: error" if nested else "; an unknown id: empty",
        "list of capture devices in a query": "works",
        "relays": "1 of 4 capture devices have one; 0 at the device's own address",
        "forms of the health": "uptime is like '0 hours, 00 minutes'; mode is 1",
    }.items():
        assert words in _answer(answers, question), question
    assert ("skip_num of people" in "".join(answers)) is nested


@pytest.mark.usefixtures("history")
async def test_survey_only_reads(box: EmulatedBox, address: Address) -> None:
    """Nothing on the box changes, no door opens, and no setting is told."""
    before = len(box.state.requests)
    people, devices = list(box.people), list(box.devices)
    await probe(address)
    requests = box.state.requests[before:]
    assert requests
    for request in requests:
        name = request.path.rpartition("/")[2]
        assert request.method == "GET" or name.startswith("get"), request.path
    assert (box.people, box.devices) == (people, devices)
    assert not box.state.door_actions
    assert not box.state.relay_pulses[30:]
    assert not box.state.errors
    with pytest.raises(ValueError, match="changes nothing"):
        await exchange(address, Request("PUT", "/SophonFogSys/api/EventAction"))


@pytest.mark.usefixtures("history")
async def test_table_names_nobody(
    box: EmulatedBox, address: Address, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is to be sent along, and the rest of the report is not."""
    await probe(address)
    table = capsys.readouterr().out.partition("open questions")[2]
    assert "pings on the event socket" in table
    assert [text for text in private_texts(box) if text in table] == []


def test_message_of_an_error_is_not_shown() -> None:
    """It may repeat the number of a person."""
    error = {"error": {"code": 40401, "message": "10010031", "status": "NOT_FOUND"}}
    shown = Reply(200, {}, orjson.dumps(error)).outcome
    assert shown == "error 40401 NOT_FOUND (HTTP 200)"
    named = {"error": {"code": "Tom is not here", "message": "Tom"}}
    assert "Tom" not in Reply(404, {}, orjson.dumps(named)).outcome


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize(
    ("variant", "question", "words"),
    [
        (Variant(history_order="ascending"), "order of the history", "oldest first"),
        (Variant(history_page_most=7), "pages of the history", "7 of 32 given"),
        (Variant(history_page_least=50), "pages of the history", "not begin there"),
        (Variant(history_total_missing=True), "pages of the history", "of unknown"),
        (Variant(history_milliseconds=True), "times and ids of records", "millisec"),
        (
            Variant(history_bounds="milliseconds"),
            "bounds of the history",
            "answers, in",
        ),
        (Variant(numbers_as_strings=True), "scores of records", "so of 100"),
        (Variant(clock_call_missing=True), "clock", "no clock call; Date is"),
        (Variant(system_port_closed=True), "clock", "no clock call"),
    ],
)
async def test_variant_of_the_firmware_is_seen(
    address: Address,
    capsys: pytest.CaptureFixture[str],
    question: str,
    words: str,
) -> None:
    """The table exists to tell such firmware apart."""
    assert words in _answer(await _table(address, capsys), question)


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize(
    ("variant", "words"),
    [
        (Variant(), "counts people"),
        (Variant(skip_num_is_page=True), "counts pages"),
    ],
)
async def test_meaning_of_skip_num_is_told(
    address: Address, capsys: pytest.CaptureFixture[str], words: str
) -> None:
    """It is told without showing anyone."""
    assert _answer(await _table(address, capsys), "skip_num of people") == words


async def test_rest_calls_on_the_port_of_the_web_pages_are_found(
    box: EmulatedBox,
    address: Address,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They may be a way in where port 5555 is closed."""
    ports = {"web pages": box.ports.rest}
    monkeypatch.setattr(survey_module, "OTHER_PORTS", ports)
    answers = await _table(address, capsys)
    assert _answer(answers, "REST calls on the port of the web pages") == "answers"


async def test_permission_groups_are_counted_and_not_named(
    box: EmulatedBox, address: Address, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only whether one is called default_group is told."""
    groups = [
        {"permission_name": "Night shift", "name": "Night shift"},
        {"permission_name": "default_group", "permission_id": "g-1"},
    ]
    body = {"permissions": groups, "data": {"permissions_list": groups}}
    for path in ("/SophonFogSys/api/permissions", "/sophon/v2/face/getpermissions"):
        box.answer_instead[path] = CannedAnswer(body=orjson.dumps(body))
    answer = _answer(await _table(address, capsys), "permission groups")
    words = "answers: 2, 2 with a name, 1 with an id, one is called default_group"
    assert answer.startswith(words)
    assert "Night" not in answer


async def test_empty_history_is_told(
    address: Address, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing can be told about its records then."""
    answers = await _table(address, capsys)
    assert _answer(answers, "8   history") == "no records in 30 days"


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"not JSON",
        b'{"data": 5, "events": 5, "devices": []}',
        b'{"data": [{}], "events": [{"event_id": 1}], "pagination": 3}',
        b'{"data": [{"timestamp": "x", "common": 1}], "events": [{"timestamp": []}]}',
        b'{"error": "Tom"}',
        b'{"error": {"code": null}}',
    ],
)
async def test_odd_answers_do_not_end_the_survey(
    box: EmulatedBox, address: Address, capsys: pytest.CaptureFixture[str], body: bytes
) -> None:
    """Whatever a box sends, the other questions are answered."""
    listed = ("/SophonDevice/api/Devices", "/sophon/v2/face/getmediadevices")
    await _table(address, capsys)
    for path in {request.path for request in box.state.requests} - set(listed):
        box.answer_instead[path] = CannedAnswer(body=body)
    answers = await _table(address, capsys)
    assert "Tom" not in "".join(answers.values())
    assert _answer(answers, "pings on the event socket") == "answered"
    assert _answer(answers, "relays").startswith("1 of 4")


async def test_box_that_is_off_answers_no_question(
    box: EmulatedBox, address: Address, capsys: pytest.CaptureFixture[str]
) -> None:
    """The table says so, and the problems stay the message."""
    await box.stop()
    answers = await _table(address, capsys)
    assert list(answers.values()) == ["none", "cannot be told"]


@pytest.mark.parametrize(
    ("has_call", "variant", "urls", "form"),
    [
        (True, Variant(), [], "a list of 0, 0 of them"),
        (True, Variant(), ["http://a/b", "http://c/d,http://e/f"], "2, 1 of them"),
        (True, Variant(se3_urls_as_text=True), ["http://a/b"], "one text"),
        (False, Variant(), [], "no such call"),
    ],
)
async def test_se3_tells_its_calls_and_the_form_of_its_urls(
    capsys: pytest.CaptureFixture[str],
    has_call: bool,
    variant: Variant,
    urls: list[str],
    form: str,
) -> None:
    """It has no device list, and its URLs are not told."""
    async with (
        EmulatedSe3(has_event_server_call=has_call, variant=variant) as se3,
        ClientSession(middlewares=(refuse_redirects,)) as session,
    ):
        se3.event_server_urls = urls
        ports = Ports(se3.ports.rest, se3.ports.events, se3.ports.system)
        answers = await _table(Address(session, se3.host, ports), capsys)
        assert not any(request.method != "GET" for request in _asked(se3))
    assert form in _answer(answers, "form of the push URLs")
    answering = _answer(answers, "application calls of 1.x: answers")
    assert "groups, permissions" in answering
    assert ("EventServerUrl" in answering) is has_call
    assert "deviceSN" in _answer(answers, "system calls of 1.x: answers")
    assert "http" not in "".join(answers.values())


def _asked(se3: EmulatedSe3) -> list[Asked]:
    """Return the requests, without the search for the dialect."""
    path = "/sophon/v2/face/getmediadevices"
    return [request for request in se3.requests if request.path != path]


@pytest.mark.usefixtures("history")
async def test_questions_are_those_of_the_page(
    box: EmulatedBox, address: Address
) -> None:
    """Every question that the page leaves to the probe is asked, and no other."""
    rows = re.findall(r"^\| (\d+) \|.*\| ([^|]*) \|$", _PAGE.read_text(), re.MULTILINE)
    probed = {int(number) for number, how in rows if how.startswith("probe")}
    assert [int(number) for number, _ in rows] == list(range(1, len(rows) + 1))
    # These need a restart or an SE3.
    probed -= {25, 27}
    if box.dialect == "flat":
        probed -= {15}
    rest = address.rest(await address.find_dialect())
    answers = await survey(
        address,
        await rest.box_info(),
        await rest.capture_devices(),
        answers_pings=True,
    )
    assert {answer.number for answer in answers} == probed
