"""Enroll people with pictures from clients (docs/protocol.md §5)."""

from dataclasses import replace

from .errors import ApiError
from .model import Identity, JsonValue
from .pictures import is_foreign
from .received import check_face, read_picture
from .state import BoxState

# The name of people who were enrolled without one (docs/protocol.md §1).
NAMELESS = "佚名"


async def enroll_with_picture(
    state: BoxState,
    person: Identity,
    picture: JsonValue,
    *,
    argument: str,
    level: JsonValue,
    replaces: bool,
    keeps_faces: bool = False,
    too_small: str = "LOW_QUALITY_ERROR",
) -> Identity:
    """Enroll a person with a picture, which becomes the reference.

    With `keeps_faces`, the faces of a replaced person still match. `too_small` is the
    code for a face that is too small.
    """
    before = state.find_identity(person.identity_id)
    if not replaces and before is not None:
        raise ApiError("ID_REPEAT_ERROR", person.identity_id)
    received = await read_picture(state, picture, argument)
    check_face(state, received, level=level, too_small=too_small)
    if is_foreign(received.subject):
        state.studio.keep_photo(received.subject, received.content)
    kept = (before.subject, *before.earlier_looks) if before and keeps_faces else ()
    return state.enroll(replace(person, looks=received.subject, earlier_looks=kept))
