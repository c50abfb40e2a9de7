"""Picture recognition and picture search of dialect 2.0."""

import time

from emulator.arguments import flag_argument, required, text_argument
from emulator.comparison import (
    Comparison,
    compare,
    file_stranger,
    group_members,
    photo_device,
    recognize_at_device,
)
from emulator.dialect import Answer, Call, Routes, report_unknown
from emulator.errors import ApiError
from emulator.model import JsonObject, JsonValue, Record
from emulator.picture_search import exclusive_search, picture_query, search_by_picture
from emulator.received import check_face, check_liveness, read_picture
from emulator.state import BoxState
from emulator.wire_text import picture_text

from .people import identity_body
from .records import record_body

_MATCH_ARGUMENTS = frozenset(
    [
        "rgb_image_base64",
        "ir_image_base64",
        "media_device_ip",
        "permission_name",
        "with_register_photo",
        "with_liveness_check",
        "min_face_size",
        "with_attribute",
        "with_result_modification",
        "with_debug_info",
        "with_default_group_only",
    ]
)
_SEARCH_ARGUMENTS = frozenset(
    [
        "face_image_base64",
        "fiqa_level",
        "starttime",
        "endtime",
        "last_end_timestamp",
        "threshold",
        "media_device_ids",
        "reverse",
    ]
)
_EVENT_KEYS = (
    "identity_id",
    "identity_name",
    "user_type",
    "timestamp",
    "recognize_face_image_id",
    "spot_image_id",
    "register_image_id",
    "media_device_info",
    "recognize_face_attr",
)


async def _search(state: BoxState, call: Call) -> Answer:
    started = time.perf_counter()
    body = call.body
    report_unknown(state, body, _MATCH_ARGUMENTS, "search")
    check_liveness(body, "with_liveness_check")
    image = required(body, "rgb_image_base64")
    if state.variant.permission_required:
        _require_permission(body)
    picture = await read_picture(state, image, "rgb_image_base64")
    check_face(state, picture, least_size=body.get("min_face_size"))
    permission = text_argument(body.get("permission_name", ""), "permission_name")
    candidates = group_members(state, permission=permission)
    comparison = compare(state, picture, candidates)
    compared = time.perf_counter()
    if "media_device_ip" in body:
        ip = text_argument(body["media_device_ip"], "media_device_ip")
        await recognize_at_device(call, photo_device(state, ip), picture, comparison)
    if state.settings.support_stranger and not flag_argument(
        body, "with_default_group_only"
    ):
        file_stranger(state, picture, comparison)
    answer = await _match_body(state, body, comparison)
    if flag_argument(body, "with_debug_info", default=True):
        answer["debug_info"] = {
            "comparetime": (compared - started) * 1000,
            "totaltime": (time.perf_counter() - started) * 1000,
        }
    return answer


def _require_permission(body: JsonObject) -> None:
    if not {"media_device_ip", "permission_name"} & body.keys():
        raise ApiError("MISSING_ARGUMENTS", "permission_name")


async def _match_body(
    state: BoxState, body: JsonObject, comparison: Comparison
) -> JsonObject:
    person = comparison.nearest
    answer: JsonObject = {
        "result": comparison.matched,
        "score": comparison.score,
        "identity_id": person.identity_id,
        "identity_info": identity_body(person),
    }
    shown = comparison.matched or not flag_argument(
        body, "with_result_modification", default=True
    )
    if shown and flag_argument(body, "with_register_photo"):
        painted = await state.studio.paint(state.reference(person))
        text = picture_text(painted.base64, state.variant)
        answer["register_image"] = f"data:image/jpeg;base64,{text}"
    return answer


async def _search_by_image(state: BoxState, call: Call) -> Answer:
    started = time.perf_counter()
    body = call.body
    report_unknown(state, body, _SEARCH_ARGUMENTS, "searchbyimage")
    image = required(body, "face_image_base64")
    query = picture_query(state, body, "media_device_ids")
    async with exclusive_search(state):
        picture = await read_picture(state, image, "face_image_base64")
        check_face(state, picture, level=body.get("fiqa_level", "low"))
        found = search_by_picture(state, picture, query)
    seconds = state.variant.search_end_in_seconds
    return {
        "events": [_event(state, record, score) for record, score in found.records],
        "have_more": found.have_more,
        "total_time": time.perf_counter() - started,
        "endtimestamp": found.end_ms / 1000 if seconds else found.end_ms,
    }


def _event(state: BoxState, record: Record, score: float) -> JsonValue:
    body = record_body(record, state.variant)
    return {
        **{key: body[key] for key in _EVENT_KEYS},
        "out_timestamp": body["timestamp"],
        "compare_score": score,
    }


MATCH_ROUTES: Routes = {
    ("POST", "/sophon/v2/face/search"): _search,
    ("POST", "/sophon/v2/face/searchbyimage"): _search_by_image,
}
