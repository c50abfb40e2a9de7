"""Makes records of recognitions, and live messages of records."""

from collections.abc import Mapping
import copy
import time
from typing import Literal

from .dialect import Dialect, PictureTexts
from .model import (
    Device,
    Emitted,
    Identity,
    JsonObject,
    JsonValue,
    PersonType,
    PictureKind,
    Record,
)
from .pictures import Painted, attributes_of
from .state import BoxState

# How a box says that it knows nobody like that (PROTOCOL §1).
type Stranger = Literal["empty", "stranger", "automatic", "random", "employee"]

_STRANGER_LOOKS = 8


def make_record(
    state: BoxState,
    device: Device,
    identity: Identity | None,
    *,
    timestamp_ms: int | None,
    score: float | None,
    stranger: Stranger,
    subject: str | None,
    delay: float = 0.0,
) -> Record:
    """Return a new record; ids and strangers' looks follow from the seed and the number of the record."""
    number = state.next_number()
    if timestamp_ms is None:
        timestamp_ms = state.next_moment()
    if subject is None:
        subject = (
            identity.subject
            if identity
            else f"stranger/{state.random.randrange(_STRANGER_LOOKS)}"
        )
    identity_id, name, person_type = _who(state, identity, stranger, timestamp_ms)
    seconds = timestamp_ms / 1000
    return Record(
        event_id=f"{timestamp_ms}{number:06d}",
        device=device,
        identity=identity,
        identity_id=identity_id,
        identity_name=name,
        person_type=person_type,
        timestamp_ms=timestamp_ms,
        score=_score(state, identity) if score is None else score,
        face_image_id=f"{seconds:.3f}{number:06d}1",
        scene_image_id=f"{seconds:.3f}{number:06d}2",
        subject=subject,
        visible_at=time.time() + delay,
        attributes=attributes_of(subject),
    )


def make_message(
    dialect: Dialect,
    state: BoxState,
    record: Record,
    pictures: PictureTexts,
    overrides: Mapping[str, JsonValue],
    omit: tuple[str, ...],
) -> JsonObject:
    """Return the live message, with a caller's changes applied last."""
    message = dialect.live_message(record, state.variant, pictures)
    merge(message, overrides)
    for path in omit:
        remove(message, path)
    return message


def emitted(record: Record, message: JsonObject) -> Emitted:
    """Return what a caller is told of a recognition."""
    return Emitted(
        event_id=record.event_id,
        device_id=record.device.device_id,
        identity_id=record.identity_id,
        identity_name=record.identity_name,
        timestamp_ms=record.timestamp_ms,
        score=record.score,
        person_type=record.person_type,
        message=message,
    )


async def paint_all(
    state: BoxState, dialect: Dialect, record: Record
) -> dict[PictureKind, Painted]:
    """Return every picture that a live message of the dialect can carry."""
    kinds = [PictureKind.FACE]
    if dialect.sends_scene:
        kinds.append(PictureKind.SCENE)
    if record.identity is not None:
        kinds.append(PictureKind.REFERENCE)
    return {
        kind: await state.studio.paint(state.drawing(record, kind)) for kind in kinds
    }


def picture_texts(
    dialect: Dialect, state: BoxState, painted: Mapping[PictureKind, Painted]
) -> dict[PictureKind, str]:
    """Return the pictures as the firmware writes them into a message."""
    match state.variant.pictures or dialect.pictures:
        case "plain":
            return {kind: picture.base64 for kind, picture in painted.items()}
        case "data_uri":
            return {
                kind: f"data:image/jpeg;base64,{picture.base64}"
                for kind, picture in painted.items()
            }
        case "empty":
            return dict.fromkeys(painted, "")
        case "absent":
            return {}


def merge(target: JsonObject, changes: Mapping[str, JsonValue]) -> None:
    """Write changes into an object, going down where both sides are objects."""
    for key, value in changes.items():
        old = target.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            merge(old, value)
        else:
            target[key] = copy.deepcopy(value)


def remove(target: JsonObject, path: str) -> None:
    """Remove a dotted key, if it is there."""
    *parents, last = path.split(".")
    for parent in parents:
        inner = target.get(parent)
        if not isinstance(inner, dict):
            return
        target = inner
    target.pop(last, None)


def _who(
    state: BoxState, identity: Identity | None, stranger: Stranger, timestamp_ms: int
) -> tuple[str, str, PersonType]:
    if identity is not None:
        return identity.identity_id, identity.name, identity.person_type
    match stranger:
        case "empty":
            return "", "", PersonType.STRANGER
        case "stranger":
            return "", "stranger", PersonType.STRANGER
        case "automatic":
            return (
                f"{timestamp_ms // 1000}.{state.random.randrange(10**6, 10**7)}",
                "",
                PersonType.STRANGER,
            )
        case "random":
            return "", f"ran{state.random.randrange(10**7, 10**8)}", PersonType.STRANGER
        case "employee":
            return "", "", PersonType.EMPLOYEE


def _score(state: BoxState, identity: Identity | None) -> float:
    low, high = (0.85, 0.99) if identity is not None else (0.001, 0.6)
    return round(
        state.random.uniform(low, high) * state.score_scale,
        2 if state.score_scale > 1 else 6,
    )
