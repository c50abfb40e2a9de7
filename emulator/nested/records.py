"""The history of dialect 1.x and its pictures."""

import math

from multidict import MultiMapping

from emulator.arguments import count_argument, number_argument, person_number_argument
from emulator.cast import seeded_uuid
from emulator.dialect import (
    Answer,
    Call,
    Routes,
    history_score,
    history_time,
    number_as_string,
    report_unknown,
    video_times,
)
from emulator.errors import ApiError
from emulator.history import HistoryQuery, search, to_milliseconds
from emulator.model import JsonObject, JsonValue, PersonType, Record
from emulator.state import BoxState
from emulator.variant import Variant

from .live import person_number, record_info
from .quality import recorded_quality

HISTORY_PATH = "/SophonFace/api/events"

_PARAMETERS = frozenset(
    [
        "page",
        "per_page",
        "top_k",
        "datetime_gte",
        "datetime_lte",
        "name",
        "identity_id",
        "score_min",
        "score_max",
        "userType",
        "groups",
        "streams",
        "room",
    ]
)


def record_body(record: Record, variant: Variant) -> JsonObject:
    """Return a history record (docs/protocol.md §4)."""
    time = history_time(record, variant)
    is_video = record.device.type != "photo"
    return {
        "_id": seeded_uuid(record.event_id)
        if variant.history_id_differs
        else record.event_id,
        "timestamp": time,
        "common": record_common(record, variant),
        "video_data": _video_data(record, variant) if is_video else {},
        "gate_data": {},
        "grab_data": recorded_quality(record, variant),
    }


def record_common(record: Record, variant: Variant) -> JsonObject:
    """Return the fields that all kinds of devices share."""
    device = record.device
    return {
        "identity_id": record.identity_id,
        "identity_name": record.identity_name,
        "identity_info": record_info(record),
        "person_type": person_number(record, variant),
        "score": history_score(record, variant),
        "card_id": "",
        "group_id": device.group_id,
        "group_name": record.group_name,
        "permission_id": device.permission_id,
        "permission_name": device.permission_name,
        "recognize_face_pic_id": record.face_image_id,
        "spot_pic_id": record.scene_image_id,
        "ep_info": {
            "device_id": device.device_id,
            "ep_id": f"0xe0a509000000__{device.url}",
            "ep_ip": device.ip,
            "ep_name": device.name,
            "ep_type": device.type,
        },
        "recognize_face_attr": {
            **record.attributes,
            "box": [169.9, 257.0, 487.3, 671.7],
            "expression": None,
            "point": [],
        },
        "frame_id": 0,
        "is_send": 0,
        "want_action": "0",
    }


def _video_data(record: Record, variant: Variant) -> JsonObject:
    return {
        **video_times(record, variant),
        "track_id": record.timestamp_ms % 100_000,
    }


def _query(state: BoxState, query: MultiMapping[str]) -> HistoryQuery:
    return HistoryQuery(
        since_ms=_bound(state, query, "datetime_gte"),
        until_ms=_bound(state, query, "datetime_lte"),
        name=query.get("name", ""),
        identity_id=query.get("identity_id", ""),
        score_min=_number(query, "score_min"),
        score_max=_number(query, "score_max"),
        person_type=_person_type(query.get("userType", "")),
        device_ids=frozenset(_list(query, "streams")),
        permission_ids=frozenset(_list(query, "groups")),
        room=query.get("room", ""),
        top_k=count_argument(query["top_k"], "top_k", 1) if "top_k" in query else None,
    )


def _events(state: BoxState, call: Call) -> Answer:
    query = call.query
    report_unknown(state, query, _PARAMETERS, "events")
    page = count_argument(query.get("page", 0), "page", 0)
    per_page = count_argument(query.get("per_page", 10), "per_page", 1)
    found = search(
        state.visible_history(),
        _query(state, query),
        page=page,
        per_page=per_page,
        variant=state.variant,
    )
    records: list[JsonValue] = [
        record_body(record, state.variant) for record in found.records
    ]
    pagination: JsonObject = {"page": page, "per_page": found.size}
    if not state.variant.history_total_missing:
        pagination["num_pages"] = math.ceil(found.total / found.size)
        pagination["total_count"] = found.total
    return {
        "data": number_as_string(records)
        if state.variant.numbers_as_strings
        else records,
        "pagination": pagination,
    }


def _event_image(state: BoxState, call: Call) -> Answer:
    if "datetime" not in call.query:
        state.report(f"event_images/{call.tail} without datetime")
        raise ApiError("MISSING_ARGUMENTS", "datetime")
    time = number_argument(call.query["datetime"], "datetime")
    drawing = state.find_event_picture(call.tail, time)
    if drawing is None:
        raise ApiError("ID_NOT_FOUND", call.tail)
    return drawing


def _image(state: BoxState, call: Call) -> Answer:
    drawing = state.find_reference_picture(call.tail)
    if drawing is None:
        raise ApiError("ID_NOT_FOUND", call.tail)
    return drawing


def _bound(state: BoxState, query: MultiMapping[str], name: str) -> float | None:
    value = _number(query, name)
    if value is None:
        return None
    unit = state.variant.history_bounds or "seconds"
    if unit == "seconds" and value >= 1e11:
        state.report(f"history: {name} is in milliseconds instead of seconds: {value}")
    return to_milliseconds(value, unit)


def _number(query: MultiMapping[str], name: str) -> float | None:
    return number_argument(query[name], name) if name in query else None


def _list(query: MultiMapping[str], name: str) -> list[str]:
    # The page does not define lists in a URL: repeats, commas or brackets.
    words = ",".join(query.getall(name, [])).strip("[]").split(",")
    return [word.strip(" \"'") for word in words if word.strip(" \"'")]


def _person_type(value: str) -> PersonType | None:
    return person_number_argument(value, "userType") if value else None


HISTORY_ROUTES: Routes = {
    ("GET", HISTORY_PATH): _events,
    ("GET", "/SophonFace/api/event_images/*"): _event_image,
    ("GET", "/SophonFace/api/images/*"): _image,
}
