"""What happens to a box and at it, as whoever listens is told."""

from dataclasses import dataclass

from .exceptions import AiBoxError
from .models import BoxInfo, ClockReading, LiveRecognition
from .recovery import CaughtUp, Recovered
from .watch import CatchUpFailed


@dataclass(frozen=True, slots=True)
class Connected:
    """The event socket is open and the box knows what to push."""

    # What was asked on the occasion, where there was an answer.
    info: BoxInfo | None = None
    clock: ClockReading | None = None


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The event socket is closed, or could not be opened; the client keeps trying."""

    error: AiBoxError


@dataclass(frozen=True, slots=True)
class Skipped:
    """A frame that could not be read; `kind` says why without quoting it."""

    kind: str


@dataclass(frozen=True, slots=True)
class PicturesTooLarge:
    """The box sends more at once than is taken, again: from now on it is asked for no pictures."""


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
