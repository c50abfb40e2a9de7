"""Reconciles what a site made of the people who passed it.

This is a model of its own: where somebody is depends on their last recognition there.
As boxes have wrong clocks, the last one is sometimes one of several.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from .books import Delivered, Disturbance, Emitted, Index
from .plan import FaultKind

# Seconds that Home Assistant's opinion of a right clock may be off.
CLOCK_SECONDS: Final = 2.5
# Home Assistant asks for the clock once a minute, unless a fault prevents it.
_CLOCK_UNKNOWN_SECONDS: Final = 150.0
# An answer that takes this long says as little about the clock.
_SLOW_SECONDS: Final = 13.0
_SLOW: Final = frozenset({FaultKind.STALL, FaultKind.LAG})
# After these, a site may not know yet whether its books are up to date: a box is set up
# anew, also for another dialect, or the times of its recognitions seem wrong.
_NOT_UP_TO_DATE: Final = frozenset(
    {FaultKind.RELOAD, FaultKind.UPDATE, FaultKind.CLOCK, FaultKind.REBOOT}
)
# The config entries of the followed people and of the site.
PEOPLE: Final = "people"
SITE: Final = "site"
ENTRY_IDS: Final = (PEOPLE, SITE)


class Way(StrEnum):
    """What it means to be seen at a capture device, as a site's options call it."""

    ENTRANCE = "entrances"
    EXIT = "exits"
    INSIDE = "inside"


# A recognition by its box and its id.
type Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Passage:
    """An event `se_aibox_passage`."""

    box: str
    recognition_id: str
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class TurnedHome:
    """A device tracker that turned home."""

    identity_id: str
    # The number of recognitions delivered before, so that of the one that did it.
    number: int


@dataclass(slots=True)
class SiteLog:
    """What Home Assistant said about the site."""

    passages: list[Passage] = field(default_factory=list)
    # What the trigger `site_emptied` ran for.
    emptied: list[Key] = field(default_factory=list)
    turned_home: list[TurnedHome] = field(default_factory=list)
    # At the end, by identity id.
    inside: Collection[str] = ()
    home: Collection[str] = ()


@dataclass(slots=True)
class SiteAccount:
    """The books of the site."""

    seen: int = 0
    passages: int = 0
    emptied: int = 0
    # How often the trigger certainly had to run, and where nobody could know.
    certainly_emptied: int = 0
    undecided: int = 0
    turned_home: int = 0
    # The errors, from here on.
    twice: list[Key] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    too_many: list[Key] = field(default_factory=list)
    too_few: list[Delivered] = field(default_factory=list)
    misplaced: list[str] = field(default_factory=list)
    home_by_recovery: list[TurnedHome] = field(default_factory=list)

    @property
    def balances(self) -> bool:
        """Whether there are no errors, and the site was certainly emptied."""
        return self.certainly_emptied > 0 and not (
            self.twice
            or self.wrong
            or self.too_many
            or self.too_few
            or self.misplaced
            or self.home_by_recovery
        )


class _Step(NamedTuple):
    """A delivered recognition of somebody whom the site counts."""

    delivered: Delivered
    identity_id: str
    way: Way
    # When it happened, as Home Assistant may see it.
    earliest: float
    latest: float


# Whether somebody is inside: both, if nobody can know.
type Places = frozenset[bool]
_OUTSIDE: Final[Places] = frozenset({False})


def reconcile(
    emitted: Mapping[str, Sequence[Emitted]],
    delivered: Sequence[Delivered],
    log: SiteLog,
    ways: Mapping[str, Way],
    walkers: Collection[str],
    disturbances: Sequence[Disturbance] = (),
    *,
    freshness: float,
    clocks_known_at: float,
) -> SiteAccount:
    """Return the account of the site; `delivered` is in the order of delivery.

    At `clocks_known_at`, Home Assistant had just asked each box for its clock.
    """
    account = SiteAccount(
        passages=len(log.passages),
        emptied=len(log.emptied),
        turned_home=len(log.turned_home),
    )
    clocks = {
        box: _Clock(each, [one for one in disturbances if one.box == box])
        for box, each in emitted.items()
    }
    people = _People()
    for each in delivered:
        step = _step(each, clocks, ways, walkers, freshness, clocks_known_at)
        if step is not None:
            account.seen += 1
            # Each of these would make the books wrong, so a site waits.
            is_calm = not any(
                _overlaps(one, _since(each.at, clocks_known_at), each.at)
                for one in disturbances
                if one.what in _NOT_UP_TO_DATE
            )
            _enter(account, people, step, log, is_calm=is_calm)
    _check_matched(account, delivered, log, ways, walkers)
    _check_end(account, people, log, walkers)
    return account


class _Clock:
    """How far a box's clock was off, as its recognitions show."""

    def __init__(
        self, emitted: Sequence[Emitted], disturbances: Sequence[Disturbance]
    ) -> None:
        self.index = Index(emitted)
        self._disturbances = disturbances
        self._moments = [one.happened_at for one in self.index.emitted]

    def span(self, one: Emitted, since: float, at: float) -> tuple[float, float]:
        """Return when Home Assistant may think that it happened.

        It asked for the clock last between `since` and `at`.
        """
        first = max(bisect_left(self._moments, since) - 1, 0)
        # The next one, too: the clock may have been set since the last one before.
        last = bisect_left(self._moments, at) + 1
        offsets = [_offset(each) for each in self.index.emitted[first:last]]
        off = _offset(one)
        error = CLOCK_SECONDS + _SLOW_SECONDS * any(
            disturbance.what in _SLOW and _overlaps(disturbance, since, at)
            for disturbance in self._disturbances
        )
        earliest = one.happened_at + off - max(offsets, default=off) - error
        latest = one.happened_at + off - min(offsets, default=off) + error
        # Nothing is ever thought to happen in the future.
        return earliest, min(latest, at)


def _offset(one: Emitted) -> float:
    return one.timestamp_ms / 1000 - one.happened_at


def _since(at: float, clocks_known_at: float) -> float:
    """Return when the clocks were asked for last, at the earliest."""
    since = at - _CLOCK_UNKNOWN_SECONDS
    return max(since, clocks_known_at) if clocks_known_at <= at else since


def _overlaps(disturbance: Disturbance, since: float, until: float) -> bool:
    return disturbance.began <= until and disturbance.ended >= since


def _step(
    delivered: Delivered,
    clocks: Mapping[str, _Clock],
    ways: Mapping[str, Way],
    walkers: Collection[str],
    freshness: float,
    clocks_known_at: float,
) -> _Step | None:
    way = ways.get(delivered.capture_device_id)
    if way is None or delivered.identity_id not in walkers:
        return None
    if (one := clocks[delivered.box].index.find(delivered)) is None:
        return None
    since = _since(delivered.at, clocks_known_at)
    earliest, latest = clocks[delivered.box].span(one, since, delivered.at)
    if delivered.is_live:
        # Otherwise it would not be live.
        earliest = max(earliest, delivered.at - freshness)
    return _Step(delivered, delivered.identity_id, way, earliest, latest)


class _People:
    """Where everybody may be."""

    def __init__(self) -> None:
        self.steps: defaultdict[str, list[_Step]] = defaultdict(list)

    def place(self, identity_id: str) -> Places:
        """Return where somebody may be."""
        steps = self.steps[identity_id]
        if not steps:
            return _OUTSIDE
        begins = max(step.earliest for step in steps)
        return frozenset(
            step.way is not Way.EXIT for step in steps if step.latest >= begins
        )

    @property
    def counts(self) -> range:
        """Return how many people may be inside."""
        places = [self.place(each) for each in tuple(self.steps)]
        least = sum(False not in place for place in places)
        most = sum(True in place for place in places)
        return range(least, most + 1)


def _enter(
    account: SiteAccount, people: _People, step: _Step, log: SiteLog, *, is_calm: bool
) -> None:
    """Enter a step, and check what the site made of it."""
    key = (step.delivered.box, step.delivered.recognition_id)
    before = people.place(step.identity_id)
    people.steps[step.identity_id].append(step)
    after = people.place(step.identity_id)
    counts = people.counts
    passages = [each for each in log.passages if (each.box, each.recognition_id) == key]
    kinds = (
        {_kind(step.way, was=was, now=now) for was in before for now in after}
        if step.delivered.is_live
        else {None}
    )
    if len(passages) > 1:
        account.twice.append(key)
    elif (passages[0].kind if passages else None) not in kinds:
        account.wrong.append(f"{passages or None}, not {kinds}: {step}")
    elif passages and passages[0].count not in counts:
        account.wrong.append(f"{passages}, not {counts} people: {step}")
    times = log.emptied.count(key)
    may_empty = "left" in kinds and 0 in counts
    must_empty = is_calm and kinds == {"left"} and counts == range(1)
    account.certainly_emptied += must_empty
    account.undecided += may_empty and not must_empty
    if times > may_empty:
        account.too_many.append(key)
    elif must_empty and not times:
        account.too_few.append(step.delivered)


def _kind(way: Way, *, was: bool, now: bool) -> str | None:
    """Return the passage that it is to be seen, None for none."""
    if way is Way.EXIT:
        return "left" if was and not now else None
    if now and not was:
        return "entered"
    return "entered_again" if now and way is Way.ENTRANCE else None


def _check_matched(
    account: SiteAccount,
    delivered: Sequence[Delivered],
    log: SiteLog,
    ways: Mapping[str, Way],
    walkers: Collection[str],
) -> None:
    """Check that nothing was said for nobody."""
    # What was said for somebody is checked already.
    known = {
        (each.box, each.recognition_id)
        for each in delivered
        if each.identity_id in walkers and each.capture_device_id in ways
    }
    account.wrong += (
        f"{each}: nobody was seen"
        for each in log.passages
        if (each.box, each.recognition_id) not in known
    )
    account.too_many += (key for key in log.emptied if key not in known)
    for turned in log.turned_home:
        by = delivered[turned.number] if turned.number < len(delivered) else None
        if by is None or not (
            by.is_live
            and by.identity_id == turned.identity_id
            and ways.get(by.capture_device_id) in (Way.ENTRANCE, Way.INSIDE)
        ):
            account.home_by_recovery.append(turned)


def _check_end(
    account: SiteAccount, people: _People, log: SiteLog, walkers: Collection[str]
) -> None:
    """Check who is inside, and which trackers are home, at the end."""
    account.misplaced += (
        f"{each}: nobody whom the site counts" for each in set(log.inside) - {*walkers}
    )
    for each in walkers:
        place, steps = people.place(each), people.steps[each]
        if (each in log.inside) not in place:
            account.misplaced.append(f"{each}: must be {place}: {steps[-3:]}")
        must_be_home = (
            bool(steps)
            and steps[-1].delivered.is_live
            and steps[-1].way is Way.ENTRANCE
            and False not in place
        )
        if (each in log.home) < must_be_home or (
            each in log.home and True not in place
        ):
            account.misplaced.append(f"{each}: tracker home: {each in log.home}")
