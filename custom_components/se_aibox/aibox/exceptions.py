"""What can go wrong with a box; no other exception type leaves this package."""

from enum import StrEnum
from typing import override


class Refusal(StrEnum):
    """What a box found wrong with a question, where it says it in a way that is known (PROTOCOL §5)."""

    # With the face on a picture.
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
    # With who it is.
    NO_MATCH = "no_match"
    NOT_NOW = "not_now"
    # With the question itself.
    PICTURE_UNREADABLE = "picture_unreadable"
    PICTURE_TOO_LARGE = "picture_too_large"
    NOBODY_TO_COMPARE = "nobody_to_compare"
    GROUP_UNKNOWN = "group_unknown"
    ID_EXISTS = "id_exists"
    NAME_EXISTS = "name_exists"
    BOX_FULL = "box_full"
    SEARCH_RUNNING = "search_running"
    ONLY_CAPTURES = "only_captures"


# What answers the question who is on a picture: nobody, and why.
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
    """Anything that went wrong with a box."""


class AiBoxConnectionError(AiBoxError):
    """The box could not be reached, or the connection broke."""


class AiBoxTimeoutError(AiBoxConnectionError):
    """The box did not answer in time."""


class AiBoxDeafError(AiBoxTimeoutError):
    """The event socket is open, but does not bring what the box records."""


class AiBoxMessageTooLargeError(AiBoxConnectionError):
    """The box sent more at once than is taken, and the connection was ended for it."""


class AiBoxAnotherBoxError(AiBoxError):
    """Another box answers where this one is expected."""


class AiBoxProtocolError(AiBoxError):
    """Something answered, but not in the way of an SE AI box."""


class AiBoxNotFoundError(AiBoxProtocolError):
    """The box has no such call, picture or record."""


class AiBoxBusyError(AiBoxError):
    """The box is still starting; ask again later (`DEVICE_INIT_ERROR`)."""


class AiBoxRefusedError(AiBoxError):
    """The box understood the request and answered with an error of its own."""

    def __init__(self, code: str, message: str, refusal: Refusal | None = None) -> None:
        """Keep the box's error code, its words (PROTOCOL §2), which may name somebody, and what they mean."""
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.refusal = refusal

    @override
    def __str__(self) -> str:
        """Return the code alone, as a log line wants it: words of a box are nothing for a log."""
        return f"error {self.code}"


class UnreadableError(AiBoxProtocolError):
    """A message or answer that cannot be read.

    `kind` says why in a few words that never quote the message, so that it can be
    logged and counted: messages hold names and faces.
    """

    def __init__(self, kind: str) -> None:
        """Keep the kind of fault."""
        super().__init__(kind)
        self.kind = kind
