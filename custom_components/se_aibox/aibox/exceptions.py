"""What can go wrong with a box; no other exception type leaves this package."""

from typing import override


class AiBoxError(Exception):
    """Anything that went wrong with a box."""


class AiBoxConnectionError(AiBoxError):
    """The box could not be reached, or the connection broke."""


class AiBoxTimeoutError(AiBoxConnectionError):
    """The box did not answer in time."""


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

    def __init__(self, code: str, message: str) -> None:
        """Keep the box's error code and its words (PROTOCOL §2)."""
        super().__init__(code, message)
        self.code = code
        self.message = message

    @override
    def __str__(self) -> str:
        """Return the words with the code, as a log line wants them."""
        return f"{self.message or 'no reason given'} ({self.code})"


class UnreadableError(AiBoxProtocolError):
    """A message or answer that cannot be read.

    `kind` says why in a few words that never quote the message, so that it can be
    logged and counted: messages hold names and faces.
    """

    def __init__(self, kind: str) -> None:
        """Keep the kind of fault."""
        super().__init__(kind)
        self.kind = kind
