"""Removes people, places and boxes from a message, and keeps its shape."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import orjson

from .pseudonyms import Pseudonyms
from .vocabulary import (
    ENROLLED_TYPE,
    ENROLLMENT,
    FEATURES,
    FIELDS,
    OBJECTS,
    PICTURES,
    may_stay,
)

# One gray pixel: every decoder reads it, and it shows no one.
TINY_JPEG = (
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxO"
    "QERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/E"
    "ABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AP//Z"
)
_DATA_URI = "data:image/jpeg;base64,"
_NO_PICTURE = "–"
_REMOVED = "removed"
_DEEPEST = 32


@dataclass(frozen=True, slots=True)
class Redacted:
    """A message that anyone may see."""

    data: dict[str, object]
    # Where each picture was, and how long its base64 text was.
    picture_lengths: Mapping[str, int]
    # Field names that are not in the protocol. They are replaced in `data`; these
    # originals are for the box's owner only.
    hidden_fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Place:
    """The position of a value in a message."""

    field: str = ""
    path: str = ""
    enrollment: bool = False
    depth: int = 0

    @property
    def may_stay(self) -> bool:
        """Whether a harmless value may stay here."""
        return not self.enrollment or self.field in ENROLLED_TYPE


def redact(data: Mapping[str, object], key: bytes) -> Redacted:
    """Return a message with pseudonyms for everything personal.

    `vocabulary` lists what may stay. The same key gives the same pseudonyms.
    """
    redaction = _Redaction(Pseudonyms(key))
    redacted = redaction.mapping(data, _Place())
    return Redacted(
        redacted, redaction.picture_lengths, frozenset(redaction.hidden_fields)
    )


class _Redaction:
    """The redaction of one message."""

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self._pseudonyms = pseudonyms
        self.picture_lengths: dict[str, int] = {}
        self.hidden_fields: set[str] = set()

    def mapping(self, data: Mapping[str, object], place: _Place) -> dict[str, object]:
        redacted: dict[str, object] = {}
        for field, value in data.items():
            name = self._field(field)
            inner = _Place(
                field,
                f"{place.path}.{name}" if place.path else name,
                place.enrollment or field in ENROLLMENT,
                place.depth + 1,
            )
            redacted[name] = self._value(value, inner)
        return redacted

    def _field(self, field: str) -> str:
        # The keys of an object may be names or numbers of people.
        if field in FIELDS:
            return field
        self.hidden_fields.add(field)
        return self._pseudonyms.text(field)

    def _value(self, value: object, place: _Place) -> object:
        if place.depth > _DEEPEST:
            return None
        if place.field in FEATURES and not isinstance(value, bool | None):
            return _REMOVED if isinstance(value, str) else type(value)()
        match value:
            case bool() | None:
                return value
            case dict():
                return self.mapping(value, place)
            case list():
                inner = replace(place, depth=place.depth + 1)
                return [self._value(item, inner) for item in value]
            case str():
                return self._text(value, place)
            case int() | float():
                stays = place.may_stay and may_stay(place.field, value)
                return value if stays else self._pseudonyms.number(value)
            case _:
                raise TypeError(f"{type(value).__name__} is not a JSON type")

    def _text(self, value: str, place: _Place) -> str:
        if place.field in PICTURES:
            return self._picture(value, place)
        if place.field in OBJECTS and (inner := _json_object(value)) is not None:
            return orjson.dumps(self.mapping(inner, place)).decode()
        stays = place.may_stay and may_stay(place.field, value)
        return value if stays else self._pseudonyms.text(value)

    def _picture(self, value: str, place: _Place) -> str:
        is_uri = value.startswith("data:")
        picture = value.partition(",")[2] if is_uri else value
        if not value.isascii():
            # Base64 is ASCII, so every reader rejects this as a picture.
            return _NO_PICTURE
        if picture:
            self.picture_lengths[place.path] = len(picture)
        return (_DATA_URI if is_uri else "") + (TINY_JPEG if picture else "")


def _json_object(text: str) -> dict[str, object] | None:
    try:
        data: object = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return data if isinstance(data, dict) else None
