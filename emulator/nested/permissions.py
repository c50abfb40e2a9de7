"""The permission groups of dialect 1.x, and the members of a group."""

from dataclasses import replace

from emulator.arguments import (
    flag_argument,
    object_argument,
    required,
    strings_argument,
    text_argument,
)
from emulator.cast import seeded_uuid
from emulator.dialect import Answer, Call, Routes, report_unknown
from emulator.enrollment import find_person
from emulator.errors import ApiError
from emulator.model import JsonObject, JsonValue
from emulator.permissions import delete_permission
from emulator.state import BoxState

_ARGUMENTS = frozenset({"permission_name", "description"})
_USERS_ARGUMENTS = frozenset({"group_name", "identity_id", "with_identity_id"})


def _ids(state: BoxState, call: Call) -> Answer:
    """Return the groups with their ids, which no page describes."""
    if state.variant.permission_ids_missing:
        raise ApiError("NOT_FOUND", "permissions")
    report_unknown(state, call.query, frozenset({"info.name", "exact"}), "permissions")
    wanted = call.query.get("info.name")
    groups: list[JsonValue] = [
        {"_id": group_id, "info": _info(state, group_id)}
        for group_id, name in state.permission_groups.items()
        if wanted in (None, name)
    ]
    return {"data": groups[: state.variant.permissions_most]}


def _info(state: BoxState, group_id: str) -> JsonObject:
    return {
        "name": state.permission_groups[group_id],
        "description": state.permission_descriptions.get(group_id, ""),
    }


def _create(state: BoxState, call: Call) -> Answer:
    body = call.body
    report_unknown(state, body, _ARGUMENTS | {"info"}, "permissions")
    name, description = _arguments(body)
    object_argument(body.get("info", {}), "info")
    if not name or name in state.permission_groups.values():
        raise ApiError("INVALID_ARGUMENTS", "permission_name")
    group_id = seeded_uuid(state.random.random())
    state.permission_groups[group_id] = name
    state.permission_descriptions[group_id] = description
    return {"data": {"info": _info(state, group_id)}}


def _arguments(body: JsonObject) -> tuple[str, str]:
    return (
        text_argument(required(body, "permission_name"), "permission_name"),
        text_argument(required(body, "description"), "description"),
    )


def _update(state: BoxState, call: Call) -> Answer:
    report_unknown(state, call.body, _ARGUMENTS, "permissions")
    name, description = _arguments(call.body)
    group_id = _named(state, name)
    state.permission_descriptions[group_id] = description
    return {"data": {"info": _info(state, group_id)}}


def _named(state: BoxState, name: str) -> str:
    for group_id, group_name in state.permission_groups.items():
        if group_name == name:
            return group_id
    raise ApiError("ID_NOT_FOUND", name)


def _delete(state: BoxState, call: Call) -> Answer:
    report_unknown(state, call.body, frozenset({"permission_name"}), "permissions")
    name = text_argument(required(call.body, "permission_name"), "permission_name")
    delete_permission(state, _named(state, name))
    message = "just delete the permission info,the user already exists"
    return {"data": {"message": message, "permission_name": name}}


def _join(state: BoxState, call: Call) -> Answer:
    return _members(state, call, joins=True)


def _leave(state: BoxState, call: Call) -> Answer:
    return _members(state, call, joins=False)


def _members(state: BoxState, call: Call, *, joins: bool) -> Answer:
    """Let people join a group, or leave it; they stay enrolled."""
    body = call.body
    report_unknown(state, body, _USERS_ARGUMENTS, "GroupUsers")
    group = text_argument(required(body, "group_name"), "group_name")
    wanted = strings_argument(required(body, "identity_id"), "identity_id")
    people = [find_person(state, identity_id) for identity_id in wanted]
    for person in people:
        others = tuple(name for name in person.group_names if name != group)
        joined = (*others, group) if joins else others
        state.keep(replace(person, group_names=joined))
    members: list[JsonValue] = []
    if flag_argument(body, "with_identity_id"):
        members += (one.identity_id for one in state.people if group in one.group_names)
    return {"data": {"group_name": group, "identity_id": members}}


_PATH = "/SophonFogSys/api"
PERMISSION_ROUTES: Routes = {
    ("GET", "/SophonFace/api/permissions"): _ids,
    ("POST", f"{_PATH}/permissions"): _create,
    ("PUT", f"{_PATH}/permissions"): _update,
    ("DELETE", f"{_PATH}/permissions"): _delete,
    ("PUT", f"{_PATH}/GroupUsers"): _join,
    ("DELETE", f"{_PATH}/GroupUsers"): _leave,
}
