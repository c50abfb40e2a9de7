"""The plan of faults, determined by the seed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Final


class FaultKind(StrEnum):
    """What can go wrong between a box and Home Assistant, as named in the tables."""

    # The box resets its event connections, or closes them with a close frame.
    DROP = "drop"
    GOODBYE = "goodbye"
    # Packets vanish. Connections from before stay dead, and nobody is notified.
    HALF_OPEN = "half-open"
    # Packets are held back, then all arrive at once.
    STALL = "stall"
    LAG = "lag"
    # Every port of the box refuses connections, and open ones are reset.
    REFUSE = "refuse"
    # Connections stay open, but the box sends nothing any more, not even a pong.
    SILENCE = "silence"
    REBOOT = "reboot"
    # The clock of the box is set, while everything else continues.
    CLOCK = "clock"
    # The box drops its event connections, and answers every request with "starting".
    BUSY = "busy"
    DUPLICATE = "duplicate"
    REORDER = "reorder"
    # Live messages arrive late, around the freshness limit, and there is a drop in
    # between: some recognitions are recovered before their live message arrives.
    LATE = "late"
    # Records enter the history long after their time, and there is a drop in between.
    LATE_RECORDS = "late records"
    # All records enter the history some seconds late, and there is a drop in between.
    SLOW_RECORDS = "slow records"
    # From then on, the history rounds scores; there is a drop in between.
    ROUNDED = "rounded scores"
    GARBAGE = "garbage"
    # Far more control frames than messages.
    FLOOD = "flood"
    # The box forgets what it should push, but answers pings.
    DEAF = "deaf"
    # The firmware changes to the other dialect, on the same ports.
    UPDATE = "update"
    ADD = "add device"
    RENAME = "rename device"
    REMOVE = "remove device"
    # Home Assistant reloads the box.
    RELOAD = "reload"


# How long each lasts, in seconds. A silence has to outlast the 45 s in which the client
# must notice it: no client can know what a box withholds for a moment, on a connection
# that then continues. Connections that died unnoticed get the same time before
# something else ends them.
_SPANS: Final[Mapping[FaultKind, tuple[float, float]]] = {
    FaultKind.DROP: (0, 0),
    FaultKind.GOODBYE: (0, 0),
    FaultKind.HALF_OPEN: (46, 50),
    FaultKind.STALL: (3, 13),
    FaultKind.LAG: (4, 8),
    FaultKind.REFUSE: (2, 10),
    FaultKind.SILENCE: (46, 50),
    FaultKind.REBOOT: (3, 8),
    # A late message looks like a clock that was set, so late ones must arrive first.
    FaultKind.CLOCK: (20, 20),
    FaultKind.BUSY: (3, 8),
    FaultKind.DUPLICATE: (4, 7),
    FaultKind.REORDER: (4, 7),
    FaultKind.LATE: (4, 8),
    FaultKind.LATE_RECORDS: (4, 8),
    FaultKind.SLOW_RECORDS: (6, 10),
    FaultKind.ROUNDED: (4, 8),
    FaultKind.GARBAGE: (3, 5),
    FaultKind.FLOOD: (2, 4),
    # Once a minute, the client asks the history for what was not pushed.
    FaultKind.DEAF: (75, 80),
    # The client must know the other dialect within a minute.
    FaultKind.UPDATE: (20, 30),
    FaultKind.ADD: (0, 0),
    FaultKind.RENAME: (0, 0),
    FaultKind.REMOVE: (0, 0),
    FaultKind.RELOAD: (0, 0),
}
# Planned first, so that a short run includes them.
_LONG: Final = (FaultKind.SILENCE, FaultKind.HALF_OPEN)
_FIRST_SECONDS = 5.0
# Seconds between two faults of one box: short until each kind has occurred once, then
# up to a time after which a connection counts as stable.
_QUICK_GAP: Final = (1.0, 3.0)
_GAP: Final = (2.0, 75.0)
# Home Assistant searches the dialect of a box once in ten minutes.
_UPDATE_SECONDS: Final = 660.0


@dataclass(frozen=True, slots=True)
class Fault:
    """A planned fault of one box."""

    # Seconds from the start of the run.
    at: float
    seconds: float
    box: str
    kind: FaultKind
    # 0…1; its meaning depends on the kind.
    strength: float


def make_plan(
    seed: int,
    boxes: Sequence[str],
    seconds: float,
    kinds: Sequence[FaultKind] = tuple(FaultKind),
) -> list[Fault]:
    """Return the faults of a run by start time, one at a time for each box."""
    # All kinds are dealt like cards, then all again in another order. Each goes to the
    # box that has been free of faults for the longest time.
    random = Random(f"{seed}/faults")
    free = dict.fromkeys(boxes, _FIRST_SECONDS)
    updated = dict.fromkeys(boxes, -_UPDATE_SECONDS)
    plan: list[Fault] = []
    deck = sorted(_shuffled(random, kinds), key=lambda kind: kind not in _LONG)
    gap = _QUICK_GAP
    while True:
        if not deck:
            deck, gap = _shuffled(random, kinds), _GAP
        kind = deck.pop(0)
        box = min(free, key=lambda name: free[name])
        at = free[box] + random.uniform(*gap)
        length = random.uniform(*_SPANS[kind])
        if at + length > seconds:
            return sorted(plan, key=lambda fault: fault.at)
        if kind is FaultKind.UPDATE:
            if at - updated[box] < _UPDATE_SECONDS:
                free[box] = at
                continue
            updated[box] = at
        plan.append(Fault(at, length, box, kind, random.random()))
        free[box] = at + length


def _shuffled(random: Random, kinds: Sequence[FaultKind]) -> list[FaultKind]:
    return random.sample(kinds, len(kinds))
