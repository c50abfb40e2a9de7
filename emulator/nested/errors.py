"""The error format of dialect 1.x."""

from emulator.errors import ApiError
from emulator.model import JsonObject

# The codes of 1.x by those of 2.0 (docs/protocol.md §2). It has none for a box that is
# starting or already searching: those keep the name, with the HTTP status as the code.
_CODES = {
    "UNSUPPORT_CONTENT_TYPE": (40001, "UNSUPPORT_CONTENT_TYPE"),
    "INVALID_REQUEST_JSON": (40000, "BAD_REQUEST"),
    "IMAGE_DECODE_ERROR": (40003, "IMAGE_ERROR"),
    "NO_FACE_ERROR": (40004, "NO_FACE"),
    "LOW_QUALITY_ERROR": (40006, "LOW_QUALITY_ERROR"),
    "IMAGE_SIZE_TOO_LARGE_ERROR": (40007, "IMAGE_SIZE_TOO_LARGE_ERROR"),
    "EMPTY_GROUP_ERROR": (40008, "EMPTY_GROUP_ERROR"),
    "ENROLL_FACE_SIZE_NOT_ENOUGH_ERROR": (40009, "ENROLL_FACE_SIZE_NOT_ENOUGH_ERROR"),
    "GROUP_LEN_ERROR": (40015, "GROUP_LEN_ERROR"),
    "STRANGER_NOT_DELETE": (40014, "STRANGER_NOT_DELETE"),
    "ID_REPEAT_ERROR": (40011, "IDENTITY_EXSIT_ERROR"),
    "MISSING_ARGUMENTS": (40091, "PARAM_ERROR"),
    "INVALID_ARGUMENTS": (40091, "PARAM_ERROR"),
    "NOT_FOUND": (40400, "NOT_FOUND"),
    "DEVICE_ID_NOT_FOUND": (40400, "NOT_FOUND"),
    "ID_NOT_FOUND": (40401, "ID_NOT_FOUND"),
}


def error_body(error: ApiError) -> JsonObject:
    """Return the body of a failed call (docs/protocol.md §2)."""
    code, status = _CODES.get(error.code, (error.status, error.code))
    return {
        "error": {"code": code, "message": error.message or status, "status": status}
    }
