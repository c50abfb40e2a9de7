"""Checked readers of the wire's fields.

Each takes several names, since firmware disagrees on them, and reads the first that is there. A missing,
null or empty field is None; a field of the wrong type raises `UnreadableError`.
"""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
import math

import orjson

from ..exceptions import UnreadableError

type JsonObject = Mapping[str, object]

# Ids become part of unique ids, paths and states; a box's own are UUIDs and card numbers.
MAXIMUM_IDENTIFIER_LENGTH = 255
# A text is a name, an address or a number with its unit; it is remembered, and told on. Pictures are none.
MAXIMUM_TEXT_LENGTH = 1024
# Numbers beyond this lose digits on their way through JSON: two ids would become one.
_FIRST_INEXACT = 2.0**53

# Parsed, a message of nothing but brackets and commas is twenty times its size; a picture has none of them.
_LARGE_MESSAGE = 1024 * 1024
_MOST_VALUES = 500_000

# More than anybody asks for at once, and than is recovered in all.
_MOST_OBJECTS = 20_000
# A box serves a dozen; more are made up, and each would be a device with its entities.
MOST_CAPTURE_DEVICES = 256

# Seconds since the epoch stay below this until the year 5138, milliseconds passed it in 1973 (PROTOCOL §4).
_FIRST_MILLISECONDS = 1e11


def load_object(frame: bytes | str) -> JsonObject:
    """Return the JSON object in a frame."""
    if len(frame) > _LARGE_MESSAGE and _most_values(frame) > _MOST_VALUES:
        raise UnreadableError("too many values")
    try:
        data: object = orjson.loads(frame)
    except orjson.JSONDecodeError as error:
        raise UnreadableError("not JSON") from error
    if not isinstance(data, dict):
        raise UnreadableError("not an object")
    return data


def _most_values(frame: bytes | str) -> int:
    """Return how many values a message may hold, without reading it."""
    if isinstance(frame, str):
        return sum(map(frame.count, ",[{"))
    return sum(map(frame.count, (b",", b"[", b"{")))


def _first(data: JsonObject, names: tuple[str, ...]) -> tuple[str, object]:
    for name in names:
        if (value := data.get(name)) is not None and value != "":
            return name, value
    return names[0], None


def required[T](value: T | None, name: str) -> T:
    """Return the value of a field that a message cannot do without."""
    if value is None:
        raise UnreadableError(f"no {name}")
    return value


def text(data: JsonObject, *names: str) -> str | None:
    """Return a text; numbers are taken as their digits."""
    return _read_text(*_first(data, names))


def _read_text(name: str, value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    # Some databases take no NUL, and would lose what else was to be written.
    if not isinstance(value, str) or "\0" in value:
        raise UnreadableError(f"{name} is not a text")
    if len(value) > MAXIMUM_TEXT_LENGTH:
        raise UnreadableError(f"{name} is too long")
    return value


def identifier(data: JsonObject, *names: str) -> str | None:
    """Return a text that is short enough to name something; a blank one names nothing."""
    name, raw = _first(data, names)
    if isinstance(raw, float) and abs(raw) >= _FIRST_INEXACT:
        raise UnreadableError(f"{name} is too large")
    value = _read_text(name, raw)
    if value is not None and len(value) > MAXIMUM_IDENTIFIER_LENGTH:
        raise UnreadableError(f"{name} is too long")
    return value if value and value.strip() else None


def number(data: JsonObject, *names: str) -> float | None:
    """Return a finite number, also from a text of digits."""
    name, value = _first(data, names)
    if value is None:
        return None
    if isinstance(value, int | float | str) and not isinstance(value, bool):
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
    """Return a time in aware UTC; seconds and milliseconds are told apart by size."""
    value = number(data, *names)
    if value is None:
        return None
    seconds = value / 1000 if value >= _FIRST_MILLISECONDS else value
    return moment_of(seconds, names[0])


def moment_of(seconds: float, name: str) -> datetime:
    """Return a time in aware UTC, given in seconds since the epoch."""
    # Nearer to the ends of the calendar, adding to a time or showing it overflows.
    if not 0 <= seconds < _FIRST_MILLISECONDS:
        raise UnreadableError(f"{name} is no time")
    return datetime.fromtimestamp(seconds, UTC)


def mapping(data: JsonObject, *names: str) -> JsonObject:
    """Return an object, empty where there is none; form data carries it as JSON text (PROTOCOL §6)."""
    name, value = _first(data, names)
    if value is None:
        return {}
    if isinstance(value, str):
        return load_object(value)
    if isinstance(value, dict):
        return value
    raise UnreadableError(f"{name} is not an object")


def objects(
    data: JsonObject, *names: str, most: int = _MOST_OBJECTS
) -> tuple[JsonObject, ...]:
    """Return a list of objects; what is no object in it is passed over."""
    name, value = _first(data, names)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise UnreadableError(f"{name} is not a list")
    if len(value) > most:
        raise UnreadableError(f"{name} is too long")
    return tuple(item for item in value if isinstance(item, dict))


def picture(data: JsonObject, *names: str) -> str | None:
    """Return a picture's base64 text or data URI as it came: it may be megabytes, and is not copied."""
    name, value = _first(data, names)
    if value is None:
        return None
    if not isinstance(value, str):
        raise UnreadableError(f"{name} is not a text")
    # What is not ASCII is no base64, and takes up to four times the memory.
    if not value.isascii():
        return None
    if value.startswith("data:") and value.find(",") in (-1, len(value) - 1):
        return None
    return value


def encode_picture(content: bytes) -> str:
    """Return the base64 text of a picture, as both dialects take it."""
    return base64.b64encode(content).decode("ascii")


def present[K](values: Mapping[K, str | None]) -> dict[K, str]:
    """Return the values that are there."""
    return {key: value for key, value in values.items() if value}
