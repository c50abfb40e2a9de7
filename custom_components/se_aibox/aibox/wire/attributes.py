"""The details of a seen face (docs/protocol.md §1)."""

from collections.abc import Iterable
from itertools import islice

from ..models import AttributeValue
from .fields import JsonObject, mapping, readable

# Geometry and feature vectors are biometric data without use here. What a camera
# counts and measures for itself says nothing about the face. Sex becomes gender, and
# the verdict on the quality has a name of its own.
_DROPPED = frozenset(
    {
        *("box", "point", "feature", "feature_binary", "feature_base64_str"),
        *("confidence", "eye_dist", "face_id", "pitch", "roll", "yaw"),
        *("fiqa_result", "sex", "stranger_id"),
    }
)
_GENDERS = {"0": "male", "1": "female", "male": "male", "female": "female"}
# Measurements of the quality whose names say too little, by the wire's name.
_PLAIN_NAMES = {
    "headpose": "head_pose",
    "partial": "cut_off",
    "pitch_angle": "head_pitch",
    "roll_angle": "head_roll",
    "yaw_angle": "head_yaw",
}
_SIMPLE = str | int | float | bool
_LONGEST = 64
_MOST = 32
_MOST_FAULTS = 8

type _Attributes = dict[str, AttributeValue]


def read_attributes(
    *sources: JsonObject, stranger_id: str | None = None
) -> dict[str, AttributeValue]:
    """Return the details of a face; later sources win."""
    attributes: _Attributes = {}
    for source in filter(None, sources):
        attributes |= _gender(source) | _simple(source.items())
    attributes = dict(islice(attributes.items(), _MOST))
    if stranger_id is not None:
        attributes["stranger_id"] = stranger_id
    return attributes


def object_in(data: JsonObject, *names: str) -> JsonObject:
    """Return an object with details, empty if it is unreadable."""
    # A detail is no reason to lose a recognition.
    return readable(lambda: mapping(data, *names)) or {}


def read_quality(quality: JsonObject) -> _Attributes:
    """Return what a box says about the quality of a face, in plain names."""
    if not quality:
        return {}
    measured = object_in(quality, "info")
    attributes = _gender(quality) | _simple(quality.items())
    attributes |= _simple(
        (_PLAIN_NAMES.get(name, name), value)
        for name, value in (*measured.items(), *object_in(measured, "headpose").items())
    )
    if isinstance(verdict := quality.get("fiqa_result"), bool | int):
        attributes["good_quality"] = bool(verdict)
    faults = quality.get("fails")
    if isinstance(faults, list) and (named := _named(faults)):
        attributes["quality_faults"] = named
    return attributes


def read_camera(quality: JsonObject) -> _Attributes:
    """Return what a snapshot camera says about a face."""
    # The history has its numbers as texts.
    return _gender(quality) | {
        name: int(value) if isinstance(value, str) and _is_number(value) else value
        for name, value in _simple(quality.items()).items()
    }


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit()


def _gender(source: JsonObject) -> _Attributes:
    sex = source.get("sex")
    gender = _GENDERS.get(str(sex)) if isinstance(sex, str | int) else None
    return {} if gender is None else {"gender": gender}


def _simple(items: Iterable[tuple[str, object]]) -> _Attributes:
    """Return the short values, without what is dropped."""
    return {
        name: value
        for name, value in items
        if isinstance(value, _SIMPLE)
        and name not in _DROPPED
        and len(name) <= _LONGEST
        and value != ""
        and len(str(value)) <= _LONGEST
    }


def _named(faults: list[object]) -> str:
    """Return the faults of a face as one short text."""
    words = [_PLAIN_NAMES.get(word, word) for word in faults if isinstance(word, str)]
    return ", ".join(words[:_MOST_FAULTS])[:_LONGEST]
