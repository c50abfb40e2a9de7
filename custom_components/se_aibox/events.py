"""What the event bus is told of a recognition."""

from collections.abc import Mapping
from urllib.parse import quote

from homeassistant.helpers.json import json_bytes

from .aibox.models import PictureKind, Recognition
from .const import DOMAIN

# The recorder keeps no event of more than 32 kB.
_LARGEST_DETAILS = 8 * 1024
_LONGEST_DETAIL = 255
_DEEPEST_DETAIL = 4

PICTURE_URL = f"/api/{DOMAIN}/picture/{{entry_id}}/{{recognition_id}}/{{kind}}"


def picture_path(entry_id: str, recognition_id: str, kind: PictureKind) -> str:
    """Return where Home Assistant serves a picture, as `image:` of a notification wants it."""
    return PICTURE_URL.format(
        entry_id=entry_id, recognition_id=quote(recognition_id, safe=""), kind=kind
    )


def recognition_event_data(
    recognition: Recognition,
    *,
    entry_id: str,
    device_id: str | None,
    capture_device_name: str | None,
    threshold: float | None,
    with_identity_info: bool = False,
) -> dict[str, object]:
    """Return the data of a bus event: always every key, null where unknown, plain JSON throughout.

    Enrolment details are personal data and stay out unless the user wants them.
    """
    return {
        "entry_id": entry_id,
        "device_id": device_id,
        "capture_device_id": recognition.capture_device_id,
        "capture_device_name": capture_device_name,
        "recognition_id": recognition.recognition_id,
        "identity_id": recognition.identity_id,
        "identity_name": recognition.identity_name,
        "person_type": recognition.person_type.value,
        "matched": recognition.matched,
        "score": recognition.score,
        "threshold": threshold,
        "group_name": recognition.group_name,
        "occurred_at": recognition.occurred_at.isoformat(),
        "identity_info": _identity_info(recognition) if with_identity_info else None,
        "attributes": dict(recognition.attributes),
        "pictures": {
            kind.value: picture_path(entry_id, recognition.recognition_id, kind)
            for kind in PictureKind
            if kind in recognition.picture_kinds
        },
    }


def _identity_info(recognition: Recognition) -> dict[str, object] | None:
    """Return what was stored at enrolment, None where there is nothing or far too much."""
    details = _plain(recognition.identity_info, _DEEPEST_DETAIL)
    return details if details and len(json_bytes(details)) <= _LARGEST_DETAILS else None


def _plain(details: Mapping[str, object], depth: int) -> dict[str, object]:
    """Return details without what could be a picture or a feature vector: long texts, rows of numbers."""
    plain: dict[str, object] = {}
    for key, value in details.items():
        if isinstance(value, dict):
            if depth > 1:
                plain[key] = _plain(value, depth - 1)
        elif isinstance(value, list):
            plain[key] = [
                item for item in value if isinstance(item, str) and _is_short(item)
            ]
        elif _is_short(value):
            plain[key] = value
    return plain


def _is_short(value: object) -> bool:
    return not isinstance(value, str) or len(value) <= _LONGEST_DETAIL
