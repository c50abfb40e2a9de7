"""Changes the faces of an identity of a flat box (docs/protocol.md §5)."""

from collections.abc import Sequence

from .fields import encode_picture
from .quality import ENROLLED_LEVEL
from .request import Request

_PATH = "/sophon/v2/face"
_SECONDS = 30


def face_requests(
    identity_id: str, picture: bytes, replaced: Sequence[str]
) -> tuple[Request, ...]:
    """Return the requests to add or replace faces."""
    body: dict[str, object] = {
        "identity_id": identity_id,
        "register_image": encode_picture(picture),
        "fiqa_level": ENROLLED_LEVEL,
    }
    if not replaced:
        return (Request("POST", f"{_PATH}/addface", body=body, seconds=_SECONDS),)
    first, *others = replaced
    body["register_image_id"] = first
    return (
        Request("POST", f"{_PATH}/replaceface", body=body, seconds=_SECONDS),
        *(
            Request(
                "POST",
                f"{_PATH}/deleteface",
                body={"identity_id": identity_id, "register_image_id": photo_id},
            )
            for photo_id in others
        ),
    )
