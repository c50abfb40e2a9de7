"""Whatever a box says, reading it gives a model or an error of ours, never anything else."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC
import math
from urllib.parse import quote

from hypothesis import given, settings, strategies as st
import orjson
import pytest

from custom_components.se_aibox.aibox.exceptions import AiBoxConnectionError, AiBoxError
from custom_components.se_aibox.aibox.http import box_url
from custom_components.se_aibox.aibox.models import Dialect, PersonType, PictureKind
from custom_components.se_aibox.aibox.wire.comparison import read_comparison
from custom_components.se_aibox.aibox.wire.dialect import WIRES, Wire, read_record_page
from custom_components.se_aibox.aibox.wire.enrolment import read_enrolment
from custom_components.se_aibox.aibox.wire.errors import raise_for_error
from custom_components.se_aibox.aibox.wire.fields import JsonObject, load_object
from custom_components.se_aibox.aibox.wire.picture_search import read_similar_records
from custom_components.se_aibox.aibox.wire.system import (
    SystemCall,
    read_box_info,
    read_system_answer,
)

from .messages import (
    COMPARISON,
    DEVICES,
    ENROLLED,
    ERROR,
    LIVE,
    PAGE,
    ROW,
    SIMILAR,
    SYSTEM,
    messages,
    mutations,
    objects,
    values,
    words,
)
from .readers import NOW, check_recognition


def _read[T](read: Callable[[], T]) -> T | None:
    """Return what was read, None where it raised an error of ours; anything else is a failure."""
    try:
        return read()
    except AiBoxError:
        return None


@pytest.mark.parametrize("dialect", Dialect)
def test_the_messages_that_faults_are_put_into_are_valid(dialect: Dialect) -> None:
    """Otherwise the tests below would prove little."""
    wire = WIRES[dialect]

    live = wire.read_recognition(LIVE[dialect], NOW)
    page = read_record_page(wire, PAGE[dialect], NOW)
    devices = wire.read_capture_devices(DEVICES[dialect])

    assert live.recognition.identity_name == "Tom"
    assert len(page.records) == page.total == len(devices) == 1
    assert read_comparison(dialect, COMPARISON[dialect]).person_type is PersonType.VIP
    similar = read_similar_records(wire, SIMILAR[dialect], NOW)
    assert (len(similar.records), similar.has_more) == (1, True)
    assert similar.ended_at == similar.records[0].record.recognition.occurred_at
    assert read_enrolment(dialect, ENROLLED[dialect]) == "12345565"
    assert not page.unreadable


@settings(max_examples=200)
@given(messages(LIVE))
def test_live_messages(read: tuple[Wire, JsonObject]) -> None:
    """A recognition that can be relied on, or an error."""
    wire, message = read

    live = _read(lambda: wire.read_recognition(message, NOW))

    if live is not None:
        check_recognition(live.recognition)
        assert all(live.embedded_pictures.values())
        assert live.embedded_pictures.keys() <= live.recognition.picture_kinds


@given(messages(ROW))
def test_rows_of_the_history(read: tuple[Wire, JsonObject]) -> None:
    """As live messages; the pictures they name can be asked for."""
    wire, row = read

    record = _read(lambda: wire.read_record(row, NOW))

    if record is not None:
        check_recognition(record.recognition)
        for kind, picture_id in record.picture_ids.items():
            request = wire.picture_request(kind, picture_id, record.raw_timestamp)
            url = box_url("http", "box", 5555, request.path).with_query(request.query)
            assert url.host == "box"


@given(messages(PAGE))
def test_pages_of_the_history(read: tuple[Wire, JsonObject]) -> None:
    """Rows that cannot be read are counted by kind."""
    wire, answer = read

    page = _read(lambda: read_record_page(wire, answer, NOW))

    if page is not None:
        for record in page.records:
            check_recognition(record.recognition)
        assert all(len(kind) < 60 for kind in page.unreadable)


@given(messages(DEVICES))
def test_lists_of_capture_devices(read: tuple[Wire, JsonObject]) -> None:
    """Every device that is returned has an id."""
    wire, answer = read

    devices = _read(lambda: wire.read_capture_devices(answer))

    for device in devices or ():
        assert 0 < len(device.capture_device_id) <= 255
        assert device.stream_url is None or "://" in device.stream_url


@given(messages(COMPARISON))
def test_who_is_on_a_picture(read: tuple[Wire, JsonObject]) -> None:
    """Nobody who was not matched is named, and whoever was is no stranger."""
    wire, message = read

    answer = _read(lambda: read_comparison(wire.DIALECT, message))

    if answer is not None:
        assert answer.score is None or math.isfinite(answer.score)
        assert answer.matched is (answer.reason is None)
        if answer.matched:
            says = message.get("result"), str(message.get("retcode"))
            assert says[0] is True or float(says[1]) == 1
            assert answer.identity_id == str(message["identity_id"])
            assert answer.person_type is not PersonType.STRANGER
        else:
            assert (answer.identity_name, answer.person_type) == (None, None)


@given(messages(SIMILAR))
def test_records_with_a_similar_face(read: tuple[Wire, JsonObject]) -> None:
    """As the history's; the rest is a number and a time to go on from."""
    wire, message = read

    found = _read(lambda: read_similar_records(wire, message, NOW))

    if found is not None:
        for similar in found.records:
            check_recognition(similar.record.recognition)
            assert similar.similarity is None or math.isfinite(similar.similarity)
        assert found.ended_at is None or found.ended_at.tzinfo is UTC


@given(messages(ENROLLED))
def test_who_was_enrolled(read: tuple[Wire, JsonObject]) -> None:
    """An id, or an error."""
    wire, message = read

    identity_id = _read(lambda: read_enrolment(wire.DIALECT, message))

    assert identity_id is None or 0 < len(identity_id) <= 255


_system_answers = objects | mutations(dict.fromkeys(Dialect, SYSTEM), Dialect.NESTED)


@given(
    st.sampled_from(Dialect),
    st.dictionaries(st.sampled_from(SystemCall), _system_answers),
    st.none() | st.text(max_size=20) | words,
    st.none() | st.text(max_size=20) | words,
)
def test_who_a_box_is(
    dialect: Dialect,
    answers: dict[SystemCall, dict[str, object]],
    mac: str | None,
    threshold: str | None,
) -> None:
    """Nothing that a box says of itself is an error: what is unfit is unknown."""
    read = {call: read_system_answer(answer) for call, answer in answers.items()}

    info = read_box_info(dialect, read, mac, threshold)

    assert info.threshold is None or math.isfinite(info.threshold)
    for text in (info.serial_number, info.model, info.host_name):
        assert text is None or 0 < len(text) <= 255
    for address in info.mac_addresses:
        assert len(bytes.fromhex(address.replace(":", ""))) == 6


@given(messages({dialect: {"data": {"NAME": 1}, "NAME": 1} for dialect in Dialect}))
def test_configuration_values(read: tuple[Wire, JsonObject]) -> None:
    """A text or an error."""
    wire, answer = read

    value = _read(lambda: wire.read_config(answer, "NAME"))

    assert value is None or isinstance(value, str)


@given(objects | mutations(dict.fromkeys(Dialect, ERROR), Dialect.NESTED))
def test_errors(answer: JsonObject) -> None:
    """An error of ours, or none."""
    with suppress(AiBoxError):
        raise_for_error(answer)


def test_an_error_that_is_nested_as_deep_as_json_goes() -> None:
    """It can be turned into words."""
    for answer in (
        {"error": load_object(b'{"a":' * 1000 + b"1" + b"}" * 1000)},
        {"error": {"code": load_object(b'{"a":' * 1000 + b"1" + b"}" * 1000)}},
    ):
        with pytest.raises(AiBoxError):
            raise_for_error(answer)


@given(st.binary() | values.map(orjson.dumps))
def test_any_bytes(frame: bytes) -> None:
    """An object, or an error of ours."""
    data = _read(lambda: load_object(frame))

    assert data is None or isinstance(data, dict)


@given(st.text(), st.integers(-10, 70_000))
def test_any_host(host: str, port: int) -> None:
    """A URL on just that port, or an error of ours."""
    try:
        url = box_url("http", host, port)
    except AiBoxConnectionError:
        return
    assert url.port == port
    assert url.path == "/"
    assert url.user is None


@given(st.sampled_from(Dialect), st.sampled_from(PictureKind), st.text(), st.text())
def test_any_id_of_a_picture(
    dialect: Dialect, kind: PictureKind, picture_id: str, raw_timestamp: str
) -> None:
    """It names a picture on the box and cannot lead to another call."""
    request = WIRES[dialect].picture_request(kind, picture_id, raw_timestamp)

    *_, name = request.path.split("/")
    assert name == quote(picture_id, safe="")
    url = box_url("http", "box", 5555, request.path).with_query(request.query)
    assert url.host == "box"
    assert dict(url.query) == dict(request.query)
