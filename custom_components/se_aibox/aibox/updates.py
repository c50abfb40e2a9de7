"""The updates that a client delivers about its box."""

from collections.abc import Callable
from dataclasses import dataclass

from .exceptions import AiBoxError
from .models import BoxInfo, ClockReading, LiveRecognition, Recognition


@dataclass(frozen=True, slots=True)
class Connected:
    """The event socket is open, and the box knows what to push."""

    # None where the box did not answer.
    info: BoxInfo | None = None
    clock: ClockReading | None = None


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The event socket is closed or dead; the client reconnects by itself."""

    error: AiBoxError


@dataclass(frozen=True, slots=True)
class Skipped:
    """A message was skipped; `kind` says why without quoting it."""

    kind: str


@dataclass(frozen=True, slots=True)
class PicturesTooLarge:
    """A second message was too large: no more pictures are subscribed to."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """A recognition from the history that the socket did not bring."""

    recognition: Recognition


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """A scan of the history is complete."""

    recovered: int
    # How many are too old or too many to recover; None where the box does not say.
    left: int | None


@dataclass(frozen=True, slots=True)
class CatchUpFailed:
    """The history cannot be read now; the client tries again."""

    error: AiBoxError


type RecognitionUpdate = LiveRecognition | Recovered
type Update = (
    Connected
    | Disconnected
    | Skipped
    | PicturesTooLarge
    | CaughtUp
    | CatchUpFailed
    | RecognitionUpdate
)
type Deliver = Callable[[Update], None]
