"""What the event bus is told of a recognition."""

from urllib.parse import quote

from ..aibox.models import PictureKind, Recognition
from ..const import DOMAIN

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
        "identity_info": (dict(recognition.identity_info) or None)
        if with_identity_info
        else None,
        "attributes": dict(recognition.attributes),
        "pictures": {
            kind.value: picture_path(entry_id, recognition.recognition_id, kind)
            for kind in PictureKind
            if kind in recognition.picture_kinds
        },
    }
