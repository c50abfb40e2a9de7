"""The enrolled people of dialect 1.x."""

from collections.abc import AsyncGenerator, Sequence

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
from emulator.enrollment import enroll_with_picture
from emulator.errors import ApiError
from emulator.model import Identity, JsonObject, JsonValue, PersonType
from emulator.state import BoxState
from emulator.wire_text import in_gbk, picture_text

from .live import identity_info

_PARAMETERS = frozenset({"group_name", "skip_num", "limit", "identity_id"})
_ARGUMENTS = frozenset(
    [
        "identity_id",
        "reg_photo",
        "group_name",
        "info",
        "ignore_exist",
        "support_single_face",
        "fiqa_level",
    ]
)


def _permissions(state: BoxState, call: Call) -> Answer:
    if state.variant.permission_ids_missing:
        raise ApiError("NOT_FOUND", "permissions")
    report_unknown(state, call.query, frozenset({"info.name", "exact"}), "permissions")
    wanted = call.query.get("info.name")
    groups: list[JsonValue] = [
        {"_id": group_id, "info": {"name": name, "description": ""}}
        for group_id, name in state.permission_groups.items()
        if wanted in (None, name)
    ]
    return {"data": groups[: state.variant.permissions_most]}


def _users(state: BoxState, call: Call) -> Answer:
    query = call.query
    report_unknown(state, query, _PARAMETERS, "users")
    if "identity_id" in query:
        person = state.find_identity(query["identity_id"])
        if person is None:
            raise ApiError("ID_NOT_FOUND", query["identity_id"])
        return StreamedJson(_pieces(state, [person]))
    if "group_name" not in query:
        raise ApiError("MISSING_ARGUMENTS", "group_name")
    group = query["group_name"]
    people = [person for person in state.people if group in person.group_names]
    skipped, limit = _window(state, query)
    return StreamedJson(_pieces(state, people[skipped : skipped + limit]))


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
        text = in_gbk(orjson.dumps(_person(person, photo)), state.variant)
        yield text if number == 0 else b"," + text
    yield b"]}}"


def _person(person: Identity, photo: str) -> JsonObject:
    return {
        "identity_id": person.identity_id,
        "group_name": list(person.group_names),
        "info": identity_info(person),
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
    if info.get("type") == PersonType.BLACKLIST.number and (
        not state.variant.enrolls_blacklist
    ):
        raise ApiError("INVALID_ARGUMENTS", "type")
    person = await enroll_with_picture(
        state,
        _identity(identity_id, info, tuple(groups.split(","))),
        photo,
        argument="reg_photo",
        level=body.get("fiqa_level", "low"),
        replaces=flag_argument(body, "ignore_exist"),
        keeps_faces=not flag_argument(body, "support_single_face"),
        too_small="ENROLL_FACE_SIZE_NOT_ENOUGH_ERROR",
    )
    return {
        "data": {
            "identity_id": person.identity_id,
            "reg_photo": photo,
            "group_name": groups,
            "info": identity_info(person),
        }
    }


def _identity(identity_id: str, info: JsonObject, groups: tuple[str, ...]) -> Identity:
    extra = object_argument(info.get("ext_info", {}), "ext_info")
    permissions = strings_argument(info.get("permission_ids", []), "permission_ids")
    return Identity(
        identity_id=identity_id,
        name=text_argument(required(info, "name"), "name"),
        person_type=person_number_argument(required(info, "type"), "type"),
        user_id=text_argument(info.get("user_id", ""), "user_id"),
        permission_id=permissions[0] if permissions else "",
        room=text_argument(extra.get("room", ""), "room"),
        floor=text_argument(extra.get("floor", ""), "floor"),
        building=text_argument(extra.get("building_no", ""), "building_no"),
        address=text_argument(extra.get("address", ""), "address"),
        group_names=groups,
    )


PEOPLE_ROUTES: Routes = {
    ("GET", "/SophonFace/api/permissions"): _permissions,
    ("GET", "/SophonFogSys/api/users"): _users,
    ("POST", "/SophonFogSys/api/users"): _create,
}
