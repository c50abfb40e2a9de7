"""Reconciles what boxes emitted with what Home Assistant delivered."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

# A record's time is a float of seconds. No two recognitions of a box are this close.
TOLERANCE_MS: Final = 2
# A recognition is peaceful if no fault was active for so long before and after it.
CALM_SECONDS: Final = 2.0
# A record need not be delivered if its capture device is removed within this time.
# Longer than any fault lasts.
GRACE_SECONDS: Final = 200.0


@dataclass(frozen=True, slots=True)
class Emitted:
    """A recognition that a box emitted; times are seconds since the epoch."""

    box: str
    event_id: str
    capture_device_id: str
    # As on the wire, including a stranger's automatic id.
    identity_id: str
    score: float
    # By the box's clock, and the true time.
    timestamp_ms: int
    happened_at: float
    # When the record entered the history.
    recorded_at: float
    # Whether Home Assistant was subscribed to the capture device, on a live connection.
    is_listened_to: bool


@dataclass(frozen=True, slots=True)
class Delivered:
    """An event on the bus, fired at `at`, in seconds since the epoch."""

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
    """An active fault of a box; times are seconds since the epoch."""

    box: str
    what: str
    began: float
    ended: float


@dataclass(frozen=True, slots=True)
class Removal:
    """The removal of a capture device, in seconds since the epoch."""

    box: str
    capture_device_id: str
    at: float


@dataclass(slots=True)
class Account:
    """The books of one box."""

    emitted: int = 0
    live: int = 0
    recovered: int = 0
    # Not delivered, because the capture device was removed meanwhile.
    excused: int = 0
    peaceful: int = 0
    # The errors, from here to `held_up`.
    lost: list[Emitted] = field(default_factory=list)
    # Each with all its events.
    twice: list[list[Delivered]] = field(default_factory=list)
    invented: list[Delivered] = field(default_factory=list)
    stale: list[Delivered] = field(default_factory=list)
    # Peaceful, but not delivered live.
    held_up: list[Emitted] = field(default_factory=list)
    # Seconds from each peaceful recognition to its live event.
    delays: list[float] = field(default_factory=list)

    @property
    def balances(self) -> bool:
        """Whether there are no errors."""
        return not (
            self.lost or self.twice or self.invented or self.stale or self.held_up
        )


def balance(
    emitted: Iterable[Emitted],
    delivered: Iterable[Delivered],
    disturbances: Sequence[Disturbance] = (),
    removals: Sequence[Removal] = (),
    *,
    oldest_live: float,
) -> Account:
    """Return the account of one box.

    `oldest_live` is the greatest permitted age of a live event, in seconds.
    """
    account = Account()
    index = Index(emitted)
    events: defaultdict[str, list[Delivered]] = defaultdict(list)
    for event in delivered:
        recognition = index.find(event)
        if recognition is None:
            account.invented.append(event)
            continue
        events[recognition.event_id].append(event)
        if event.is_live and event.at - recognition.happened_at > oldest_live:
            account.stale.append(event)
    for recognition in index.emitted:
        is_excused = _was_removed(recognition, removals)
        found = events[recognition.event_id]
        _enter(account, recognition, found, is_excused=is_excused)
        if _is_peaceful(recognition, disturbances):
            account.peaceful += 1
            if found and found[0].is_live:
                account.delays.append(found[0].at - recognition.happened_at)
            elif found or not is_excused:
                account.held_up.append(recognition)
    return account


def _enter(
    account: Account, recognition: Emitted, found: list[Delivered], *, is_excused: bool
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


class Index:
    """Finds the emitted recognition of an event."""

    def __init__(self, emitted: Iterable[Emitted]) -> None:
        """Sort the recognitions of one box."""
        self.emitted = sorted(emitted, key=lambda one: one.happened_at)
        self._by_id = {one.event_id: one for one in self.emitted}
        self._alike: defaultdict[tuple[object, ...], list[Emitted]] = defaultdict(list)
        for one in self.emitted:
            self._alike[_likeness(one)].append(one)

    def find(self, delivered: Delivered) -> Emitted | None:
        """Find by the box's id, else by capture device, identity, score and time."""
        alike = self._alike[_likeness(delivered)]
        one = self._by_id.get(delivered.recognition_id)
        if one is not None:
            return one if one in alike and _is_at(one, delivered) else None
        return next((one for one in alike if _is_at(one, delivered)), None)


def _likeness(one: Emitted | Delivered) -> tuple[object, ...]:
    # A history may round scores to two digits.
    score = None if one.score is None else round(one.score, 2)
    return one.capture_device_id, one.identity_id, score


def _is_at(one: Emitted, delivered: Delivered) -> bool:
    return abs(one.timestamp_ms - delivered.timestamp_ms) <= TOLERANCE_MS


def _was_removed(recognition: Emitted, removals: Sequence[Removal]) -> bool:
    return any(
        removal.capture_device_id == recognition.capture_device_id
        and recognition.happened_at
        <= removal.at
        <= recognition.recorded_at + GRACE_SECONDS
        for removal in removals
    )


def _is_peaceful(recognition: Emitted, disturbances: Sequence[Disturbance]) -> bool:
    return recognition.is_listened_to and not any(
        disturbance.began - CALM_SECONDS
        <= recognition.happened_at
        <= disturbance.ended + CALM_SECONDS
        for disturbance in disturbances
    )
