"""What the boxes saw against what Home Assistant told of: pure arithmetic."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

# A record's time is a float of seconds; no two recognitions of a box are as near to each other.
TOLERANCE_MS: Final = 2
# For so long before and after it nothing was wrong, or a recognition was not made in peace.
CALM_SECONDS: Final = 2.0
# Whoever vanishes from the box takes along what could not be told by then: longer than any fault lasts.
GRACE_SECONDS: Final = 120.0


@dataclass(frozen=True, slots=True)
class Emitted:
    """A recognition that a box made; times are seconds since the epoch."""

    box: str
    event_id: str
    capture_device_id: str
    # As on the wire, a stranger's automatic one too.
    identity_id: str
    score: float
    # By the clock of the box, and when it was really.
    timestamp_ms: int
    happened_at: float
    # When it entered the history.
    recorded_at: float
    # Whether Home Assistant had asked for the capture device, on a connection that was alive.
    is_listened_to: bool


@dataclass(frozen=True, slots=True)
class Told:
    """An event on the bus; `at` is when it was fired, in seconds since the epoch."""

    box: str
    is_live: bool
    at: float
    recognition_id: str
    capture_device_id: str
    identity_id: str
    score: float | None
    timestamp_ms: int


@dataclass(frozen=True, slots=True)
class Disturbance:
    """Something that was wrong with a box, in seconds since the epoch."""

    box: str
    what: str
    began: float
    ended: float


@dataclass(frozen=True, slots=True)
class Removal:
    """A capture device that went, in seconds since the epoch."""

    box: str
    capture_device_id: str
    at: float


@dataclass(slots=True)
class Account:
    """The books of one box; what is in a list should not be."""

    emitted: int = 0
    live: int = 0
    recovered: int = 0
    # Nobody had to tell of it: the capture device went meanwhile.
    excused: int = 0
    peaceful: int = 0
    lost: list[Emitted] = field(default_factory=list)
    # Each with everything that was told of it.
    twice: list[list[Told]] = field(default_factory=list)
    invented: list[Told] = field(default_factory=list)
    stale: list[Told] = field(default_factory=list)
    # Made in peace and yet not told live.
    held_up: list[Emitted] = field(default_factory=list)
    # Seconds from the moment of a peaceful recognition to its live event.
    delays: list[float] = field(default_factory=list)

    @property
    def balances(self) -> bool:
        """Whether everything is as it should be."""
        return not (
            self.lost or self.twice or self.invented or self.stale or self.held_up
        )


def balance(
    emitted: Iterable[Emitted],
    told: Iterable[Told],
    disturbances: Sequence[Disturbance] = (),
    removals: Sequence[Removal] = (),
    *,
    oldest_live: float,
) -> Account:
    """Return the account of one box; `oldest_live` is the greatest age of a live event in seconds."""
    account = Account()
    index = _Index(emitted)
    tellings: defaultdict[str, list[Told]] = defaultdict(list)
    for telling in told:
        recognition = index.find(telling)
        if recognition is None:
            account.invented.append(telling)
            continue
        tellings[recognition.event_id].append(telling)
        if telling.is_live and telling.at - recognition.happened_at > oldest_live:
            account.stale.append(telling)
    for recognition in index.emitted:
        is_excused = _went(recognition, removals)
        found = tellings[recognition.event_id]
        _enter(account, recognition, found, is_excused=is_excused)
        if _in_peace(recognition, disturbances):
            account.peaceful += 1
            if found and found[0].is_live:
                account.delays.append(found[0].at - recognition.happened_at)
            elif found or not is_excused:
                account.held_up.append(recognition)
    return account


def _enter(
    account: Account, recognition: Emitted, found: list[Told], *, is_excused: bool
) -> None:
    account.emitted += 1
    if len(found) > 1:
        account.twice.append(found)
    if found:
        if found[0].is_live:
            account.live += 1
        else:
            account.recovered += 1
    elif is_excused:
        account.excused += 1
    else:
        account.lost.append(recognition)


class _Index:
    """Finds the recognition behind an event."""

    def __init__(self, emitted: Iterable[Emitted]) -> None:
        self.emitted = sorted(emitted, key=lambda one: one.happened_at)
        self._by_id = {one.event_id: one for one in self.emitted}
        self._alike: defaultdict[tuple[object, ...], list[Emitted]] = defaultdict(list)
        for one in self.emitted:
            self._alike[one.capture_device_id, one.identity_id, one.score].append(one)

    def find(self, told: Told) -> Emitted | None:
        """Return it by the box's id, else by capture device, identity, score and time."""
        alike = self._alike[told.capture_device_id, told.identity_id, told.score]
        one = self._by_id.get(told.recognition_id)
        if one is not None:
            return one if one in alike and _is_at(one, told) else None
        return next((one for one in alike if _is_at(one, told)), None)


def _is_at(one: Emitted, told: Told) -> bool:
    return abs(one.timestamp_ms - told.timestamp_ms) <= TOLERANCE_MS


def _went(recognition: Emitted, removals: Sequence[Removal]) -> bool:
    return any(
        removal.capture_device_id == recognition.capture_device_id
        and recognition.happened_at
        <= removal.at
        <= recognition.recorded_at + GRACE_SECONDS
        for removal in removals
    )


def _in_peace(recognition: Emitted, disturbances: Sequence[Disturbance]) -> bool:
    return recognition.is_listened_to and not any(
        disturbance.began - CALM_SECONDS
        <= recognition.happened_at
        <= disturbance.ended + CALM_SECONDS
        for disturbance in disturbances
    )
