"""The quality of a picture that a client sends to a 1.x box."""

from emulator.arguments import required
from emulator.dialect import Answer, Call, Routes, report_unknown
from emulator.errors import ApiError
from emulator.model import JsonObject, JsonValue
from emulator.received import failed_checks, read_picture
from emulator.state import BoxState

# The names of V5R7. MQ 5.3 has others, with brightness.
_CHECKS = {
    "face_size": "face_size",
    "brightness": "face_color",
    "quality": "image_quality",
    "location": "face_location",
    "angle": "face_angle",
    "clarity": "clarity",
}


async def _quality(state: BoxState, call: Call) -> Answer:
    if state.variant.quality_call_missing:
        raise ApiError("NOT_FOUND", "FIQA")
    body = call.body
    report_unknown(state, body, frozenset({"image_base64_str", "fiqa_level"}), "FIQA")
    image = required(body, "image_base64_str")
    picture = await read_picture(state, image, "image_base64_str")
    failed = failed_checks(state, picture, level=body.get("fiqa_level") or "high")
    fails: list[JsonValue] = [_CHECKS[name] for name in failed]
    face: JsonObject = {
        "bbox": [95, 61, 529, 652],
        "fails": fails,
        "fiqa_result": not failed,
        "info": {
            "face_size": picture.shorter_side,
            "face_color": picture.brightness / 255,
            "face_location": False,
        },
        "score": int(not failed),
        "success": [name for name in _CHECKS.values() if name not in fails],
    }
    return {"data": [face]}


FIQA_ROUTES: Routes = {("POST", "/SophonFace/api/FIQA"): _quality}
