"""Messages in other encodings, and texts of Python objects."""

from contextlib import suppress
import time

from aiohttp import ClientSession
from hypothesis import given, strategies as st
import orjson
import pytest

from custom_components.se_aibox.aibox.exceptions import UnreadableError
from custom_components.se_aibox.aibox.http import fetch_object
from custom_components.se_aibox.aibox.models import Ports
from custom_components.se_aibox.aibox.wire.fields import load_object, mapping, text
from custom_components.se_aibox.aibox.wire.python_text import json_of
from custom_components.se_aibox.aibox.wire.request import Request
from emulator import CannedAnswer, EmulatedBox

from .common import HOST

_MIB = 1024 * 1024
_MARK = b"\xef\xbb\xbf"


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "big5", "latin-1", "shift_jis"])
def test_bytes_of_another_encoding_cost_only_their_field(encoding: str) -> None:
    """Which encoding it is cannot be known."""
    name = {"latin-1": "Zoë Müller"}.get(encoding, "小川")
    frame = orjson.dumps({"a": "李", "b": "NAME", "c": "x" * _MIB})
    message = load_object(frame.replace(b"NAME", name.encode(encoding)))

    assert message["a"] == "李"
    assert message["c"] == "x" * _MIB
    assert "\ufffd" in str(message["b"])


@pytest.mark.parametrize("foreign", [b"\xfc", b"\xd0", b"\xe5\xb0", b"\xf0\x9f\x98"])
def test_foreign_byte_swallows_no_quote(foreign: bytes) -> None:
    """Otherwise, a name could add fields to a message."""
    message = load_object(b'{"a": "' + foreign + b'", "b": "\\"}"}')

    assert message == {"a": "\ufffd", "b": '"}'}


def test_mark_before_a_message_is_ignored() -> None:
    """It may be bytes or a character, and there is one at most."""
    assert load_object(_MARK + b'{"a": 1}') == {"a": 1}
    assert mapping({"ext_data": '\ufeff{"a": 1}'}, "ext_data") == {"a": 1}
    with pytest.raises(UnreadableError, match="not JSON"):
        load_object(_MARK * 2 + b'{"a": 1}')


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        _MARK,
        b'{"a": "\xff"',
        b"\xff" * (17 * _MIB),
        b'{"a": "' + b"\xff" * (65 * 1024) + b'"}',
        b'{"a": "\xff' + b"x" * (16 * _MIB) + b'"}',
        '{"a": 1}'.encode("utf-16"),
    ],
    ids=["nothing", "mark", "open", "large", "foreign", "long", "UTF-16"],
)
def test_answer_that_is_no_json_is_refused_soon(frame: bytes) -> None:
    """Replacing millions of bytes would take seconds."""
    before = time.process_time()
    with pytest.raises(UnreadableError, match="not JSON"):
        load_object(frame)
    assert time.process_time() - before < 0.5


@pytest.mark.parametrize("status", [200, 400])
async def test_answers_with_a_mark_are_read(
    session: ClientSession, box: EmulatedBox, ports: Ports, status: int
) -> None:
    """Errors, too."""
    box.answer_instead["*"] = CannedAnswer(status, _MARK + b'{"a": 1}')
    answer = await fetch_object(session, HOST, ports, Request("GET", "/"))
    assert answer == {"a": 1}


_python_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0x10FFFF)),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner)
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(["a", "device_ip"]), _python_values, min_size=1))
def test_text_of_a_python_object_is_read(value: dict[str, object]) -> None:
    """A box prints it into a form."""
    assert mapping({"ext_data": repr(value)}, "ext_data") == value


@given(st.text(st.sampled_from("{}[]'\"\\:, xuTrueNone01\n")))
def test_any_text_is_an_object_or_unreadable(hostile: str) -> None:
    """Nothing is evaluated."""
    for value in (hostile, "{'" + hostile, "{'a': '" + hostile + "'}"):
        with suppress(UnreadableError):
            assert isinstance(mapping({"ext_data": value}, "ext_data"), dict)


@pytest.mark.parametrize(
    "hostile",
    [
        "{'" + "\\'" * (8 * _MIB),
        "{'" + "\\'" * 400 + "x" * (16 * _MIB),
        "{'" + "\\" * (16 * _MIB) + "'",
        "{'a': '" + "x" * (16 * _MIB),
        "{'" + "'" * 20_000_000,
        "{'a': " + "True" * 5_000_000,
        "{'" * 1_000_000,
    ],
    ids=["escapes", "tail", "slashes", "open", "quotes", "words", "depth"],
)
def test_hostile_text_takes_no_time(hostile: str) -> None:
    """A push may have 32 MiB."""
    before = time.process_time()
    json_of(hostile)
    assert time.process_time() - before < 1


def test_character_beyond_unicode_is_unreadable() -> None:
    """Python prints no such escape."""
    with pytest.raises(UnreadableError, match="not JSON"):
        mapping({"ext_data": "{'a': '\\U00110000'}"}, "ext_data")


def test_text_is_still_a_text() -> None:
    """Only objects are read so."""
    assert text({"name": "{'a': True}"}, "name") == "{'a': True}"
