"""Property tests: each reader returns a model or raises `AiBoxError`."""

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
from custom_components.se_aibox.aibox.wire.enrollment import read_enrollment
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
    """Return the result, or None for an `AiBoxError`."""
    try:
        return read()
    except AiBoxError:
        return None


@pytest.mark.parametrize("dialect", Dialect)
def test_undamaged_messages_are_valid(dialect: Dialect) -> None:
    """Faults in invalid messages would prove little."""
    wire = WIRES[dialect]

    live = wire.read_recognition(LIVE[dialect], NOW)
    page = read_record_page(wire, PAGE[dialect], NOW)
    devices = wire.read_capture_devices(DEVICES[dialect]).devices

    assert live.recognition.identity_name == "Tom"
    assert len(page.records) == page.total == len(devices) == 1
    assert read_comparison(dialect, COMPARISON[dialect]).person_type is PersonType.VIP
    similar = read_similar_records(wire, SIMILAR[dialect], NOW)
    assert (len(similar.records), similar.has_more) == (1, True)
    assert similar.ended_at == similar.records[0].record.recognition.occurred_at
    assert read_enrollment(dialect, ENROLLED[dialect]) == "12345565"
    assert not page.unreadable


@settings(max_examples=200)
@given(messages(LIVE))
def test_live_message_is_valid_or_an_error(read: tuple[Wire, JsonObject]) -> None:
    """Its pictures are listed and not empty."""
    wire, message = read

    live = _read(lambda: wire.read_recognition(message, NOW))

    if live is not None:
        check_recognition(live.recognition)
        assert all(live.embedded_pictures.values())
        assert live.embedded_pictures.keys() <= live.recognition.picture_kinds


@given(messages(ROW))
def test_history_row_is_valid_or_an_error(read: tuple[Wire, JsonObject]) -> None:
    """Its picture ids lead to requests to the box only."""
    wire, row = read

    record = _read(lambda: wire.read_record(row, NOW))

    if record is not None:
        check_recognition(record.recognition)
        for kind, picture_id in record.picture_ids.items():
            request = wire.picture_request(kind, picture_id, record.raw_timestamp)
            url = box_url("http", "box", 5555, request.path).with_query(request.query)
            assert url.host == "box"


@given(messages(PAGE))
def test_history_page_is_valid_or_an_error(read: tuple[Wire, JsonObject]) -> None:
    """Unreadable rows are counted by kind."""
    wire, answer = read

    page = _read(lambda: read_record_page(wire, answer, NOW))

    if page is not None:
        for record in page.records:
            check_recognition(record.recognition)
        assert all(len(kind) < 60 for kind in page.unreadable)


@given(messages(DEVICES))
def test_capture_devices_are_valid_or_an_error(read: tuple[Wire, JsonObject]) -> None:
    """Every device has an id."""
    wire, answer = read

    listed = _read(lambda: wire.read_capture_devices(answer))

    for device in listed.devices if listed else ():
        assert 0 < len(device.capture_device_id) <= 255
        assert device.stream_url is None or "://" in device.stream_url


@given(messages(COMPARISON))
def test_comparison_names_matched_people_only(read: tuple[Wire, JsonObject]) -> None:
    """A matched person is no stranger."""
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
def test_similar_records_are_valid_or_an_error(read: tuple[Wire, JsonObject]) -> None:
    """Similarity and end time are valid or unknown."""
    wire, message = read

    found = _read(lambda: read_similar_records(wire, message, NOW))

    if found is not None:
        for similar in found.records:
            check_recognition(similar.record.recognition)
            assert similar.similarity is None or math.isfinite(similar.similarity)
        assert found.ended_at is None or found.ended_at.tzinfo is UTC


@given(messages(ENROLLED))
def test_enrollment_answer_is_an_id_or_an_error(read: tuple[Wire, JsonObject]) -> None:
    """The id has up to 255 characters."""
    wire, message = read

    identity_id = _read(lambda: read_enrollment(wire.DIALECT, message))

    assert identity_id is None or 0 < len(identity_id) <= 255


_system_answers = objects | mutations(dict.fromkeys(Dialect, SYSTEM), Dialect.NESTED)


@given(
    st.sampled_from(Dialect),
    st.dictionaries(st.sampled_from(SystemCall), _system_answers),
    st.none() | st.text(max_size=20) | words,
    st.none() | st.text(max_size=20) | words,
)
def test_invalid_box_info_is_unknown(
    dialect: Dialect,
    answers: dict[SystemCall, dict[str, object]],
    mac: str | None,
    threshold: str | None,
) -> None:
    """No answer raises an error."""
    read = {call: read_system_answer(answer) for call, answer in answers.items()}

    info = read_box_info(dialect, read, mac, threshold)

    assert info.threshold is None or math.isfinite(info.threshold)
    for text in (info.serial_number, info.model, info.host_name):
        assert text is None or 0 < len(text) <= 255
    for address in info.mac_addresses:
        assert len(bytes.fromhex(address.replace(":", ""))) == 6


@given(messages({dialect: {"data": {"NAME": 1}, "NAME": 1} for dialect in Dialect}))
def test_configuration_value_is_a_text_or_an_error(
    read: tuple[Wire, JsonObject],
) -> None:
    """Numbers are read as text."""
    wire, answer = read

    value = _read(lambda: wire.read_config(answer, "NAME"))

    assert value is None or isinstance(value, str)


@given(objects | mutations(dict.fromkeys(Dialect, ERROR), Dialect.NESTED))
def test_any_error_answer_raises_only_errors_of_the_client(answer: JsonObject) -> None:
    """An answer without an error raises nothing."""
    with suppress(AiBoxError):
        raise_for_error(answer)


def test_deeply_nested_error_raises_an_error_of_the_client() -> None:
    """It has the depth that JSON may have at most."""
    for answer in (
        {"error": load_object(b'{"a":' * 1000 + b"1" + b"}" * 1000)},
        {"error": {"code": load_object(b'{"a":' * 1000 + b"1" + b"}" * 1000)}},
    ):
        with pytest.raises(AiBoxError):
            raise_for_error(answer)


@given(st.binary() | values.map(orjson.dumps))
def test_any_bytes_are_an_object_or_an_error(frame: bytes) -> None:
    """Other JSON values are errors."""
    data = _read(lambda: load_object(frame))

    assert data is None or isinstance(data, dict)


@given(st.text(), st.integers(-10, 70_000))
def test_any_host_is_a_url_with_this_port_or_an_error(host: str, port: int) -> None:
    """The host cannot add a path or a user."""
    try:
        url = box_url("http", host, port)
    except AiBoxConnectionError:
        return
    assert url.port == port
    assert url.path == "/"
    assert url.user is None


@given(st.sampled_from(Dialect), st.sampled_from(PictureKind), st.text(), st.text())
def test_any_picture_id_leads_to_the_picture_call_only(
    dialect: Dialect, kind: PictureKind, picture_id: str, raw_timestamp: str
) -> None:
    """The id is quoted in the path."""
    request = WIRES[dialect].picture_request(kind, picture_id, raw_timestamp)

    *_, name = request.path.split("/")
    assert name == quote(picture_id, safe="")
    url = box_url("http", "box", 5555, request.path).with_query(request.query)
    assert url.host == "box"
    assert dict(url.query) == dict(request.query)
