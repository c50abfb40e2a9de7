"""The enrolled faces of dialect 2.0, and the quality of pictures."""

from emulator.arguments import count_argument, required, text_argument
from emulator.dialect import Answer, Call, Routes, report_unknown
from emulator.enrollment import Enrolled, find_person, new_face, with_faces
from emulator.errors import ApiError
from emulator.model import Face, Identity, JsonObject, JsonValue
from emulator.received import failed_checks, read_picture
from emulator.state import BoxState

_CHECKS = ("headpose", "brightness", "occlusion", "partial", "face_size", "clarity")
_ADD_ARGUMENTS = frozenset({"identity_id", "register_image", "fiqa_level"})
_DELETE_ARGUMENTS = frozenset({"identity_id", "register_image_id", "face_id"})
_REPLACE_ARGUMENTS = _ADD_ARGUMENTS | _DELETE_ARGUMENTS | {"register_image_index"}


async def _add(state: BoxState, call: Call) -> Answer:
    report_unknown(state, call.body, _ADD_ARGUMENTS, "addface")
    person = _person(state, call.body)
    face = await new_face(state, person.identity_id, _enrolled(call.body))
    return _keep(state, person, (*person.faces, face))


def _delete(state: BoxState, call: Call) -> Answer:
    report_unknown(state, call.body, _DELETE_ARGUMENTS, "deleteface")
    person = _person(state, call.body)
    faces = list(person.faces)
    del faces[_index(person, call.body)]
    if not faces:
        # No page says whether a person without a face remains.
        raise ApiError("INVALID_ARGUMENTS", "face_id")
    return _keep(state, person, tuple(faces))


async def _replace(state: BoxState, call: Call) -> Answer:
    report_unknown(state, call.body, _REPLACE_ARGUMENTS, "replaceface")
    person = _person(state, call.body)
    index = _index(person, call.body)
    faces = list(person.faces)
    faces[index] = await new_face(state, person.identity_id, _enrolled(call.body))
    return _keep(state, person, tuple(faces))


def _person(state: BoxState, body: JsonObject) -> Identity:
    return find_person(
        state, text_argument(required(body, "identity_id"), "identity_id")
    )


def _enrolled(body: JsonObject) -> Enrolled:
    image = required(body, "register_image")
    return Enrolled(image, "register_image", body.get("fiqa_level", "high"))


def _index(person: Identity, body: JsonObject) -> int:
    """Return the place of the face that a request names."""
    if "register_image_index" in body:
        index = count_argument(body["register_image_index"], "register_image_index", 0)
        if index >= len(person.faces):
            raise ApiError("INVALID_ARGUMENTS", "register_image_index")
        return index
    name = "register_image_id" if "register_image_id" in body else "face_id"
    wanted = text_argument(required(body, name), name)
    for index, face in enumerate(person.faces):
        if wanted == (face.image_id if name == "register_image_id" else face.face_id):
            return index
    raise ApiError("ID_NOT_FOUND", wanted)


def _keep(state: BoxState, person: Identity, faces: tuple[Face, ...]) -> JsonObject:
    state.keep(with_faces(person, faces))
    return {
        "identity_id": person.identity_id,
        "total_face_cnt": len(faces),
        "face_ids": [face.face_id for face in faces],
        "register_image_ids": [face.image_id for face in faces],
    }


async def _quality(state: BoxState, call: Call) -> Answer:
    body = call.body
    report_unknown(state, body, frozenset({"image_base64_str", "fiqa_level"}), "fiqa")
    image = required(body, "image_base64_str")
    picture = await read_picture(state, image, "image_base64_str")
    failed = failed_checks(state, picture, level=body.get("fiqa_level", "high"))
    passed: list[JsonValue] = [check for check in _CHECKS if check not in failed]
    return {
        "fiqa_result": not failed,
        "detailed_result": {
            "bbox": [74, 132, 582, 753],
            "passed_items": passed,
            "failed_items": [*failed],
            "detailed_scores": {
                "brightness": picture.brightness / 255,
                "face_size": float(picture.shorter_side),
            },
        },
    }


_PATH = "/sophon/v2/face"
FACE_ROUTES: Routes = {
    ("POST", f"{_PATH}/addface"): _add,
    ("POST", f"{_PATH}/deleteface"): _delete,
    ("POST", f"{_PATH}/replaceface"): _replace,
    ("POST", f"{_PATH}/fiqa"): _quality,
}
