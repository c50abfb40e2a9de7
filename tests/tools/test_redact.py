"""Tests of the redaction of single values."""

import base64
from collections.abc import Callable
import io
import ipaddress
from pathlib import Path
import re
import uuid

import orjson
from PIL import Image
import pytest

from custom_components.se_aibox.aibox.wire.fields import load_object
from tools.box.redact import TINY_JPEG, redact
from tools.box.vocabulary import FIELDS, NUMBERS, OBJECTS, PICTURES, WORDS

_KEY = b"a key"


def test_equal_values_have_equal_pseudonyms() -> None:
    """A number has the digits of the same text. Another key gives other pseudonyms."""
    one = redact({"device_id": "door-0001", "identity_id": "12345678"}, _KEY).data
    two = redact({"data": [{"device_id": "door-0001"}], "identity_id": 12345678}, _KEY)
    assert two.data["data"] == [{"device_id": one["device_id"]}]
    assert str(two.data["identity_id"]) == one["identity_id"]
    assert redact({"device_id": "door-0001"}, b"other").data != {
        "device_id": one["device_id"]
    }


def test_different_values_have_different_pseudonyms() -> None:
    """Short ids, such as running numbers, stay distinct, too."""
    ids = [str(number) for number in range(200)]
    redacted = redact({"data": [{"identity_id": item} for item in ids]}, _KEY)
    assert len({str(item) for item in _list(redacted.data["data"])}) == len(ids)


def _list(value: object) -> list[object]:
    assert isinstance(value, list)
    return value


def _is_uuid(value: str) -> bool:
    return str(uuid.UUID(value)) == value


@pytest.mark.parametrize(
    ("value", "has_same_kind"),
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
def test_pseudonym_has_the_kind_of_its_value(
    value: str, has_same_kind: Callable[[str], bool]
) -> None:
    """Readers of a capture get the same lengths, letters and forms."""
    pseudonym = redact({"device_id": value}, _KEY).data["device_id"]
    assert isinstance(pseudonym, str)
    assert pseudonym != value
    assert has_same_kind(pseudonym)


def test_impersonal_values_stay() -> None:
    """A capture exists for its scores, times, codes, known words and switches."""
    message = {
        "score": 82.05,
        "timestamp": 1565771454932,
        "user_type": " VIP ",
        # 0 means that there is none.
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


def test_quality_of_a_face_stays_as_the_manual_shows_it() -> None:
    """It is what a capture can teach. The camera's number of the face is hidden."""
    quality = {
        "age": 4,
        "sex": 1,
        "info": {
            "face_size": 255.0,
            "clarity": 1.285613331998212,
            "headpose": {"roll_angle": 10.107, "yaw_angle": -7.326},
            "partial": False,
            "brightness": 0.8362176798557405,
        },
        "fiqa_result": True,
        "success": ["face_size", "clarity", "headpose", "partial"],
        "fails": ["brightness"],
    }
    message = {"ext_data": {"box_fiqa_info": quality}}
    redacted = redact(message, _KEY)
    assert redacted.data == message
    assert not redacted.hidden_fields
    camera = redact({"grab_fiqa_info": {"confidence": 90, "face_id": 22071381}}, _KEY)
    assert "22071381" not in str(camera.data)
    assert not camera.hidden_fields
    # A large number is no measurement, whatever its name.
    assert redact({"clarity": 18600000000}, _KEY).data != {"clarity": 18600000000}


def test_every_field_that_the_manual_names_keeps_its_name() -> None:
    """Readers of a capture compare it with docs/protocol.md."""
    page = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text("utf-8")
    # The tables of live messages, and the shapes of lists, records and people.
    live = page[page.index("## 1.") : page.index("## 2.")]
    rows = re.findall(r"^\| (`[^|]*) \|", live, re.MULTILINE)
    named = {part for row in rows for part in re.findall(r"[\w.]+", row)}
    blocks = "".join(re.findall(r"^```text\n(.*?)^```", page, re.MULTILINE | re.DOTALL))
    named |= set(re.findall(r'"(\w+)"', blocks))
    named = {part for path in named for part in path.split(".")}
    values = {word for words in WORDS.values() for word in words}
    others = {"QT", "WEBUI", "BOX", "1", "modify"}
    assert named > {"common", "grap_fiqa_info", "video_id", "recognize_face_attr"}
    assert named - FIELDS - values - others == set()


def test_pictures_are_replaced_by_a_tiny_one() -> None:
    """It can be decoded and keeps the encoding; the original length is kept, too."""
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


def test_feature_vectors_are_removed() -> None:
    """They may be a text or numbers, at any depth."""
    vectors = {
        "feature_binary": "AAAA",
        "feature_base64_str": "AAAA",
        "feature": [0.5, 0.25],
    }
    redacted = redact({"a": vectors}, _KEY)
    assert list(redacted.data.values()) == [
        {"feature_binary": "removed", "feature_base64_str": "removed", "feature": []}
    ]


def test_unknown_field_names_are_hidden_and_returned() -> None:
    """The keys of an object may be names of people."""
    redacted = redact({"Viktor Kane": 1, "score": 1}, _KEY)
    assert redacted.hidden_fields == {"Viktor Kane"}
    assert "Viktor Kane" not in redacted.data


@pytest.mark.parametrize("brackets", ['{"data":', "["])
def test_endless_depth_is_cut(brackets: str) -> None:
    """A hostile message must not end the recording."""
    closing = {"{": "}", "[": "]"}[brackets[0]]
    text = f'{{"data":{brackets * 900}"ЖЩЮЯ"{closing * 900}}}'
    shown = orjson.dumps(redact(load_object(text), _KEY).data).decode()
    assert "ЖЩЮЯ" not in shown
    assert "null" in shown


def test_lists_of_fields_do_not_overlap() -> None:
    """A picture or an object is no number that may stay."""
    assert not NUMBERS & (PICTURES | OBJECTS)
