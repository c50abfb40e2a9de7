"""Property tests: redaction hides everyone and keeps messages readable."""

from datetime import UTC, datetime

from hypothesis import assume, given, strategies as st
import orjson
import pytest

from custom_components.se_aibox.aibox.exceptions import UnreadableError
from custom_components.se_aibox.aibox.models import Dialect, LiveRecognition
from custom_components.se_aibox.aibox.wire.dialect import WIRES
from custom_components.se_aibox.aibox.wire.fields import load_object
from tools.box.redact import redact
from tools.box.vocabulary import ENROLLMENT, FIELDS, NUMBERS

from .outcome import outcome

type Json = str | int | float | bool | list[Json] | dict[str, Json] | None

_KEY = b"a key"
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
# No pseudonym, field name or harmless word contains these characters.
_CANARY_LETTERS = "ЖЩЮЯ鑫鹏ÄÖ"
_canaries = st.text(_CANARY_LETTERS, min_size=1, max_size=40)
_wrapped_canaries = st.one_of(
    _canaries,
    _canaries.map("rtsp://admin:{}@192.168.1.7:554/ch1".format),
    _canaries.map("{}://camera".format),
    _canaries.map("data:image/jpeg;base64,{}".format),
    _canaries.map("data:{0},{0}".format),
    _canaries.map(" employee {}".format),
    _canaries.map("82.05 {}".format),
    _canaries.map(lambda canary: canary * 200),
    _canaries.map(lambda canary: orjson.dumps({canary: [canary]}).decode()),
)
_harmless = st.one_of(
    st.none(), st.booleans(), st.integers(0, 99), st.floats(0, 100), st.just("employee")
)
_fields = st.sampled_from(sorted(FIELDS))


def _documents(leaves: st.SearchStrategy[Json]) -> st.SearchStrategy[dict[str, Json]]:
    """Return nested objects with known and unknown fields."""
    keys = st.one_of(_fields, _wrapped_canaries)

    def deeper(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
        return st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3)
        )

    return st.dictionaries(keys, st.recursive(leaves, deeper, max_leaves=8), max_size=5)


@given(_documents(_wrapped_canaries | _harmless))
def test_no_character_of_a_text_survives(document: dict[str, Json]) -> None:
    """It may be a name, a value, or part of a URL, a picture or JSON text."""
    redacted = redact(document, _KEY)
    shown = orjson.dumps([redacted.data, redacted.picture_lengths]).decode()
    assert not set(_CANARY_LETTERS) & set(shown)


_personal_numbers = st.one_of(
    st.integers(10**8, 10**14),
    st.integers(10**8, 10**14).map(str),
    st.uuids().map(str),
    st.uuids().map(lambda value: value.hex),
    st.ip_addresses(v=4).map(str).filter(lambda value: len(value) > 11),
    st.integers(10**11, 10**12 - 1).map(
        lambda value: ":".join(
            str(value)[index : index + 2] for index in range(0, 12, 2)
        )
    ),
)


@given(st.data(), _personal_numbers, st.booleans(), st.sampled_from(["", "[", "{"]))
def test_no_number_of_a_person_or_thing_survives(
    data: st.DataObject, number: str | int, enrolled: bool, nesting: str
) -> None:
    """Card numbers, ids and addresses may be texts or numbers."""
    # Below an enrollment, this applies even to fields of measurements.
    field = data.draw(
        _fields if enrolled else _fields.filter(lambda f: f not in NUMBERS)
    )
    value: Json = number
    if nesting == "[":
        value = [number]
    elif nesting == "{":
        value = {str(number): number}
    document: dict[str, Json] = {field: value}
    if enrolled:
        document = {data.draw(st.sampled_from(sorted(ENROLLMENT))): document}
    assert str(number) not in orjson.dumps(redact(document, _KEY).data).decode()


_odd = st.one_of(
    st.none(),
    st.just(0),
    st.booleans(),
    st.integers(-5, 10**13),
    st.floats(-1e13, 1e13),
    st.sampled_from(
        [
            "",
            "0",
            "1",
            "3.0",
            "4",
            " VIP ",
            "stranger",
            "82.05",
            "1e3",
            "nan",
            "contractor",
        ]
    ),
    st.text(max_size=6),
    st.text("a1Ж", min_size=250, max_size=260),
    st.just([]),
    st.just({}),
    st.just("{}"),
    st.just('{"person_type": "2", "spot_pic": "AAAA"}'),
)
_milliseconds = st.integers(10**12, 2 * 10**12)
_ids = st.sampled_from(["", "10010031", "1602612036.3828533"]) | st.uuids().map(str)
_pictures = st.sampled_from(["", "AAAA", "data:image/jpeg;base64,AAAA"])
_types = st.sampled_from(["1", "3.0", "4", " VIP ", "stranger", "", "contractor"])
_COMMON: dict[str, st.SearchStrategy[Json]] = {
    "identity_id": _ids,
    "identity_name": st.text(max_size=6),
    "event_id": _ids,
    "score": st.floats(0, 100) | st.floats(0, 1).map(str),
}
_ext_data: st.SearchStrategy[Json] = st.fixed_dictionaries(
    {},
    optional={
        "person_type": _types | st.integers(0, 6),
        "spot_pic": _pictures,
        "recognize_face": _pictures,
        "box_fiqa_info": st.just({"age": 30}),
        "device_ip": st.ip_addresses(v=4).map(str),
    },
)


def _messages(
    device: str, fields: dict[str, st.SearchStrategy[Json]]
) -> st.SearchStrategy[dict[str, Json]]:
    """Return messages of a box, each with one odd field."""
    times = (
        _milliseconds | _milliseconds.map(str) | _milliseconds.map(lambda t: t / 1e3)
    )
    usual = st.fixed_dictionaries(
        {device: st.uuids().map(str), "timestamp": times}, optional=_COMMON | fields
    )
    odd_field = st.sampled_from([device, "timestamp", *_COMMON, *fields])
    return st.builds(
        lambda message, field, value: message | {field: value}, usual, odd_field, _odd
    )


_MESSAGES = {
    Dialect.NESTED: _messages(
        "device_id",
        {
            "reg_pic": _pictures,
            "identity_info": st.just({"name": "Tom"}),
            "ext_data": _ext_data | _ext_data.map(lambda d: orjson.dumps(d).decode()),
        },
    ),
    Dialect.FLAT: _messages(
        "media_device_id",
        {
            "user_type": _types,
            "register_image": _pictures,
            "recognize_face_image": _pictures,
            "recognize_face_attr": st.just({"gender": "male"}),
        },
    ),
}


def _read(dialect: Dialect, message: object) -> LiveRecognition:
    return WIRES[dialect].read_recognition(load_object(orjson.dumps(message)), _NOW)


@pytest.mark.parametrize("dialect", list(Dialect))
@given(st.data())
def test_readable_message_stays_readable_with_the_same_outcome(
    dialect: Dialect, data: st.DataObject
) -> None:
    """The box may write a field in an odd form."""
    message = data.draw(_MESSAGES[dialect])
    try:
        before = _read(dialect, message)
    except UnreadableError:
        assume(False)
    after = _read(dialect, redact(message, _KEY).data)
    assert outcome(after) == outcome(before)
