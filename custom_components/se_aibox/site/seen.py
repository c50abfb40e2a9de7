"""Converts sightings for the books of a site."""

from ..aibox.models import PictureKind
from ..recognition.sighting import Sighting
from .books import Seen


def seen_of(sighting: Sighting) -> Seen | None:
    """Return a sighting for the books, None for a stranger."""
    device_id, who = sighting.device_id, sighting.recognition
    if device_id is None or who.identity_id is None:
        return None
    return Seen(
        sighting.entry_id,
        who.identity_id,
        who.identity_name,
        who.person_type,
        device_id,
        sighting.seen_at,
        who.recognition_id if PictureKind.FACE in who.picture_kinds else None,
    )
