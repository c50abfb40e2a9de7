"""The history of dialect 2.0 and its pictures."""

from emulator.arguments import (
    count_argument,
    number_argument,
    person_word_argument,
    text_argument,
)
from emulator.dialect import (
    Answer,
    Call,
    EmptyPicture,
    Routes,
    as_written,
    history_score,
    history_time,
    report_unknown,
    video_times,
)
from emulator.errors import ApiError
from emulator.history import HistoryQuery, search, to_milliseconds
from emulator.model import JsonObject, JsonValue, PersonType, Record
from emulator.state import BoxState
from emulator.variant import Variant

from .live import face_attributes, user_type

HISTORY_PATH = "/sophon/v2/face/getevents"

_FILTERS = frozenset(
    [
        "datetime_gte",
        "datetime_lte",
        "identity_name",
        "identity_id",
        "score_min",
        "score_max",
        "user_type",
        "media_device_ids",
    ]
)
_ARGUMENTS = frozenset({"filters", "page_limit", "page_index"})


def record_body(record: Record, variant: Variant) -> JsonObject:
    """Return a history record (docs/protocol.md §4)."""
    time = history_time(record, variant)
    device = record.device
    body: JsonObject = {
        "event_id": record.event_id,
        "timestamp": time,
        "identity_id": record.identity_id,
        "identity_name": record.identity_name,
        "user_type": user_type(record),
        "score": history_score(record, variant),
        "recognize_face_image_id": record.face_image_id,
        "spot_image_id": record.scene_image_id,
        "register_image_id": ""
        if record.identity is None
        else record.identity.image_id,
        "media_device_info": {
            "media_device_id": device.device_id,
            "media_device_name": device.name,
            "media_device_ip": device.ip,
            "media_device_type": device.type,
        },
        "recognize_face_attr": face_attributes(record),
        "ext_data": video_times(record, variant),
        "permission_id": device.permission_id,
        "permission_name": device.permission_name,
        "frame_id": 0,
        "post_action": "0",
    }
    return as_written(body, variant)


def _query(state: BoxState, filters: JsonObject) -> HistoryQuery:
    report_unknown(state, filters, _FILTERS, "getevents filters")
    return HistoryQuery(
        since_ms=_bound(state, filters, "datetime_gte"),
        until_ms=_bound(state, filters, "datetime_lte"),
        name=text_argument(filters.get("identity_name", ""), "identity_name"),
        identity_id=text_argument(filters.get("identity_id", ""), "identity_id"),
        score_min=_number(filters, "score_min"),
        score_max=_number(filters, "score_max"),
        person_type=_person_type(filters.get("user_type", "")),
        device_ids=_device_ids(filters.get("media_device_ids", [])),
    )


def _events(state: BoxState, call: Call) -> Answer:
    report_unknown(state, call.body, _ARGUMENTS, "getevents")
    filters = call.body.get("filters", {})
    if not isinstance(filters, dict):
        raise ApiError("INVALID_ARGUMENTS", "filters")
    limit = count_argument(call.body.get("page_limit", 10), "page_limit", 1)
    index = count_argument(call.body.get("page_index", 0), "page_index", 0)
    found = search(
        state.visible_history(),
        _query(state, filters),
        page=index,
        per_page=limit,
        variant=state.variant,
    )
    pagination: JsonObject = {"page_index": index, "page_limit": found.size}
    if not state.variant.history_total_missing:
        pagination["total_count"] = found.total
    return {
        "events": [record_body(record, state.variant) for record in found.records],
        "pagination": pagination,
    }


def _event(state: BoxState, call: Call) -> Answer:
    if "event_id" not in call.body:
        raise ApiError("MISSING_ARGUMENTS", "event_id")
    event_id = text_argument(call.body["event_id"], "event_id")
    ignored = state.variant.event_id_ignored
    found = [
        record
        for record in state.visible_history()
        if ignored or record.event_id == event_id
    ]
    if not found:
        raise ApiError("ID_NOT_FOUND", event_id)
    record = found[-1 if ignored else 0]
    if state.answers_other_event:
        record = next(
            (other for other in state.visible_history() if other is not record), record
        )
    body = record_body(record, state.variant)
    match state.variant.event_answer:
        case "event":
            return {"event": body}
        case "events":
            return {"events": [body]}
        case "bare":
            return body


def _spot_image(state: BoxState, call: Call) -> Answer:
    if "timestamp" not in call.query:
        state.report(f"getspotimage/{call.tail} without timestamp")
        return EmptyPicture()
    time = number_argument(call.query["timestamp"], "timestamp")
    return state.find_event_picture(call.tail, time) or EmptyPicture()


def _register_image(state: BoxState, call: Call) -> Answer:
    return state.find_reference_picture(call.tail) or EmptyPicture()


def _bound(state: BoxState, filters: JsonObject, name: str) -> float | None:
    value = _number(filters, name)
    return (
        None
        if value is None
        else to_milliseconds(value, state.variant.history_bounds or "either")
    )


def _number(filters: JsonObject, name: str) -> float | None:
    return number_argument(filters[name], name) if name in filters else None


def _person_type(value: JsonValue) -> PersonType | None:
    word = text_argument(value, "user_type").lower()
    return person_word_argument(word, "user_type") if word else None


def _device_ids(value: JsonValue) -> frozenset[str]:
    if not isinstance(value, list):
        raise ApiError("INVALID_ARGUMENTS", "media_device_ids")
    return frozenset(
        text_argument(device_id, "media_device_ids") for device_id in value
    )


HISTORY_ROUTES: Routes = {
    ("POST", HISTORY_PATH): _events,
    ("POST", "/sophon/v2/face/getevent"): _event,
    ("GET", "/sophon/v2/face/getspotimage/*"): _spot_image,
    ("GET", "/sophon/v2/face/getregisterimage/*"): _register_image,
}
