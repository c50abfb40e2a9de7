"""Picture recognition and picture search of dialect 1.x."""

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
from emulator.dialect import Answer, Call, Routes, history_time, report_unknown
from emulator.errors import ApiError
from emulator.history import time_argument
from emulator.model import Identity, JsonObject, JsonValue, Record
from emulator.picture_search import (
    DAY_MS,
    exclusive_search,
    picture_query,
    search_by_picture,
)
from emulator.received import check_face, check_liveness, read_picture
from emulator.state import BoxState
from emulator.wire_text import picture_text

from .live import identity_info
from .records import record_common

_DEVICE_MATCH_ARGUMENTS = frozenset(
    [
        "rgb_image_base64",
        "ir_image_base64",
        "device_ip",
        "compare_time",
        "need_register_photo",
    ]
)
# Since V5R7.
_MATCH_ARGUMENTS = _DEVICE_MATCH_ARGUMENTS | frozenset(
    [
        "group_name",
        "permission_name",
        "liveness_mode",
        "min_face_size",
        "with_attribute",
        "need_keep_info",
        "support_stranger",
        "with_debug_info",
    ]
)
_SEARCH_ARGUMENTS = frozenset(
    [
        "face_image_base64",
        "fiqa_level",
        "with_debug_info",
        "starttime",
        "endtime",
        "last_end_timestamp",
        "threshold",
        "device_id_list",
        "reverse",
    ]
)
_EVENT_KEYS = (
    "identity_id",
    "identity_name",
    "identity_info",
    "person_type",
    "score",
    "recognize_face_pic_id",
    "recognize_face_attr",
    "spot_pic_id",
    "ep_info",
)
_LONGEST_MS = 30 * DAY_MS


async def _picture_match(state: BoxState, call: Call) -> Answer:
    body = call.body
    if state.variant.compares_for_devices_only:
        required(body, "device_ip")
        body = {key: body[key] for key in body.keys() & _DEVICE_MATCH_ARGUMENTS}
    report_unknown(state, body, _MATCH_ARGUMENTS, "PictureMatch")
    check_liveness(body, "liveness_mode")
    image = required(body, "rgb_image_base64")
    if "device_ip" not in body and "group_name" not in body:
        raise ApiError("MISSING_ARGUMENTS", "device_ip")
    picture = await read_picture(state, image, "rgb_image_base64")
    check_face(state, picture, least_size=body.get("min_face_size"))
    comparison = compare(state, picture, _candidates(state, body))
    if "device_ip" in body:
        device = photo_device(state, text_argument(body["device_ip"], "device_ip"))
        when = time_argument(body, "compare_time")
        await recognize_at_device(
            call, device, picture, comparison, None if when is None else round(when)
        )
    if flag_argument(body, "support_stranger", default=state.settings.support_stranger):
        file_stranger(state, picture, comparison)
    return await _match_body(state, body, comparison)


def _candidates(state: BoxState, body: JsonObject) -> list[Identity]:
    if "group_name" not in body:
        return group_members(state)
    permission = text_argument(body.get("permission_name", ""), "permission_name")
    return group_members(
        state,
        group=text_argument(body["group_name"], "group_name"),
        permission=permission,
    )


async def _match_body(
    state: BoxState, body: JsonObject, comparison: Comparison
) -> JsonObject:
    answer: JsonObject = {
        "retcode": "1" if comparison.matched else "0",
        "score": comparison.score,
    }
    if not comparison.matched and not flag_argument(body, "need_keep_info"):
        return {**answer, "identity_id": "", "name": "stranger"}
    person = comparison.nearest
    answer |= {
        "identity_id": person.identity_id,
        "identity_info": identity_info(person),
        "name": person.name,
    }
    if flag_argument(body, "need_register_photo"):
        painted = await state.studio.paint(state.reference(person))
        answer["reg_pic"] = picture_text(painted.base64, state.variant)
    return answer


async def _picture_search(state: BoxState, call: Call) -> Answer:
    started = time.perf_counter()
    body = call.body
    report_unknown(state, body, _SEARCH_ARGUMENTS, "picturesearch")
    image = required(body, "face_image_base64")
    query = picture_query(state, body, "device_id_list")
    if query.until_ms - query.since_ms > _LONGEST_MS:
        raise ApiError("INVALID_ARGUMENTS", "starttime: at most a month")
    async with exclusive_search(state):
        picture = await read_picture(state, image, "face_image_base64")
        check_face(state, picture, level=body.get("fiqa_level", "no"))
        found = search_by_picture(state, picture, query)
    events: list[JsonValue] = [
        _event(state, record, score) for record, score in found.records
    ]
    return {
        "ret_code": 1,
        "have_more": found.have_more,
        "total_time": time.perf_counter() - started,
        "endtimestamp": found.end_ms / 1000,
        "total_count": len(events),
        "event_list": events,
    }


def _event(state: BoxState, record: Record, score: float) -> JsonObject:
    common = record_common(record, state.variant)
    moment = history_time(record, state.variant)
    return {
        **{key: common[key] for key in _EVENT_KEYS},
        "timestamp": moment,
        "out_timestamp": moment,
        "compare_score": score,
    }


MATCH_ROUTES: Routes = {
    ("POST", "/SophonMatch/api/PictureMatch"): _picture_match,
    ("POST", "/SophonMatch/api/picturesearch"): _picture_search,
}
