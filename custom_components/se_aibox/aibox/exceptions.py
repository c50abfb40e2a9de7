"""The errors that requests to a box raise."""

from enum import StrEnum
from typing import override


class Refusal(StrEnum):
    """Why a box refused a request (docs/protocol.md §5)."""

    # The face on the picture.
    NO_FACE = "no_face"
    FACE_TOO_SMALL = "face_too_small"
    TURNED_AWAY = "turned_away"
    BLURRED = "blurred"
    CUT_OFF = "cut_off"
    UNEVEN_LIGHT = "uneven_light"
    TOO_DARK = "too_dark"
    MASKED = "masked"
    COVERED = "covered"
    LOW_QUALITY = "low_quality"
    NOT_LIVE = "not_live"
    # The person.
    NO_MATCH = "no_match"
    NOT_NOW = "not_now"
    # The request itself.
    PICTURE_UNREADABLE = "picture_unreadable"
    PICTURE_TOO_LARGE = "picture_too_large"
    NOBODY_TO_COMPARE = "nobody_to_compare"
    NOT_LOADED = "not_loaded"
    NEEDS_DEVICE = "needs_device"
    NEEDS_GROUP = "needs_group"
    LIBRARY_UNKNOWN = "library_unknown"
    GROUP_UNKNOWN = "group_unknown"
    GROUP_WITHOUT_ID = "group_without_id"
    TYPE_NOT_ENROLLED = "type_not_enrolled"
    IDENTITY_UNKNOWN = "identity_unknown"
    IDENTITY_MISMATCH = "identity_mismatch"
    IDENTITY_TAKEN = "identity_taken"
    NAME_EXISTS = "name_exists"
    FACE_TAKEN = "face_taken"
    GROUP_FULL = "group_full"
    BOX_FULL = "box_full"
    MANAGED = "managed"
    SEARCH_RUNNING = "search_running"
    ONLY_CAPTURES = "only_captures"


# Refusals that answer who is on a picture: nobody.
NOT_RECOGNIZED = frozenset(
    {
        Refusal.NO_FACE,
        Refusal.FACE_TOO_SMALL,
        Refusal.TURNED_AWAY,
        Refusal.BLURRED,
        Refusal.CUT_OFF,
        Refusal.UNEVEN_LIGHT,
        Refusal.TOO_DARK,
        Refusal.MASKED,
        Refusal.COVERED,
        Refusal.LOW_QUALITY,
        Refusal.NOT_LIVE,
        Refusal.NO_MATCH,
        Refusal.NOT_NOW,
    }
)


class AiBoxError(Exception):
    """The base class of all errors of a box."""

    # A few words, to be counted and shown; users never see the name of a class.
    kind: str = "error"

    @override
    def __str__(self) -> str:
        """Return why, in words."""
        return super().__str__() or self.kind


class AiBoxConnectionError(AiBoxError):
    """The box could not be reached, or the connection broke."""

    kind = "no connection"

    def __init__(self, reason: str = "", *, was_connected: bool = True) -> None:
        """Initialize the error; without a connection, nothing was sent."""
        super().__init__(reason)
        self.was_connected = was_connected


class AiBoxTimeoutError(AiBoxConnectionError):
    """The box did not answer in time."""

    kind = "no answer in time"


class AiBoxDeafError(AiBoxTimeoutError):
    """The event socket does not send what the box records."""

    kind = "deaf event socket"


class AiBoxMessageTooLargeError(AiBoxConnectionError):
    """A message was too large and ended the connection."""

    kind = "message too large"


class AiBoxAnotherBoxError(AiBoxError):
    """Another box answers at the address of this one."""

    kind = "another box"


class AiBoxUnidentifiedError(AiBoxError):
    """A box that identified itself before does not any more."""

    kind = "no identity"


class AiBoxProtocolError(AiBoxError):
    """The answer is not from an SE AI box."""

    kind = "not an SE AI box"


class AiBoxRedirectError(AiBoxProtocolError):
    """The answer redirects to another address."""

    kind = "redirect"


class AiBoxLoginError(AiBoxProtocolError):
    """The answer asks for a login, which no box does."""

    kind = "login required"


class AiBoxNotFoundError(AiBoxProtocolError):
    """The box has no such call, picture or record."""

    kind = "not found"


class AiBoxBusyError(AiBoxError):
    """The box is still starting; ask again later (`DEVICE_INIT_ERROR`)."""

    kind = "still starting"


class AiBoxRefusedError(AiBoxError):
    """The box answered with an error of its own."""

    kind = "refused"

    def __init__(self, code: str, message: str, refusal: Refusal | None = None) -> None:
        """Initialize the error with the box's answer (docs/protocol.md §2).

        `message` may name somebody. `refusal` is the known meaning, if any.
        """
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.refusal = refusal

    @override
    def __str__(self) -> str:
        """Return only the code, which is safe to log."""
        return f"error {self.code}"


class AiBoxOtherwiseChangedError(AiBoxError):
    """The box changed more, or less, than it was asked to."""

    kind = "changed otherwise"

    def __init__(self, fields: tuple[str, ...] = ()) -> None:
        """Initialize the error with the fields of `PersonRecord` that differ."""
        super().__init__(", ".join(fields))
        self.fields = fields


class AiBoxNotChangedError(AiBoxError):
    """The box keeps another value than it was asked to store."""

    kind = "not changed"


class UnreadableError(AiBoxProtocolError):
    """A message or answer that cannot be read.

    `kind` is a short reason that can be logged and counted. It never quotes the
    message, because messages contain names and faces.
    """

    def __init__(self, kind: str) -> None:
        """Initialize the error with the kind of fault."""
        super().__init__(kind)
        self.kind = kind


def is_in_doubt(error: AiBoxError) -> bool:
    """Return whether a box may have made a change despite an error."""
    match error:
        case AiBoxConnectionError(was_connected=was_connected):
            return was_connected
        case AiBoxNotFoundError():
            return False
    return isinstance(error, AiBoxProtocolError)
