"""The updates that a client delivers about its box."""

from collections.abc import Callable
from dataclasses import dataclass

from .exceptions import AiBoxError
from .models import BoxInfo, ClockReading, LiveRecognition, Recognition


@dataclass(frozen=True, slots=True)
class Connected:
    """The event socket is open and subscribed."""

    # None if the box did not answer.
    info: BoxInfo | None = None
    clock: ClockReading | None = None


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The event socket is lost; the client will reconnect."""

    error: AiBoxError


@dataclass(frozen=True, slots=True)
class Skipped:
    """A message was skipped."""

    # The reason, never a quote of the message.
    kind: str


@dataclass(frozen=True, slots=True)
class PicturesTooLarge:
    """A second message was too large; pictures are unsubscribed."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """A missed recognition, recovered from the history."""

    recognition: Recognition


@dataclass(frozen=True, slots=True)
class ScanCompleted:
    """A scan of the history is complete."""

    recovered: int
    # Number of records that are too old or too many to recover; None if unreported.
    left: int | None


@dataclass(frozen=True, slots=True)
class ScanFailed:
    """The history cannot be read; the client will retry."""

    error: AiBoxError


type RecognitionUpdate = LiveRecognition | Recovered
type Update = (
    Connected
    | Disconnected
    | Skipped
    | PicturesTooLarge
    | ScanCompleted
    | ScanFailed
    | RecognitionUpdate
)
type Deliver = Callable[[Update], None]
