"""The enrolled people of dialect 2.0."""

from collections.abc import Iterator

from emulator.arguments import (
    count_argument,
    flag_argument,
    object_argument,
    person_word_argument,
    required,
    strings_argument,
    text_argument,
)
from emulator.cast import seeded_uuid
from emulator.dialect import Answer, Call, Routes, report_unknown
from emulator.enrollment import NAMELESS, enroll_with_picture
from emulator.model import Identity, JsonObject, JsonValue
from emulator.state import BoxState

_PERMISSION_ARGUMENTS = frozenset({"permission_name", "page_limit", "page_index"})
_FILTERS = frozenset({"identity_name", "identity_id", "permission_id_list"})
_LIST_ARGUMENTS = frozenset({"filters", "page_limit", "page_index"})
_ARGUMENTS = frozenset(
    [
        "register_image",
        "identity_name",
        "identity_id",
        "user_type",
        "permission_ids",
        "ext_user_info",
        "fiqa_level",
        "force_replace",
    ]
)


def identity_body(person: Identity) -> JsonObject:
    """Return an entry of the list of people (docs/protocol.md §5)."""
    extra: JsonObject = {
        "building_no": person.building,
        "room": person.room,
        "address": person.address,
        "floor": person.floor,
    }
    return {
        "identity_id": person.identity_id,
        "identity_name": person.name,
        "user_type": person.person_type.value
        if person.wire_type is None
        else person.wire_type,
        "permission_ids": [person.permission_id],
        "face_ids": [person.face_id],
        "register_image_ids": [person.image_id],
        "ext_user_info": extra,
    }


def _identities(state: BoxState, call: Call) -> Answer:
    report_unknown(state, call.body, _LIST_ARGUMENTS, "getidentities")
    filters = object_argument(call.body.get("filters", {}), "filters")
    report_unknown(state, filters, _FILTERS, "getidentities filters")
    limit = count_argument(call.body.get("page_limit", 10), "page_limit", 1)
    index = count_argument(call.body.get("page_index", 0), "page_index", 0)
    found = list(_filtered(state, filters))
    page = found[index * limit : (index + 1) * limit]
    return {
        "identities": [identity_body(person) for person in page],
        "pagination": {
            "page_index": index,
            "page_limit": limit,
            "total_count": len(found),
        },
    }


def _filtered(state: BoxState, filters: JsonObject) -> Iterator[Identity]:
    name = text_argument(filters.get("identity_name", ""), "identity_name").casefold()
    identity_id = text_argument(filters.get("identity_id", ""), "identity_id")
    permissions = strings_argument(
        filters.get("permission_id_list", []), "permission_id_list"
    )
    return (
        person
        for person in state.people
        if name in person.name.casefold()
        and identity_id in ("", person.identity_id)
        and (not permissions or person.permission_id in permissions)
    )


def _permissions(state: BoxState, call: Call) -> Answer:
    body = call.body
    report_unknown(state, body, _PERMISSION_ARGUMENTS, "getpermissions")
    name = text_argument(body.get("permission_name", ""), "permission_name")
    limit = count_argument(body.get("page_limit", 10), "page_limit", 1)
    limit = min(limit, state.variant.permissions_most or limit)
    index = count_argument(body.get("page_index", 0), "page_index", 0)
    found: list[JsonValue] = [
        {"permission_id": group_id, "permission_name": group_name, "description": ""}
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


async def _create(state: BoxState, call: Call) -> Answer:
    body = call.body
    report_unknown(state, body, _ARGUMENTS, "createidentity")
    image = required(body, "register_image")
    identity_id = text_argument(body.get("identity_id", ""), "identity_id")
    permissions = strings_argument(body.get("permission_ids", []), "permission_ids")
    extra = object_argument(body.get("ext_user_info", {}), "ext_user_info")
    name = text_argument(body.get("identity_name", ""), "identity_name")
    person = await enroll_with_picture(
        state,
        Identity(
            identity_id=identity_id or seeded_uuid(state.random.random()),
            name=name or NAMELESS,
            person_type=person_word_argument(
                body.get("user_type", "employee"), "user_type"
            ),
            permission_id=permissions[0] if permissions else "",
            room=text_argument(extra.get("room", ""), "room"),
            floor=text_argument(extra.get("floor", ""), "floor"),
            building=text_argument(extra.get("building_no", ""), "building_no"),
            address=text_argument(extra.get("address", ""), "address"),
        ),
        image,
        argument="register_image",
        level=body.get("fiqa_level", "high"),
        replaces=flag_argument(body, "force_replace"),
    )
    return {
        "identity_id": person.identity_id,
        "register_image_id": person.image_id,
        "face_id": person.face_id,
    }


PEOPLE_ROUTES: Routes = {
    ("POST", "/sophon/v2/face/getpermissions"): _permissions,
    ("POST", "/sophon/v2/face/getidentities"): _identities,
    ("POST", "/sophon/v2/face/createidentity"): _create,
}
