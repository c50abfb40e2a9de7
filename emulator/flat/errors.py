"""The error format of dialect 2.0."""

from emulator.errors import ApiError
from emulator.model import JsonObject


def error_body(error: ApiError) -> JsonObject:
    """Return the body of a failed call (docs/protocol.md §2)."""
    return {"error": {"code": error.code, "message": error.message}}
