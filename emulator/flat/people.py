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
from emulator.enrollment import (
    NAMELESS,
    Enrolled,
    delete_people,
    enroll_with_picture,
    find_person,
    overwritten,
)
from emulator.errors import ApiError
from emulator.model import Identity, JsonObject
from emulator.state import BoxState

_FILTERS = frozenset({"identity_name", "identity_id", "permission_id_list"})
_LIST_ARGUMENTS = frozenset({"filters", "page_limit", "page_index"})
_UPDATE_ARGUMENTS = frozenset(
    ["identity_id", "identity_name", "user_type", "permission_ids", "ext_user_info"]
)
_ARGUMENTS = _UPDATE_ARGUMENTS | {"register_image", "fiqa_level", "force_replace"}
_NAMED_DETAILS = frozenset({"building_no", "room", "address", "floor"})


def identity_body(person: Identity) -> JsonObject:
    """Return an entry of the list of people (docs/protocol.md §5)."""
    return {
        "identity_id": person.identity_id,
        "identity_name": person.name,
        "user_type": person.person_type.value
        if person.wire_type is None
        else person.wire_type,
        "permission_ids": [*person.permission_ids],
        "face_ids": [face.face_id for face in person.faces],
        "register_image_ids": [face.image_id for face in person.faces],
        "ext_user_info": person.details,
    }


def _identity(state: BoxState, call: Call) -> Answer:
    report_unknown(state, call.body, frozenset({"identity_id"}), "getidentity")
    return identity_body(find_person(state, _id(call.body)))


def _id(body: JsonObject) -> str:
    return text_argument(required(body, "identity_id"), "identity_id")


def _identities(state: BoxState, call: Call) -> Answer:
    report_unknown(state, call.body, _LIST_ARGUMENTS, "getidentities")
    filters = object_argument(call.body.get("filters", {}), "filters")
    report_unknown(state, filters, _FILTERS, "getidentities filters")
    limit = count_argument(call.body.get("page_limit", 10), "page_limit", 1)
    index = count_argument(call.body.get("page_index", 0), "page_index", 0)
    found = list(_filtered(state, filters))
    page = found[index * limit : (index + 1) * limit]
    answer: JsonObject = {
        "identities": [
            identity_body(person) for person in page[: state.variant.people_page_most]
        ]
    }
    if not state.variant.people_total_missing:
        answer["pagination"] = {
            "page_index": index,
            "page_limit": limit,
            "total_count": len(found),
        }
    return answer


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
        and (not permissions or not set(permissions).isdisjoint(person.permission_ids))
    )


async def _create(state: BoxState, call: Call) -> Answer:
    body = call.body
    report_unknown(state, body, _ARGUMENTS, "createidentity")
    image = required(body, "register_image")
    identity_id = text_argument(body.get("identity_id", ""), "identity_id")
    person = await enroll_with_picture(
        state,
        _described(body, identity_id or seeded_uuid(state.random.random())),
        Enrolled(image, "register_image", body.get("fiqa_level", "high")),
        replaces=flag_argument(body, "force_replace"),
    )
    return {
        "identity_id": person.identity_id,
        "register_image_id": person.image_id,
        "face_id": person.face_id,
    }


def _described(body: JsonObject, identity_id: str) -> Identity:
    """Return a person as a request describes them; else by the defaults."""
    extra = object_argument(body.get("ext_user_info", {}), "ext_user_info")
    name = text_argument(body.get("identity_name", ""), "identity_name")
    permissions = strings_argument(body.get("permission_ids", []), "permission_ids")
    return Identity(
        identity_id=identity_id,
        name=name or NAMELESS,
        person_type=person_word_argument(
            body.get("user_type", "employee"), "user_type"
        ),
        permission_ids=tuple(permissions),
        room=text_argument(extra.get("room", ""), "room"),
        floor=text_argument(extra.get("floor", ""), "floor"),
        building=text_argument(extra.get("building_no", ""), "building_no"),
        address=text_argument(extra.get("address", ""), "address"),
        extra={key: extra[key] for key in extra.keys() - _NAMED_DETAILS},
    )


def _update(state: BoxState, call: Call) -> Answer:
    if state.variant.update_misspelled:
        raise ApiError("NOT_FOUND", "updateidentity")
    return _updated(state, call)


def _update_misspelled(state: BoxState, call: Call) -> Answer:
    if not state.variant.update_misspelled:
        raise ApiError("NOT_FOUND", "updateidenity")
    return _updated(state, call)


def _updated(state: BoxState, call: Call) -> Answer:
    """Overwrite every field of a person, by default with its default."""
    report_unknown(state, call.body, _UPDATE_ARGUMENTS, "updateidentity")
    old = find_person(state, _id(call.body))
    body = {
        key: value
        for key, value in call.body.items()
        if key not in state.reset_by_updates
    }
    new = _described(body, old.identity_id)
    return identity_body(state.keep(overwritten(old, new)))


def _delete(state: BoxState, call: Call) -> Answer:
    report_unknown(state, call.body, frozenset({"identity_ids"}), "deleteidentities")
    identity_ids = strings_argument(required(call.body, "identity_ids"), "identity_ids")
    deleted, failed = delete_people(state, identity_ids)
    return {"success_identity_ids": [*deleted], "failed_identity_ids": [*failed]}


_PATH = "/sophon/v2/face"
PEOPLE_ROUTES: Routes = {
    ("POST", f"{_PATH}/getidentity"): _identity,
    ("POST", f"{_PATH}/getidentities"): _identities,
    ("POST", f"{_PATH}/createidentity"): _create,
    ("POST", f"{_PATH}/updateidentity"): _update,
    ("POST", f"{_PATH}/updateidenity"): _update_misspelled,
    ("POST", f"{_PATH}/deleteidentities"): _delete,
}
