"""How a caller lets a capture device see somebody."""

from collections.abc import Mapping
from typing import Literal, Protocol, TypedDict, Unpack

from .model import Device, Emitted, Identity, JsonValue

# How a box marks a stranger (PROTOCOL §1).
type Stranger = Literal["empty", "stranger", "automatic", "random", "employee"]


class Recognize(TypedDict, total=False):
    """Details of a recognition; the box chooses those left out."""

    timestamp_ms: int | None
    score: float | None
    # Whose face the pictures show.
    subject: str | None
    # Whether the box sends a live message.
    push: bool
    stranger: Stranger
    # Changes to the live message: keys to merge in, dotted keys to remove.
    overrides: Mapping[str, JsonValue] | None
    omit: tuple[str, ...]
    include_pictures: bool


class BoxRecognize(Recognize, total=False):
    """Details for a box with an event socket and a history."""

    record: bool
    # An id to use again. With the same device and time too, it is another result
    # of that recognition, and the new record replaces the old one.
    event_id: str | None
    # Seconds until the record enters the history, and until the message is sent.
    record_delay: float
    push_delay: float
    # How often the message is sent.
    copies: int


class Recognizer(Protocol):
    """Lets a capture device see somebody, or a stranger without an identity."""

    async def __call__(
        self,
        device: Device | str | None = None,
        identity: Identity | None = None,
        **details: Unpack[Recognize],
    ) -> Emitted:
        """Return what the box recorded and sent."""
        ...
