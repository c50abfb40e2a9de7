"""The error format of dialect 1.x."""

from emulator.errors import ApiError
from emulator.model import JsonObject


def error_body(error: ApiError) -> JsonObject:
    """Return the body of a failed call (docs/protocol.md §2)."""
    return {
        "error": {
            "code": error.status,
            "message": error.message or error.code,
            "status": error.code,
        }
    }
