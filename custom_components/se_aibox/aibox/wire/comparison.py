"""Recognizes a picture, in both dialects (docs/protocol.md §5).

A request never names a capture device. Otherwise, the picture would become an event of
that device, and might open its door.
"""

from ..exceptions import AiBoxRefusedError, Refusal, UnreadableError
from ..models import Dialect
from ..questions import PictureAnswer, PictureQuestion
from .errors import refuses_arguments
from .fields import JsonObject, encode_picture, mapping, number, required, text
from .people import EVERYBODY
from .person import read_person
from .request import Request

_LIVENESS = "liveness_rgb"
_SECONDS = 30


def comparison_request(dialect: Dialect, question: PictureQuestion) -> Request:
    """Return the request to recognize a picture."""
    body: dict[str, object] = {"rgb_image_base64": encode_picture(question.picture)}
    if question.minimum_face_size is not None:
        body["min_face_size"] = question.minimum_face_size
    if dialect is Dialect.FLAT:
        # Without a group, no page says which people a face is compared with.
        if question.permission_group is not None:
            body["permission_name"] = question.permission_group
        # Filed strangers are not compared. No page says whether one is filed.
        body["with_default_group_only"] = True
        if question.liveness:
            body["with_liveness_check"] = _LIVENESS
        return Request("POST", "/sophon/v2/face/search", body=body, seconds=_SECONDS)
    body["group_name"] = EVERYBODY
    # The box files no stranger away.
    body["support_stranger"] = False
    if question.permission_group is not None:
        body["permission_name"] = question.permission_group
    if question.liveness:
        body["liveness_mode"] = _LIVENESS
    return Request("POST", "/SophonMatch/api/PictureMatch", body=body, seconds=_SECONDS)


def comparison_refusal(
    dialect: Dialect, question: PictureQuestion, error: AiBoxRefusedError
) -> Refusal | None:
    """Return why a box refused to recognize a picture."""
    if error.refusal is not None or not refuses_arguments(error):
        return error.refusal
    if dialect is Dialect.NESTED:
        # Before V5R7, a box requires the address of a capture device.
        return Refusal.NEEDS_DEVICE
    # The page calls both optional, the group and the device.
    return Refusal.NEEDS_GROUP if question.permission_group is None else None


def read_comparison(dialect: Dialect, answer: JsonObject) -> PictureAnswer:
    """Return who is on the picture."""
    # Without a match, the box names the nearest miss: leave that out.
    flat = dialect is Dialect.FLAT
    score = number(answer, "score")
    if _is_match(answer, flat=flat):
        info = mapping(answer, "identity_info")
        name = text(info, "identity_name") if flat else text(answer, "name")
        person = read_person(
            {
                "identity_id": answer.get("identity_id"),
                "identity_name": name or text(info, "name"),
            },
            text(info, "user_type" if flat else "type"),
        )
        if person.identity_id is not None:
            return PictureAnswer(
                person.identity_id, person.identity_name, person.person_type, score
            )
    return PictureAnswer(score=score, reason=Refusal.NO_MATCH)


def _is_match(answer: JsonObject, *, flat: bool) -> bool:
    if not flat:
        return required(number(answer, "retcode"), "retcode") == 1
    result = answer.get("result")
    if not isinstance(result, bool):
        raise UnreadableError("no result")
    return result
