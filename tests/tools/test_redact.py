"""What becomes of the parts of a message."""

import base64
from collections.abc import Callable
import io
import ipaddress
import uuid

import orjson
from PIL import Image
import pytest

from custom_components.se_aibox.aibox.wire.fields import load_object
from tools.box.redact import TINY_JPEG, redact
from tools.box.vocabulary import NUMBERS, OBJECTS, PICTURES

_KEY = b"a key"


def test_the_same_thing_has_the_same_name_everywhere() -> None:
    """A frame still points at its capture device, a number at its text; another key gives other names."""
    one = redact({"device_id": "door-0001", "identity_id": "12345678"}, _KEY).data
    two = redact({"data": [{"device_id": "door-0001"}], "identity_id": 12345678}, _KEY)
    assert two.data["data"] == [{"device_id": one["device_id"]}]
    assert str(two.data["identity_id"]) == one["identity_id"]
    assert redact({"device_id": "door-0001"}, b"other").data != {
        "device_id": one["device_id"]
    }


def test_different_things_have_different_names() -> None:
    """Also where ids are a running number and names two characters long."""
    ids = [str(number) for number in range(200)]
    redacted = redact({"data": [{"identity_id": item} for item in ids]}, _KEY)
    assert len({str(item) for item in _list(redacted.data["data"])}) == len(ids)


def _list(value: object) -> list[object]:
    assert isinstance(value, list)
    return value


def _is_uuid(value: str) -> bool:
    return str(uuid.UUID(value)) == value


@pytest.mark.parametrize(
    ("value", "is_still_one"),
    [
        ("024b98a5-4e9d-4276-87e0-d2fb842ef957", _is_uuid),
        ("192.168.150.20", lambda value: ipaddress.ip_address(value).is_private),
        ("rtsp://admin:secret@10.0.0.7/1", lambda value: value.startswith("rtsp://")),
        ("10010031", str.isdecimal),
        ("1602612036.3828533", lambda value: value.index(".") == 10),
        ("Maximiliane Friederike", lambda value: value.isascii() and len(value) == 22),
        ("北京市海淀区北清路", lambda value: not value.isascii() and len(value) == 9),
        ("x" * 300, lambda value: len(value) == 300),
    ],
)
def test_a_pseudonym_is_of_the_same_kind(
    value: str, is_still_one: Callable[[str], bool]
) -> None:
    """What reads or shows it meets the same lengths, letters and forms."""
    pseudonym = redact({"device_id": value}, _KEY).data["device_id"]
    assert isinstance(pseudonym, str)
    assert pseudonym != value
    assert is_still_one(pseudonym)


def test_what_tells_of_nobody_stays() -> None:
    """Scores, times, codes, known words and switches are what a capture is for."""
    message = {
        "score": 82.05,
        "timestamp": 1565771454932,
        "user_type": " VIP ",
        # Means that there is none.
        "event_id": 0,
        "group_name": "default_group",
        "ext_data": {"person_type": "3", "device_type": 0},
        "recognize_face_attr": {"gender": "female", "age": "youth", "mask": "no"},
        "do_rtmp_forward": False,
        "roi_area": [],
        "reg_pic": "",
    }
    redacted = redact(message, _KEY)
    assert redacted.data == message
    assert not redacted.hidden_fields
    assert not redacted.picture_lengths


def test_pictures_become_a_tiny_one() -> None:
    """It can be decoded, is written the way the box writes, and the real length is kept."""
    message = {
        "reg_pic": "A" * 4000,
        "ext_data": {"spot_pic": "data:image/png;base64,BBBB"},
    }
    redacted = redact(message, _KEY)
    assert redacted.data == {
        "reg_pic": TINY_JPEG,
        "ext_data": {"spot_pic": f"data:image/jpeg;base64,{TINY_JPEG}"},
    }
    assert redacted.picture_lengths == {"reg_pic": 4000, "ext_data.spot_pic": 4}
    with Image.open(io.BytesIO(base64.b64decode(TINY_JPEG))) as picture:
        picture.load()
        assert picture.size == (1, 1)


def test_feature_vectors_are_left_out() -> None:
    """As text, as numbers, wherever they stand."""
    redacted = redact({"a": {"feature_binary": "AAAA", "feature": [0.5, 0.25]}}, _KEY)
    assert list(redacted.data.values()) == [
        {"feature_binary": "removed", "feature": []}
    ]


def test_unknown_fields_are_hidden_and_named_to_the_owner() -> None:
    """An object may be keyed by somebody's name."""
    redacted = redact({"Viktor Kane": 1, "score": 1}, _KEY)
    assert redacted.hidden_fields == {"Viktor Kane"}
    assert "Viktor Kane" not in redacted.data


@pytest.mark.parametrize("brackets", ['{"data":', "["])
def test_depth_without_end_is_cut(brackets: str) -> None:
    """A hostile message costs its depths, not the recording."""
    closing = {"{": "}", "[": "]"}[brackets[0]]
    text = f'{{"data":{brackets * 900}"ЖЩЮЯ"{closing * 900}}}'
    shown = orjson.dumps(redact(load_object(text), _KEY).data).decode()
    assert "ЖЩЮЯ" not in shown
    assert "null" in shown


def test_the_lists_of_fields_do_not_contradict_each_other() -> None:
    """A picture or an object is no measurement that may stay."""
    assert not NUMBERS & (PICTURES | OBJECTS)
