"""The interface between the dialects and the servers."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from random import Random

from multidict import MultiMapping

from .errors import ApiError
from .model import Device, JsonObject, JsonValue, PictureKind, Record
from .pictures import Drawing
from .recognition import Recognizer
from .state import BoxState
from .subscription import FrameKeys
from .variant import PictureText, Variant


@dataclass(frozen=True, slots=True)
class Call:
    """A REST call, as its handler receives it."""

    query: MultiMapping[str]
    body: JsonObject
    # The last part of a path that ends in `*`.
    tail: str
    recognize: Recognizer


class EmptyPicture:
    """The 2.0 answer for a missing picture (docs/protocol.md §4)."""


@dataclass(frozen=True, slots=True)
class StreamedJson:
    """An answer that is too large for memory."""

    pieces: AsyncGenerator[bytes]


type Answer = JsonObject | Drawing | EmptyPicture | StreamedJson
type Handler = Callable[[BoxState, Call], Answer | Awaitable[Answer]]
type Routes = Mapping[tuple[str, str], Handler]
type PictureTexts = Mapping[PictureKind, str]


@dataclass(frozen=True, slots=True)
class Dialect:
    """The stateless functions of one dialect."""

    name: str
    face_routes: Routes
    system_routes: Routes
    history_path: str
    frame_keys: FrameKeys
    pictures: PictureText
    requires_json: bool
    sends_scene: bool
    live_message: Callable[[Record, Variant, PictureTexts], JsonObject]
    upload_message: Callable[[Record, Variant, PictureTexts], JsonObject]
    error: Callable[[ApiError], JsonObject]
    broadcast: Callable[[BoxState, str, Device], JsonObject] | None
    status_report: Callable[[BoxState], JsonObject]


def report_unknown(
    state: BoxState, given: Iterable[str], known: frozenset[str], where: str
) -> None:
    """Report arguments that the call does not support."""
    for name in sorted(set(given) - known):
        state.report(f"{where}: unknown argument {name}")


def numbers_as_strings(body: JsonObject) -> JsonObject:
    """Return an object with its numbers as strings."""
    return {key: number_as_string(value) for key, value in body.items()}


def as_written(body: JsonObject, variant: Variant) -> JsonObject:
    """Return an object with numbers as the firmware writes them."""
    return numbers_as_strings(body) if variant.numbers_as_strings else body


def number_as_string(value: JsonValue) -> JsonValue:
    """Return a value with its numbers as strings."""
    if isinstance(value, dict):
        return numbers_as_strings(value)
    if isinstance(value, list):
        return [number_as_string(item) for item in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value


def history_time(record: Record, variant: Variant) -> float:
    """Return the time of a history record (docs/protocol.md §4)."""
    return (
        record.timestamp_ms
        if variant.history_milliseconds
        else record.timestamp_ms / 1000
    )


def video_times(record: Record, variant: Variant) -> JsonObject:
    """Return when a person was seen first, recognized, and seen last."""
    seconds = 0.0
    if record.device.type != "photo":
        seconds = round(Random(record.event_id).uniform(0.5, 8.0), 3)
    unit = 1_000 if variant.history_milliseconds else 1
    out = history_time(record, variant)
    return {
        "in_timestamp": out - seconds * unit,
        "recognition_timestamp": out - seconds * unit / 2,
        "out_timestamp": out,
    }


def history_score(record: Record, variant: Variant) -> float:
    """Return the score of a history record (docs/protocol.md §4)."""
    return round(record.score, 2) if variant.history_scores_rounded else record.score


def picture_fields(
    texts: PictureTexts, variant: Variant, keys: Mapping[PictureKind, str]
) -> JsonObject:
    """Return the picture fields; `texts` holds requested pictures."""
    fields: JsonObject = {}
    for kind, key in keys.items():
        if kind in texts:
            fields[key] = texts[kind]
        elif variant.unrequested_pictures == "empty":
            fields[key] = ""
    return fields
