"""Reads the errors of both dialects (docs/protocol.md §2, §5)."""

import re

from ..exceptions import AiBoxBusyError, AiBoxNotFoundError, AiBoxRefusedError, Refusal
from .fields import JsonObject

_STARTING = "DEVICE_INIT_ERROR"
_NOT_FOUND = frozenset({"ID_NOT_FOUND", "DEVICE_ID_NOT_FOUND", "NOT_FOUND"})
_NO_SUCH_CALL = "NOT_IMPLEMENTED"
_ARGUMENTS = frozenset(
    {"PARAM_ERROR", "BAD_REQUEST", "MISSING_ARGUMENTS", "INVALID_ARGUMENTS"}
)
# The names of the numbers of 1.x, for an error without a name.
_NAMES = {
    "40000": "BAD_REQUEST",
    "40003": "IMAGE_ERROR",
    "40004": "NO_FACE",
    "40006": "LOW_QUALITY_ERROR",
    "40007": "IMAGE_SIZE_TOO_LARGE_ERROR",
    "40008": "EMPTY_GROUP_ERROR",
    "40009": "ENROLL_FACE_SIZE_NOT_ENOUGH_ERROR",
    "40010": "BAD_FEATURE_ERROR",
    "40011": "IDENTITY_EXSIT_ERROR",
    "40012": "GROUP_NAME_ERROR",
    "40013": "GROUP_NOT_LOAD",
    "40015": "GROUP_LEN_ERROR",
    "40091": "PARAM_ERROR",
    "40400": "NOT_FOUND",
    "40401": "ID_NOT_FOUND",
    "40491": "NOT_FOUND",
    "41300": "PAYLOAD_TOO_LARGE",
    "50100": "NOT_IMPLEMENTED",
}
_REFUSALS = {
    # The name of 2.0, "NO_FACE_ERROR", begins with that of 1.x.
    "NO_FACE": Refusal.NO_FACE,
    "ENROLL_FACE_SIZE_NOT_ENOUGH_ERROR": Refusal.FACE_TOO_SMALL,
    "LOW_QUALITY_ERROR": Refusal.LOW_QUALITY,
    "BAD_FEATURE_ERROR": Refusal.LOW_QUALITY,
    "LIVENESS_DETECT_FAIL": Refusal.NOT_LIVE,
    "MATCH_FAIL": Refusal.NO_MATCH,
    "NOT_IN_PASS_TIME": Refusal.NOT_NOW,
    "IMAGE_DECODE_ERROR": Refusal.PICTURE_UNREADABLE,
    "IMAGE_ERROR": Refusal.PICTURE_UNREADABLE,
    "IMAGE_SIZE_TOO_LARGE_ERROR": Refusal.PICTURE_TOO_LARGE,
    "PAYLOAD_TOO_LARGE": Refusal.PICTURE_TOO_LARGE,
    "EMPTY_GROUP_ERROR": Refusal.NOBODY_TO_COMPARE,
    "GROUP_NOT_LOAD": Refusal.NOT_LOADED,
    "GROUP_NAME_ERROR": Refusal.LIBRARY_UNKNOWN,
    "PERMISSION_ID_NOT_FOUND": Refusal.GROUP_UNKNOWN,
    "ID_REPEAT_ERROR": Refusal.IDENTITY_TAKEN,
    # The vendor's spelling.
    "IDENTITY_EXSIT_ERROR": Refusal.IDENTITY_TAKEN,
    # Prose, from the vendor's page on 1.x.
    "already exist": Refusal.IDENTITY_TAKEN,
    "NAME_REPEAT_ERROR": Refusal.NAME_EXISTS,
    "GROUP_LEN_ERROR": Refusal.GROUP_FULL,
    "INSUFFICIENT_SPACE_LEFT": Refusal.BOX_FULL,
    "ANOTHER_PICTURE_SEARCH_RUNNING_ERROR": Refusal.SEARCH_RUNNING,
    "NOT_SUPPORT_IN_GRAB_MODE": Refusal.ONLY_CAPTURES,
}
# The measurements of a low-quality face, beginning with the worst for recognition.
_QUALITIES = {
    "face_size": Refusal.FACE_TOO_SMALL,
    "headpose": Refusal.TURNED_AWAY,
    "clarity": Refusal.BLURRED,
    "partial": Refusal.CUT_OFF,
    "mask": Refusal.MASKED,
    "occlusion": Refusal.COVERED,
    "brightness": Refusal.TOO_DARK,
    "face_color": Refusal.UNEVEN_LIGHT,
}
# A code is logged, and logs must contain nobody's name or number: accept only texts
# that can be nothing but a code.
_CODE = re.compile(r"(?=.{1,64}$)[A-Z]+(_[A-Z0-9]+)+|-?\d{1,5}", re.ASCII)
_UNNAMED = "no code"
_LONGEST_MESSAGE = 200


def raise_for_error(answer: JsonObject) -> None:
    """Raise the error in an answer, if there is one."""
    # Some firmware sends an error with HTTP 200.
    error = answer.get("error")
    if not error:
        return
    if not isinstance(error, dict):
        error = {"code": error}
    # 1.x has a number as the code, and the word in one of the other fields.
    words = [_word(error.get(name)) for name in ("code", "status", "message")]
    if not _CODE.fullmatch(words[1]):
        words[1] = _NAMES.get(words[0], words[1])
    if _STARTING in words:
        raise AiBoxBusyError("the box is still starting")
    if _NOT_FOUND.intersection(words):
        raise AiBoxNotFoundError("the box does not know the id")
    if _NO_SUCH_CALL in words:
        raise AiBoxNotFoundError("the box has no such call")
    codes = (word for word in words[:2] if _CODE.fullmatch(word))
    raise AiBoxRefusedError(" ".join(codes) or _UNNAMED, words[2], _read_refusal(words))


def refuses_arguments(error: AiBoxRefusedError) -> bool:
    """Return whether a box takes the arguments of a request for wrong."""
    return not _ARGUMENTS.isdisjoint(error.code.split())


def _read_refusal(words: list[str]) -> Refusal | None:
    reported = " ".join(words)
    refusal = next((_REFUSALS[word] for word in _REFUSALS if word in reported), None)
    if refusal is Refusal.LOW_QUALITY:
        return next(
            (_QUALITIES[word] for word in _QUALITIES if word in reported), refusal
        )
    return refusal


def _word(value: object) -> str:
    """Return an error's field as one line of text."""
    if not isinstance(value, str | int):
        return ""
    words = " ".join(str(value)[:_LONGEST_MESSAGE].split())
    return "".join(filter(str.isprintable, words))
