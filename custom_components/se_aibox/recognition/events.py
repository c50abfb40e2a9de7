"""The data of a recognition event on the bus."""

from urllib.parse import quote

from ..aibox.models import PictureKind
from ..const import DOMAIN
from .sighting import Sighting

PICTURE_URL = f"/api/{DOMAIN}/picture/{{box_key}}/{{recognition_id}}/{{kind}}"


def picture_path(box_key: str, recognition_id: str, kind: PictureKind) -> str:
    """Return the URL path of a picture, as notifications use it."""
    return PICTURE_URL.format(
        box_key=box_key, recognition_id=quote(recognition_id, safe=""), kind=kind
    )


# The keys of the event.
EVENT_KEYS = (
    "entry_id",
    "device_id",
    "capture_device_id",
    "capture_device_name",
    "recognition_id",
    "identity_id",
    "identity_name",
    "person_type",
    "matched",
    "score",
    "threshold",
    "group_name",
    "occurred_at",
    "entity_id",
    "simulated",
    "identity_info",
    "attributes",
    "pictures",
)


def picture_paths(sighting: Sighting) -> dict[str, str]:
    """Return the path of each picture of a sighting, by kind."""
    recognition = sighting.recognition
    if not recognition.picture_kinds:
        return {}
    return {
        kind.value: picture_path(sighting.box_key, recognition.recognition_id, kind)
        for kind in PictureKind
        if kind in recognition.picture_kinds
    }


def event_data(sighting: Sighting | None) -> dict[str, object]:
    """Return plain JSON with every key; unknown values are null."""
    if sighting is None:
        return dict.fromkeys(EVENT_KEYS)
    recognition = sighting.recognition
    return {
        "entry_id": sighting.entry_id,
        "device_id": sighting.device_id,
        "capture_device_id": recognition.capture_device_id,
        "capture_device_name": sighting.capture_device_name,
        "recognition_id": recognition.recognition_id,
        "identity_id": recognition.identity_id,
        "identity_name": recognition.identity_name,
        "person_type": recognition.person_type.value,
        "matched": recognition.matched,
        "score": recognition.score,
        "threshold": sighting.threshold,
        "group_name": recognition.group_name,
        "occurred_at": recognition.occurred_at.isoformat(),
        "entity_id": sighting.entity_id,
        "simulated": sighting.simulated,
        "identity_info": dict(sighting.identity_info) or None,
        "attributes": dict(recognition.attributes),
        "pictures": picture_paths(sighting),
    }
