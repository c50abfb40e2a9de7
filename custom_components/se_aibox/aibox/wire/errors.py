"""The error shapes of both dialects (PROTOCOL §2)."""

from ..exceptions import AiBoxBusyError, AiBoxNotFoundError, AiBoxRefusedError
from .fields import JsonObject

_STARTING = "DEVICE_INIT_ERROR"
_NOT_FOUND = frozenset({"ID_NOT_FOUND", "DEVICE_ID_NOT_FOUND"})


def raise_for_error(answer: JsonObject) -> None:
    """Raise what an answer says went wrong; some firmware says it with HTTP 200."""
    error = answer.get("error")
    if not error:
        return
    if not isinstance(error, dict):
        raise AiBoxRefusedError(str(error)[:64], "")
    # 1.x has a number as code and the word in one of the other fields.
    words = [str(error.get(name) or "")[:200] for name in ("code", "status", "message")]
    if _STARTING in words:
        raise AiBoxBusyError("the box is still starting")
    if _NOT_FOUND.intersection(words):
        raise AiBoxNotFoundError("the box does not know the id")
    raise AiBoxRefusedError(words[0] or words[1], words[2])
