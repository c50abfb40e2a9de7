"""Which fault strikes which box when: always the same for the same seed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Final


class FaultKind(StrEnum):
    """What can go wrong between a box and Home Assistant; the words are what the tables say."""

    # The box resets its event connections, or says goodbye first.
    DROP = "drop"
    GOODBYE = "goodbye"
    # Packets vanish; connections of that time are never told that they are dead.
    HALF_OPEN = "half-open"
    # Packets are held back, then all come at once.
    STALL = "stall"
    LAG = "lag"
    # Every port of the box refuses, and what was open is reset.
    REFUSE = "refuse"
    # Open connections on which the box says nothing any more, not even a pong.
    SILENCE = "silence"
    REBOOT = "reboot"
    # The clock of the box is set, while everything else goes on.
    CLOCK = "clock"
    # The box drops its event connections and answers every question that it is still starting.
    BUSY = "busy"
    DUPLICATE = "duplicate"
    REORDER = "reorder"
    # Live messages that come around the freshness limit, with a drop in between: what was recovered is heard, too.
    LATE = "late"
    # Records that enter the history long after the moment, with a drop in between.
    LATE_RECORDS = "late records"
    GARBAGE = "garbage"
    ADD = "add device"
    RENAME = "rename device"
    REMOVE = "remove device"
    # Home Assistant sets the box up anew.
    RELOAD = "reload"


# How long each lasts, in seconds. A silence has to outlast the 45 s in which the client must notice it:
# what a box withholds for a moment, on a connection that then goes on, nobody can know of. Connections that
# died unnoticed get the same time, before something else ends them.
_SPANS: Final[Mapping[FaultKind, tuple[float, float]]] = {
    FaultKind.DROP: (0, 0),
    FaultKind.GOODBYE: (0, 0),
    FaultKind.HALF_OPEN: (46, 50),
    FaultKind.STALL: (3, 13),
    FaultKind.LAG: (4, 8),
    FaultKind.REFUSE: (2, 10),
    FaultKind.SILENCE: (46, 50),
    FaultKind.REBOOT: (3, 8),
    # Nobody can tell a message that came late from a clock that was set: those under way arrive first.
    FaultKind.CLOCK: (20, 20),
    FaultKind.BUSY: (3, 8),
    FaultKind.DUPLICATE: (4, 7),
    FaultKind.REORDER: (4, 7),
    FaultKind.LATE: (4, 8),
    FaultKind.LATE_RECORDS: (4, 8),
    FaultKind.GARBAGE: (3, 5),
    FaultKind.ADD: (0, 0),
    FaultKind.RENAME: (0, 0),
    FaultKind.REMOVE: (0, 0),
    FaultKind.RELOAD: (0, 0),
}
# Dealt first, so that a short run has them too.
_LONG: Final = (FaultKind.SILENCE, FaultKind.HALF_OPEN)
_FIRST_SECONDS = 5.0
# Between two faults of one box: quick until each kind was there once, then also long enough for a
# connection to count as a stable one.
_QUICK_GAP: Final = (1.0, 3.0)
_GAP: Final = (2.0, 75.0)


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of one box, in seconds from the start; `strength` is 0…1, for what a kind leaves open."""

    at: float
    seconds: float
    box: str
    kind: FaultKind
    strength: float


def make_plan(seed: int, boxes: Sequence[str], seconds: float) -> list[Fault]:
    """Return the faults of a run in the order in which they begin, one at a time for each box.

    All kinds are dealt, then all again in another order, each card to the box that has been at peace longest.
    """
    random = Random(f"{seed}/faults")
    free = dict.fromkeys(boxes, _FIRST_SECONDS)
    plan: list[Fault] = []
    deck = sorted(_shuffled(random), key=lambda kind: kind not in _LONG)
    gap = _QUICK_GAP
    while True:
        if not deck:
            deck, gap = _shuffled(random), _GAP
        kind = deck.pop(0)
        box = min(free, key=lambda name: free[name])
        at = free[box] + random.uniform(*gap)
        length = random.uniform(*_SPANS[kind])
        if at + length > seconds:
            return sorted(plan, key=lambda fault: fault.at)
        plan.append(Fault(at, length, box, kind, random.random()))
        free[box] = at + length


def _shuffled(random: Random) -> list[FaultKind]:
    return random.sample(list(FaultKind), len(FaultKind))
