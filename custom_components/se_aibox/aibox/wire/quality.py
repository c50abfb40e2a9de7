"""Asks whether a picture is good enough to enroll (docs/protocol.md §5)."""

from functools import partial

from ..exceptions import Refusal
from ..models import Dialect
from .fields import JsonObject, encode_picture, items, mapping, readable, text
from .request import Request

# As the vendor requires of a picture that others are compared with.
ENROLLED_LEVEL = "high"
_SECONDS = 30
_MOST_CHECKS = 50
# What a check is about, beginning with the worst for recognition. V5R7 has other names
# than 2.0 and MQ 5.3.
_REASONS = {
    "face_size": Refusal.FACE_TOO_SMALL,
    "headpose": Refusal.TURNED_AWAY,
    "face_angle": Refusal.TURNED_AWAY,
    "clarity": Refusal.BLURRED,
    "partial": Refusal.CUT_OFF,
    "face_location": Refusal.CUT_OFF,
    "mask": Refusal.MASKED,
    "occlusion": Refusal.COVERED,
    "brightness": Refusal.TOO_DARK,
    "face_color": Refusal.UNEVEN_LIGHT,
    "image_quality": Refusal.LOW_QUALITY,
}


def quality_request(dialect: Dialect, picture: bytes) -> Request:
    """Return the request for the quality of a picture."""
    return Request(
        "POST",
        "/sophon/v2/face/fiqa" if dialect is Dialect.FLAT else "/SophonFace/api/FIQA",
        body={
            "image_base64_str": encode_picture(picture),
            "fiqa_level": ENROLLED_LEVEL,
        },
        seconds=_SECONDS,
    )


def read_quality(dialect: Dialect, answer: JsonObject) -> tuple[Refusal, ...]:
    """Return why a picture is not good enough, empty if it is."""
    if dialect is Dialect.FLAT:
        face, failed = mapping(answer, "detailed_result"), "failed_items"
        result = answer.get("fiqa_result")
    else:
        faces = items(answer, "data", most=_MOST_CHECKS)
        if not faces:
            return (Refusal.NO_FACE,)
        face, failed = _object(faces[0]), "fails"
        result = face.get("fiqa_result")
    names = {
        readable(partial(text, {"name": name}, "name"))
        for name in items(face, failed, most=_MOST_CHECKS)
    }
    found = (reason for name, reason in _REASONS.items() if name in names)
    reasons = tuple(dict.fromkeys(found))
    if result is False:
        return reasons or (Refusal.LOW_QUALITY,)
    return reasons


def _object(value: object) -> JsonObject:
    return value if isinstance(value, dict) else {}
