"""Create the records of recognitions."""

import time

from .model import Device, Emitted, Identity, JsonObject, PersonType, Record
from .pictures import attributes_of
from .recognition import Recognize, Stranger
from .state import BoxState

_STRANGER_LOOKS = 8


def make_record(
    state: BoxState,
    device: Device,
    identity: Identity | None,
    details: Recognize,
    *,
    delay: float = 0.0,
    event_id: str | None = None,
) -> Record:
    """Return a new record; its ids follow from time and number."""
    number = state.next_number()
    timestamp_ms = details.get("timestamp_ms")
    if timestamp_ms is None:
        timestamp_ms = state.next_moment()
    subject = details.get("subject")
    if subject is None:
        subject = identity.subject if identity else _stranger_looks(state)
    stranger = details.get("stranger", "empty")
    identity_id, name, person_type = _who(state, identity, stranger, timestamp_ms)
    score = details.get("score")
    picture_id = f"{timestamp_ms / 1000:.3f}{number:06d}"
    return Record(
        number=number,
        event_id=event_id or state.next_event_id(timestamp_ms),
        device=device,
        identity=identity,
        identity_id=identity_id,
        identity_name=name,
        person_type=person_type,
        timestamp_ms=timestamp_ms,
        score=_score(state, identity) if score is None else score,
        face_image_id=f"{picture_id}1",
        scene_image_id=f"{picture_id}2",
        subject=subject,
        visible_at=time.time() + delay,
        attributes=attributes_of(subject),
    )


def emitted(record: Record, message: JsonObject) -> Emitted:
    """Return the result of a recognition for the caller."""
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


def _stranger_looks(state: BoxState) -> str:
    return f"stranger/{state.random.randrange(_STRANGER_LOOKS)}"


def _who(
    state: BoxState, identity: Identity | None, stranger: Stranger, timestamp_ms: int
) -> tuple[str, str, PersonType]:
    """Return the identity id, name and person type to report."""
    if identity is not None:
        return identity.identity_id, identity.name, identity.person_type
    random = state.random
    match stranger:
        case "empty":
            return "", "", PersonType.STRANGER
        case "stranger":
            return "", "stranger", PersonType.STRANGER
        case "automatic":
            automatic_id = f"{timestamp_ms // 1000}.{random.randrange(10**6, 10**7)}"
            return automatic_id, "", PersonType.STRANGER
        case "random":
            return "", f"ran{random.randrange(10**7, 10**8)}", PersonType.STRANGER
        case "employee":
            return "", "", PersonType.EMPLOYEE


def _score(state: BoxState, identity: Identity | None) -> float:
    low, high = (0.85, 0.99) if identity is not None else (0.001, 0.6)
    score = state.random.uniform(low, high) * state.score_scale
    if state.variant.history_scores_rounded:
        return score
    return round(score, 2 if state.score_scale > 1 else 6)
