"""The enrolled people of dialect 1.x."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

from multidict import MultiMapping
import orjson

from emulator.arguments import (
    count_argument,
    flag_argument,
    object_argument,
    person_number_argument,
    required,
    strings_argument,
    text_argument,
)
from emulator.dialect import Answer, Call, Routes, StreamedJson, report_unknown
from emulator.enrollment import (
    Enrolled,
    delete_people,
    enroll_with_picture,
    find_person,
    new_face,
    overwritten,
    with_faces,
)
from emulator.errors import ApiError
from emulator.model import Identity, JsonObject, JsonValue, PersonType
from emulator.state import BoxState
from emulator.wire_text import in_gbk, picture_text

from .live import identity_info

_PARAMETERS = frozenset({"group_name", "skip_num", "limit", "identity_id"})
_ARGUMENTS = frozenset(
    [
        "identity_id",
        "need_bring_pic",
        "import_mode",
        "reg_photo",
        "group_name",
        "info",
        "ignore_exist",
        "create_no_exit_permission",
        "support_single_face",
        "fiqa_level",
    ]
)
_UPDATE_ARGUMENTS = frozenset(
    ["identity_id", "reg_photo", "create_no_exit_permission", "info"]
)
# Details that the box fills in by itself.
_OWN_INFO = frozenset({"image_id", "face_ids", "addTime", "user_id"})
_NAMED_INFO = _OWN_INFO | {"name", "type", "permission_ids", "ext_info"}
_NAMED_DETAILS = frozenset({"building_no", "room", "address", "floor"})
# The permission groups of an update without any.
_NO_PERMISSIONS: list[JsonValue] = ["0"]


def _users(state: BoxState, call: Call) -> Answer:
    query = call.query
    report_unknown(state, query, _PARAMETERS, "users")
    if "identity_id" in query:
        person = find_person(state, query["identity_id"])
        return StreamedJson(_pieces(state, [person]))
    if "group_name" not in query:
        raise ApiError("MISSING_ARGUMENTS", "group_name")
    group = query["group_name"]
    people = [person for person in state.people if group in person.group_names]
    skipped, limit = _window(state, query)
    page = people[skipped : skipped + limit]
    return StreamedJson(_pieces(state, page[: state.variant.people_page_most]))


def _window(state: BoxState, query: MultiMapping[str]) -> tuple[int, int]:
    limit = count_argument(query.get("limit", 10), "limit", 1)
    skipped = count_argument(query.get("skip_num", 0), "skip_num", 0)
    return (skipped * limit if state.variant.skip_num_is_page else skipped), limit


async def _pieces(state: BoxState, people: Sequence[Identity]) -> AsyncGenerator[bytes]:
    """Yield the answer person by person."""
    # The photos of a large group need gigabytes.
    yield b'{"data":{"identities_list":['
    for number, person in enumerate(people):
        painted = await state.studio.paint(state.reference(person))
        photo = picture_text(painted.base64, state.variant)
        text = in_gbk(orjson.dumps(_person(state, person, photo)), state.variant)
        yield text if number == 0 else b"," + text
    yield b"]}}"


def _person(state: BoxState, person: Identity, photo: str) -> JsonObject:
    info = identity_info(person)
    if state.variant.face_ids_missing:
        del info["face_ids"]
    return {
        "identity_id": person.identity_id,
        "group_name": list(person.group_names),
        "info": info,
        "reg_photo": photo,
    }


async def _create(state: BoxState, call: Call) -> Answer:
    body = call.body
    report_unknown(state, body, _ARGUMENTS, "users")
    identity_id = text_argument(required(body, "identity_id"), "identity_id")
    if not identity_id:
        raise ApiError("INVALID_ARGUMENTS", "identity_id")
    info = object_argument(required(body, "info"), "info")
    groups = text_argument(required(body, "group_name"), "group_name")
    photo = required(body, "reg_photo")
    for name in ("name", "type"):
        required(info, name)
    if info["type"] == PersonType.BLACKLIST.number and (
        not state.variant.enrolls_blacklist
    ):
        raise ApiError("INVALID_ARGUMENTS", "type")
    person = await enroll_with_picture(
        state,
        replace(_described(identity_id, info), group_names=tuple(groups.split(","))),
        Enrolled(
            photo,
            "reg_photo",
            body.get("fiqa_level", "low"),
            "ENROLL_FACE_SIZE_NOT_ENOUGH_ERROR",
        ),
        replaces=flag_argument(body, "ignore_exist"),
        keeps_faces=not flag_argument(body, "support_single_face"),
    )
    return {
        "data": {
            "identity_id": person.identity_id,
            "reg_photo": photo,
            "group_name": groups,
            "info": identity_info(person),
        }
    }


def _described(identity_id: str, info: JsonObject) -> Identity:
    """Return a person as a request describes them; else by the defaults."""
    extra = object_argument(info.get("ext_info", {}), "ext_info")
    permissions = strings_argument(info.get("permission_ids", []), "permission_ids")
    return Identity(
        identity_id=identity_id,
        name=text_argument(info.get("name", ""), "name"),
        person_type=person_number_argument(info.get("type", 1), "type"),
        user_id=text_argument(info.get("user_id", ""), "user_id"),
        permission_ids=tuple(permissions),
        room=text_argument(extra.get("room", ""), "room"),
        floor=text_argument(extra.get("floor", ""), "floor"),
        building=text_argument(extra.get("building_no", ""), "building_no"),
        address=text_argument(extra.get("address", ""), "address"),
        extra={key: extra[key] for key in extra.keys() - _NAMED_DETAILS},
        custom={key: info[key] for key in info.keys() - _NAMED_INFO},
    )


async def _update(state: BoxState, call: Call) -> Answer:
    """Overwrite every field of a person, by default with its default."""
    body = call.body
    report_unknown(state, body, _UPDATE_ARGUMENTS, "users")
    flag_argument(body, "create_no_exit_permission")
    old = find_person(
        state, text_argument(required(body, "identity_id"), "identity_id")
    )
    info = object_argument(required(body, "info"), "info")
    if info.get("user_id", old.user_id) != old.user_id:
        # The page forbids it.
        raise ApiError("INVALID_ARGUMENTS", "user_id")
    sent = {
        key: value for key, value in info.items() if key not in state.reset_by_updates
    }
    sent.setdefault("permission_ids", _NO_PERMISSIONS)
    person = overwritten(old, _described(old.identity_id, sent))
    if photo := text_argument(body.get("reg_photo", ""), "reg_photo"):
        person = await _with_photo(state, person, photo)
    state.keep(person)
    return {
        "data": {
            "identity_id": person.identity_id,
            "image_id": person.image_id,
            "group_name": list(person.group_names),
            "info": identity_info(person),
        }
    }


async def _with_photo(state: BoxState, person: Identity, photo: str) -> Identity:
    """Return a person with a new face, which comes first."""
    enrolled = Enrolled(photo, "reg_photo", "low", "ENROLL_FACE_SIZE_NOT_ENOUGH_ERROR")
    face = await new_face(state, person.identity_id, enrolled)
    kept = () if state.variant.update_replaces_face else person.faces
    return with_faces(person, (face, *kept))


def _delete(state: BoxState, call: Call) -> Answer:
    body = call.body
    report_unknown(state, body, frozenset({"identity_id", "identity_ids"}), "users")
    if "identity_ids" in body:
        wanted = strings_argument(body["identity_ids"], "identity_ids")
        deleted, _ = delete_people(state, wanted)
        several: JsonObject = {"identity_ids": [*deleted], "message": _REMOVED}
        return {"data": several}
    identity_id = text_argument(required(body, "identity_id"), "identity_id")
    person = find_person(state, identity_id)
    _, failed = delete_people(state, [identity_id])
    if failed:
        raise ApiError("STRANGER_NOT_DELETE", identity_id)
    one: JsonObject = {
        "identity_id": identity_id,
        "group_name": list(person.group_names),
        "message": _REMOVED,
    }
    return {"data": one}


_REMOVED = "have remove from group success"
_PATH = "/SophonFogSys/api/users"
PEOPLE_ROUTES: Routes = {
    ("GET", _PATH): _users,
    ("POST", _PATH): _create,
    ("PUT", _PATH): _update,
    ("DELETE", _PATH): _delete,
}
