"""The permission groups of dialect 2.0."""

from emulator.arguments import count_argument, required, text_argument
from emulator.cast import seeded_uuid
from emulator.dialect import Answer, Call, Routes, report_unknown
from emulator.errors import ApiError
from emulator.model import JsonObject, JsonValue
from emulator.permissions import delete_permission
from emulator.state import BoxState

_LIST_ARGUMENTS = frozenset({"permission_name", "page_limit", "page_index"})
_EITHER = frozenset({"permission_name", "permission_id"})


def _list(state: BoxState, call: Call) -> Answer:
    body = call.body
    report_unknown(state, body, _LIST_ARGUMENTS, "getpermissions")
    name = text_argument(body.get("permission_name", ""), "permission_name")
    limit = count_argument(body.get("page_limit", 10), "page_limit", 1)
    limit = min(limit, state.variant.permissions_most or limit)
    index = count_argument(body.get("page_index", 0), "page_index", 0)
    found: list[JsonValue] = [
        _body(state, group_id)
        for group_id, group_name in state.permission_groups.items()
        if name in group_name
    ]
    return {
        "permissions": found[index * limit : (index + 1) * limit],
        "pagination": {
            "page_index": index,
            "page_limit": limit,
            "total_count": len(found),
        },
    }


def _body(state: BoxState, group_id: str) -> JsonObject:
    return {
        "permission_id": group_id,
        "permission_name": state.permission_groups[group_id],
        "description": state.permission_descriptions.get(group_id, ""),
    }


def _get(state: BoxState, call: Call) -> Answer:
    report_unknown(state, call.body, _EITHER, "getpermission")
    return _body(state, _find(state, call.body))


def _find(state: BoxState, body: JsonObject) -> str:
    """Return the id of the group that a request names."""
    if "permission_id" in body:
        group_id = text_argument(body["permission_id"], "permission_id")
        if group_id in state.permission_groups:
            return group_id
        raise ApiError("ID_NOT_FOUND", group_id)
    name = text_argument(required(body, "permission_name"), "permission_name")
    for group_id, group_name in state.permission_groups.items():
        if group_name == name:
            return group_id
    raise ApiError("ID_NOT_FOUND", name)


def _create(state: BoxState, call: Call) -> Answer:
    body = call.body
    report_unknown(state, body, _EITHER | {"description"}, "createpermission")
    name = text_argument(required(body, "permission_name"), "permission_name")
    _check_name(state, name)
    group_id = text_argument(body.get("permission_id", ""), "permission_id")
    if group_id in state.permission_groups:
        raise ApiError("ID_REPEAT_ERROR", group_id)
    group_id = group_id or seeded_uuid(state.random.random())
    state.permission_groups[group_id] = name
    _describe(state, group_id, body.get("description", ""))
    return _body(state, group_id)


def _check_name(state: BoxState, name: str) -> None:
    if not name:
        raise ApiError("INVALID_ARGUMENTS", "permission_name")
    if name in state.permission_groups.values():
        raise ApiError("NAME_REPEAT_ERROR", name)


def _describe(state: BoxState, group_id: str, description: JsonValue) -> None:
    state.permission_descriptions[group_id] = text_argument(description, "description")


def _update(state: BoxState, call: Call) -> Answer:
    body = call.body
    known = _EITHER | {"new_name", "new_description"}
    report_unknown(state, body, known, "updatepermission")
    group_id = _find(state, body)
    if "new_name" in body:
        name = text_argument(body["new_name"], "new_name")
        if name != state.permission_groups[group_id]:
            _check_name(state, name)
        state.permission_groups[group_id] = name
    if "new_description" in body:
        _describe(state, group_id, body["new_description"])
    return _body(state, group_id)


def _delete(state: BoxState, call: Call) -> Answer:
    report_unknown(state, call.body, _EITHER, "deletepermission")
    group_id = _find(state, call.body)
    delete_permission(state, group_id)
    return {"permission_id": group_id}


_PATH = "/sophon/v2/face"
PERMISSION_ROUTES: Routes = {
    ("POST", f"{_PATH}/getpermissions"): _list,
    ("POST", f"{_PATH}/getpermission"): _get,
    ("POST", f"{_PATH}/createpermission"): _create,
    ("POST", f"{_PATH}/updatepermission"): _update,
    ("POST", f"{_PATH}/deletepermission"): _delete,
}
