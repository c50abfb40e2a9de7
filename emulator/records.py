"""Create the records of recognitions."""

import time

from .model import Device, Emitted, Identity, JsonObject, JsonValue, PersonType, Record
from .pictures import STRANGER_COUNT, attributes_of, stranger_subject
from .recognition import DisguisedStranger, Recognize, Stranger
from .scores import score_of_match, score_of_nobody
from .state import BoxState


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
    is_enrolled = identity is None and stranger == "enrolled"
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
        wire_type=_wire_type(identity, details),
        score=_score(state, identity) if score is None else score,
        face_image_id=f"{picture_id}1",
        scene_image_id=f"{picture_id}2",
        subject=subject,
        visible_at=time.time() + delay,
        attributes={**attributes_of(subject), **details.get("attributes", {})},
        enrolled_at=timestamp_ms / 1000 if is_enrolled else None,
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
    return stranger_subject(state.random.randrange(STRANGER_COUNT))


def _who(
    state: BoxState,
    identity: Identity | None,
    stranger: Stranger | DisguisedStranger,
    timestamp_ms: int,
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
            return _automatic_id(state, timestamp_ms), "", PersonType.STRANGER
        case "automatic_employee":
            return _automatic_id(state, timestamp_ms), "", PersonType.EMPLOYEE
        case "random":
            return "", f"ran{random.randrange(10**7, 10**8)}", PersonType.STRANGER
        case "employee":
            return "", "", PersonType.EMPLOYEE
        case "filed" | "enrolled":
            filed_id = str(random.randrange(10**4, 10**5))
            return filed_id, "stranger", PersonType.EMPLOYEE
        case "minus_one":
            return "-1", "", PersonType.EMPLOYEE
        case "zero":
            return "0", "", PersonType.EMPLOYEE


def _automatic_id(state: BoxState, timestamp_ms: int) -> str:
    return f"{timestamp_ms // 1000}.{state.random.randrange(10**6, 10**7)}"


def _wire_type(identity: Identity | None, details: Recognize) -> JsonValue:
    """Return the person type to report in place of a known one, None for none."""
    own = None if identity is None else identity.wire_type
    return details.get("wire_type", own)


def _score(state: BoxState, identity: Identity | None) -> float:
    if identity is None:
        return score_of_nobody(state, state.random)
    return score_of_match(state, state.random)
