"""Enroll people and faces with pictures from clients (docs/protocol.md §5)."""

from dataclasses import dataclass, replace

from .cast import seeded_uuid
from .errors import ApiError
from .model import Face, Identity, JsonValue
from .pictures import is_foreign
from .received import check_face, read_picture
from .state import BoxState

# The name of people who were enrolled without one (docs/protocol.md §1).
NAMELESS = "佚名"


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A picture from a client, to be enrolled."""

    picture: JsonValue
    # The name of the argument with the picture.
    argument: str
    level: JsonValue
    # The code for a face that is too small.
    too_small: str = "LOW_QUALITY_ERROR"


async def enroll_with_picture(
    state: BoxState,
    person: Identity,
    enrolled: Enrolled,
    *,
    replaces: bool,
    keeps_faces: bool = False,
) -> Identity:
    """Enroll a person with a picture, which becomes the reference.

    With `keeps_faces`, the faces of a replaced person still match.
    """
    before = state.find_identity(person.identity_id)
    if before is None and len(state.people) >= state.settings.group_size:
        raise ApiError("GROUP_LEN_ERROR", "the group is full")
    if not replaces and before is not None:
        raise ApiError("ID_REPEAT_ERROR", person.identity_id)
    face = await new_face(state, person.identity_id, enrolled)
    kept = before.matching_looks if before is not None and keeps_faces else ()
    return state.keep(
        replace(
            person,
            user_id=person.user_id or person.identity_id,
            image_id=face.image_id,
            face_id=face.face_id,
            looks=face.looks,
            earlier_looks=kept,
            added_at=state.now(),
        )
    )


async def new_face(state: BoxState, identity_id: str, enrolled: Enrolled) -> Face:
    """Check a picture; return its face with new ids."""
    received = await read_picture(state, enrolled.picture, enrolled.argument)
    check_face(state, received, level=enrolled.level, too_small=enrolled.too_small)
    if is_foreign(received.subject):
        state.studio.keep_photo(received.subject, received.content)
    key = f"{state.seed}/{identity_id}/{state.next_face()}"
    return Face(
        seeded_uuid(f"{key}/face"), seeded_uuid(f"{key}/image"), received.subject
    )


def with_faces(person: Identity, faces: tuple[Face, ...]) -> Identity:
    """Return a person with these faces, of which there is at least one."""
    first, *more = faces
    return replace(
        person,
        face_id=first.face_id,
        image_id=first.image_id,
        looks=first.looks,
        more_faces=tuple(more),
    )


def overwritten(old: Identity, new: Identity) -> Identity:
    """Return a person as an update describes them, with the old ids and faces."""
    return replace(
        new,
        user_id=old.user_id,
        image_id=old.image_id,
        face_id=old.face_id,
        added_at=old.added_at,
        group_names=old.group_names,
        looks=old.looks,
        earlier_looks=old.earlier_looks,
        more_faces=old.more_faces,
    )


def find_person(state: BoxState, identity_id: str) -> Identity:
    """Return the person with an id, else raise ApiError."""
    person = state.find_identity(identity_id)
    if person is None:
        raise ApiError("ID_NOT_FOUND", identity_id)
    return person


def delete_people(state: BoxState, identity_ids: list[str]) -> tuple[list[str], ...]:
    """Delete people; return the ids of those deleted and of the others."""
    deleted: list[str] = []
    failed: list[str] = []
    for identity_id in identity_ids:
        person = state.find_identity(identity_id)
        if person is None or identity_id in state.undeletable:
            failed.append(identity_id)
            continue
        deleted.append(identity_id)
        if not state.deletes_nobody:
            state.people.remove(person)
    return deleted, failed
