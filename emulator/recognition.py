"""The arguments of a simulated recognition."""

from collections.abc import Mapping
from typing import Literal, Protocol, TypedDict, Unpack

from .model import Device, Emitted, Identity, JsonValue

# How the box reports a stranger (docs/protocol.md §1).
type Stranger = Literal["empty", "stranger", "automatic", "random", "employee"]
# Strangers whom the box calls employees with an id (docs/protocol.md §1, §6): filed
# under the name `stranger`, with an enrollment of its own or not; an automatic id; an
# id that stands for none.
type DisguisedStranger = Literal[
    "filed", "enrolled", "automatic_employee", "minus_one", "zero"
]


class Recognize(TypedDict, total=False):
    """Details of a recognition; the box chooses the others."""

    timestamp_ms: int | None
    score: float | None
    # The subject whose face the pictures show.
    subject: str | None
    # Whether the box sends a live message.
    push: bool
    # Changes to the attributes of the face, live and in the history.
    attributes: Mapping[str, JsonValue]
    stranger: Stranger | DisguisedStranger
    # The person type on the wire, also one that no page knows, live and in the history.
    wire_type: JsonValue
    # Changes to the live message: keys to merge, and dotted keys to remove.
    overrides: Mapping[str, JsonValue] | None
    omit: tuple[str, ...]
    include_pictures: bool


class BoxRecognize(Recognize, total=False):
    """Details for a box with an event socket and history."""

    # Whether the recognition enters the history.
    record: bool
    # An id to reuse. With the same device and time, the new record replaces the old.
    event_id: str | None
    # Seconds until the record enters the history, and until the message is sent.
    record_delay: float
    push_delay: float
    # How many times the message is sent.
    copies: int


class Recognizer(Protocol):
    """A function that simulates a recognition."""

    async def __call__(
        self,
        device: Device | str | None = None,
        identity: Identity | None = None,
        **details: Unpack[Recognize],
    ) -> Emitted:
        """Simulate a recognition; no identity means a stranger."""
        ...
