"""Checked readers of the wire's fields.

Each reader takes several names, since firmware disagrees on them, and reads the first
field that has a value. A missing, null or empty field is None. A field of the wrong
type raises `UnreadableError`.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
import math

import orjson

from ..exceptions import UnreadableError
from .python_text import json_of

type JsonObject = Mapping[str, object]

# Written in place, a union is made anew for each field.
_NUMBER = int | float
_NUMBER_OR_TEXT = int | float | str

# Ids become part of unique ids, paths and states. A box's own ids are UUIDs and card
# numbers.
MAXIMUM_IDENTIFIER_LENGTH = 255
# A text is a name, an address or a number with its unit. It is kept and passed on.
# Pictures are not texts.
MAXIMUM_TEXT_LENGTH = 1024
# Numbers beyond this lose digits on their way through JSON: two ids would become one.
_FIRST_INEXACT = 2.0**53

# A message of nothing but brackets and commas takes twenty times its size once parsed.
# A picture has none of them.
_LARGE_MESSAGE = 1024 * 1024
_MOST_VALUES = 500_000
# What precedes a value. They are counted in pieces of this size that have any.
_BEFORE_VALUES = ",[{"
_PIECE = 64 * 1024

# Some programs begin a text with it.
_MARK = "\ufeff"
# Stands for a byte that cannot be read.
_REPLACED = "\ufffd"
_ASCII = bytes(range(128))
_LARGEST_REPAIRED = 16 * 1024 * 1024
_MOST_FOREIGN = 64 * 1024

# No request asks for more, and no scan recovers more in all.
_MOST_OBJECTS = 20_000
# A box serves a dozen. More would be made up, and each becomes a device with entities.
MOST_CAPTURE_DEVICES = 256

# Seconds since the epoch stay below this until the year 5138; milliseconds passed it in
# 1973 (docs/protocol.md §4).
_FIRST_MILLISECONDS = 1e11


def load_object(frame: bytes | str) -> JsonObject:
    """Return the JSON object in a frame; raises `UnreadableError`."""
    if len(frame) > _LARGE_MESSAGE and _most_values(frame) > _MOST_VALUES:
        raise UnreadableError("too many values")
    try:
        data = _parse(frame)
    except orjson.JSONDecodeError as error:
        raise UnreadableError("not JSON") from error
    if not isinstance(data, dict):
        raise UnreadableError("not an object")
    return data


def _parse(frame: bytes | str) -> object:
    """Return the value in a frame, whatever its encoding."""
    try:
        return orjson.loads(frame)
    except orjson.JSONDecodeError:
        if (repaired := _repaired(frame)) is None:
            raise
    return orjson.loads(repaired)


def _repaired(frame: bytes | str) -> str | None:
    """Return a frame without a mark and foreign bytes, None if it has neither.

    Bytes of another encoding, such as GBK, cost only what they stand for. A byte of
    ASCII is never taken for a part of them: it could be what ends a text.
    """
    if isinstance(frame, str):
        return frame.removeprefix(_MARK) if frame.startswith(_MARK) else None
    # Replacing takes time, and a message has few of them: pictures are ASCII.
    if len(frame) > _LARGEST_REPAIRED or (
        len(frame.translate(None, _ASCII)) > _MOST_FOREIGN
    ):
        return None
    text = frame.decode("utf-8", "replace")
    is_foreign = text.startswith(_MARK) or _REPLACED in text
    return text.removeprefix(_MARK) if is_foreign else None


def is_object(content: bytes) -> bool:
    """Return whether content looks like a JSON object."""
    return content.removeprefix(_MARK.encode()).startswith(b"{")


def _most_values(frame: bytes | str) -> int:
    """Return the most values that a message can hold."""
    if isinstance(frame, str):
        return sum(_count(frame, mark) for mark in _BEFORE_VALUES)
    return sum(_count(frame, mark.encode()) for mark in _BEFORE_VALUES)


def _count[T: (bytes, str)](frame: T, mark: T) -> int:
    """Return how often a mark occurs in a frame."""
    # Finding is much faster than counting, and a picture has none.
    count, at = 0, frame.find(mark)
    while at >= 0:
        end = at + _PIECE
        count += frame.count(mark, at, end)
        at = frame.find(mark, end)
    return count


def _first(data: JsonObject, names: tuple[str, ...]) -> tuple[str, object]:
    for name in names:
        if (value := data.get(name)) is not None and value != "":
            return name, value
    return names[0], None


def required[T](value: T | None, name: str) -> T:
    """Return a required value; raises `UnreadableError`."""
    if value is None:
        raise UnreadableError(f"no {name}")
    return value


def text(data: JsonObject, *names: str) -> str | None:
    """Return a text; a number becomes its digits."""
    return _read_text(*_first(data, names))


def _read_text(name: str, value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, _NUMBER) and not isinstance(value, bool):
        return str(value)
    # Some databases accept no NUL, and would lose what else was to be written.
    if not isinstance(value, str) or "\0" in value:
        raise UnreadableError(f"{name} is not a text")
    if len(value) > MAXIMUM_TEXT_LENGTH:
        raise UnreadableError(f"{name} is too long")
    return value


def identifier(data: JsonObject, *names: str) -> str | None:
    """Return an id, None if it is blank."""
    name, raw = _first(data, names)
    if isinstance(raw, float) and abs(raw) >= _FIRST_INEXACT:
        raise UnreadableError(f"{name} is too large")
    value = _read_text(name, raw)
    if value is not None and len(value) > MAXIMUM_IDENTIFIER_LENGTH:
        raise UnreadableError(f"{name} is too long")
    # Two ids could become one, and open a door for the other person.
    if value is not None and _REPLACED in value:
        raise UnreadableError(f"{name} is not in UTF-8")
    return value if value and value.strip() else None


def number(data: JsonObject, *names: str) -> float | None:
    """Return a finite number, also from a text."""
    name, value = _first(data, names)
    if value is None:
        return None
    if isinstance(value, _NUMBER_OR_TEXT) and not isinstance(value, bool):
        try:
            result = float(value)
        except ValueError, OverflowError:
            result = math.nan
        if math.isfinite(result):
            return result
    raise UnreadableError(f"{name} is not a number")


def integer(data: JsonObject, *names: str) -> int | None:
    """Return a number without its fraction."""
    value = number(data, *names)
    return None if value is None else int(value)


def moment(data: JsonObject, *names: str) -> datetime | None:
    """Return a time in aware UTC."""
    # The size distinguishes seconds from milliseconds.
    value = number(data, *names)
    if value is None:
        return None
    seconds = value / 1000 if value >= _FIRST_MILLISECONDS else value
    return moment_of(seconds, names[0])


def moment_of(seconds: float, name: str) -> datetime:
    """Return an aware UTC time from seconds since the epoch."""
    # Near the ends of the calendar, adding to a time or showing it overflows.
    if not 0 <= seconds < _FIRST_MILLISECONDS:
        raise UnreadableError(f"{name} is not a time")
    return datetime.fromtimestamp(seconds, UTC)


def mapping(data: JsonObject, *names: str) -> JsonObject:
    """Return an object, empty if it is missing."""
    name, value = _first(data, names)
    if value is None:
        return {}
    if isinstance(value, str):
        # Form data has objects as texts (docs/protocol.md §6).
        return load_object(json_of(value))
    if isinstance(value, dict):
        return value
    raise UnreadableError(f"{name} is not an object")


def objects(
    data: JsonObject, *names: str, most: int = _MOST_OBJECTS
) -> tuple[JsonObject, ...]:
    """Return the objects in a list; skip other items."""
    found = items(data, *names, most=most)
    return tuple(item for item in found if isinstance(item, dict))


def items(data: JsonObject, *names: str, most: int) -> Sequence[object]:
    """Return a list, empty if it is missing."""
    name, value = _first(data, names)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise UnreadableError(f"{name} is not a list")
    if len(value) > most:
        raise UnreadableError(f"{name} is too long")
    return value


def readable[T](read: Callable[[], T | None]) -> T | None:
    """Return what a reader returns, None for an unreadable field."""
    try:
        return read()
    except UnreadableError:
        return None


def picture(data: JsonObject, *names: str) -> str | None:
    """Return a picture's base64 text or data URI unchanged."""
    # It may be megabytes: do not copy it.
    name, value = _first(data, names)
    if value is None:
        return None
    if not isinstance(value, str):
        raise UnreadableError(f"{name} is not a text")
    # A text that is not ASCII is not base64, and takes up to four times the memory.
    if not value.isascii():
        return None
    if value.startswith("data:") and value.find(",") in (-1, len(value) - 1):
        return None
    return value


def encode_picture(content: bytes) -> str:
    """Return the base64 text of a picture."""
    return base64.b64encode(content).decode("ascii")


def present[K](values: Mapping[K, str | None]) -> dict[K, str]:
    """Return the values that are not empty."""
    return {key: value for key, value in values.items() if value}
