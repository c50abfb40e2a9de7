"""The books of a site: who is inside, by the sightings there. Pure.

The books keep sightings and derive everything else from them, in the order in which
they happened. So it makes no difference in which order they arrive, or how often.

| Seen at         | a person outside | a person inside   | not for `forget_after`   |
|-----------------|------------------|-------------------|--------------------------|
| an entrance     | enters           | stays, seen again | is forgotten: not inside |
| a device inside | enters           | stays, seen again | is forgotten: not inside |
| an exit         | nothing          | leaves            |                          |

So a late entrance before a known exit changes only the past, and a late exit before a
known entrance only changes since when a person is inside. At the same moment, an exit
comes first: in doubt, a person counts as inside, so that no alarm is armed.

Over 400 lines, because sightings, rules and what follows from both are one idea.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from ..aibox.models import PersonType
from ..aibox.names import given_name, id_key, name_key

# Of one identity at one capture device, the first and the last sighting of each slot
# are kept: a camera may see a person every few seconds.
_SLOT_SECONDS = 600
_MOST_SPANS = 64
_MOST_IDENTITIES = 10_000
_MOST_SPANS_OF_ALL = 100_000
# Boxes recover only younger records.
_LATEST = timedelta(hours=25)

# Of an identity: the config entry of its box, and the key of its id.
type IdentityKey = tuple[str, str]
# Of a person, who may have several identities: the kind of key, and the key.
type PersonKey = tuple[str, ...]


class Way(StrEnum):
    """The meaning of a sighting at a capture device."""

    ENTRANCE = "entrance"
    EXIT = "exit"
    INSIDE = "inside"


class Kind(StrEnum):
    """The kinds of changes."""

    ENTERED = "entered"
    LEFT = "left"
    ENTERED_AGAIN = "entered_again"
    LEFT_UNSEEN = "left_unseen"


class Place(StrEnum):
    """Where a person is, according to the books."""

    INSIDE = "inside"
    # The last sighting was at an exit.
    OUTSIDE = "outside"
    # Never seen, or forgotten.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that the user set for a site."""

    # By the id of the device in the registry.
    ways: Mapping[str, Way]
    person_types: frozenset[PersonType]
    forget_after: timedelta


@dataclass(frozen=True, slots=True)
class Seen:
    """A sighting of a known person."""

    entry_id: str
    identity_id: str = field(repr=False)
    identity_name: str | None = field(repr=False)
    person_type: PersonType
    device_id: str
    at: datetime
    # The recognition id of the face; None without one.
    face_id: str | None = field(default=None, repr=False, compare=False)

    @property
    def identity_key(self) -> IdentityKey:
        """The key that all sightings of an identity share."""
        return (self.entry_id, id_key(self.identity_id))

    def retired(
        self, entry_id: str, retired_id: str, until: datetime | None = None
    ) -> Seen:
        """Return the sighting, with an id of its own for a replaced box.

        A sighting after `until` is of the new box.
        """
        if self.entry_id != entry_id or (until is not None and self.at > until):
            return self
        return replace(self, entry_id=retired_id, face_id=None)

    @property
    def order(self) -> tuple[datetime, str, str, str]:
        """The sort key: a newer sighting is greater."""
        return (self.at, self.device_id, self.identity_name or "", self.person_type)


def person_key(seen: Seen, followed: Collection[str]) -> PersonKey:
    """Return the key of a person; `followed` has their device ids.

    The same id and name on two boxes is one person.
    """
    if followed:
        return ("followed", min(followed))
    entry_id, identity = seen.identity_key
    if name := name_key(given_name(seen.identity_name)):
        return ("named", identity, name)
    return ("identity", entry_id, identity)


class Slot(NamedTuple):
    """A stretch of time at one capture device, in order of time."""

    number: int
    device_id: str

    @classmethod
    def of(cls, device_id: str, at: datetime) -> Slot:
        """Return the slot of a moment."""
        return cls(int(at.timestamp() // _SLOT_SECONDS), device_id)


type Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Trace:
    """Where and when one identity was seen."""

    # The newest sighting: names and types change.
    newest: Seen
    # The first and the last sighting of each slot.
    spans: Mapping[Slot, Span]

    def with_seen(self, seen: Seen) -> Trace:
        """Return the trace with one more sighting."""
        slot = Slot.of(seen.device_id, seen.at)
        first, last = self.spans.get(slot, (seen.at, seen.at))
        spans = {**self.spans, slot: (min(first, seen.at), max(last, seen.at))}
        if len(spans) > _MOST_SPANS:
            del spans[min(spans)]
        return Trace(max(self.newest, seen, key=lambda each: each.order), spans)

    def retired(
        self, entry_id: str, retired_id: str, until: datetime | None = None
    ) -> Trace:
        """Return the trace, with an id of its own for a replaced box."""
        return replace(self, newest=self.newest.retired(entry_id, retired_id, until))

    def since(self, start: datetime) -> Trace:
        """Return the trace without spans that ended before."""
        spans = {slot: span for slot, span in self.spans.items() if span[1] >= start}
        return replace(self, spans=spans) if len(spans) < len(self.spans) else self

    def moments(self, rules: Rules) -> Iterator[tuple[datetime, Way]]:
        """Yield when and how the identity passed, in any order."""
        if self.newest.person_type not in rules.person_types:
            return
        for slot, span in self.spans.items():
            # A capture device that the user removed from the lists does not count.
            if (way := rules.ways.get(slot.device_id)) is not None:
                for at in set(span):
                    yield at, way


@dataclass(frozen=True, slots=True)
class Stay:
    """The stay of a person who is inside."""

    # The newest sighting of each identity, newest first.
    identities: tuple[Seen, ...]
    # At least since then.
    since: datetime
    last_seen: datetime

    @property
    def who(self) -> Seen:
        """The newest sighting."""
        return self.identities[0]


@dataclass(frozen=True, slots=True)
class Change:
    """The change that one sighting made."""

    # None if nobody passed.
    kind: Kind | None
    count_before: int
    count: int


class Books:
    """The people inside one site.

    `followed` returns the ids of the followed people with an identity.
    """

    def __init__(
        self, rules: Rules, followed: Callable[[Seen], frozenset[str]]
    ) -> None:
        """Initialize empty."""
        self._rules = rules
        self._followed = followed
        self._traces: dict[IdentityKey, Trace] = {}
        self._span_count = 0
        # Derived from the traces:
        self._person_of: dict[IdentityKey, PersonKey] = {}
        self._identities: defaultdict[PersonKey, set[IdentityKey]] = defaultdict(set)
        self._stays: dict[PersonKey, Stay] = {}

    @property
    def inside(self) -> Mapping[PersonKey, Stay]:
        """The stays of the people inside."""
        return self._stays

    @property
    def traces(self) -> tuple[Trace, ...]:
        """All traces, as a copy for another thread."""
        return tuple(self._traces.values())

    def person_of(self, seen: Seen) -> PersonKey:
        """Return the person of an identity."""
        return person_key(seen, self._followed(seen))

    def place_of_followed(self, device_id: str) -> Place:
        """Return where a followed person is."""
        person = ("followed", device_id)
        if person in self._stays:
            return Place.INSIDE
        moments = _moments(self._traces_of(person), self._rules)
        has_left = bool(moments) and not moments[-1][1]
        return Place.OUTSIDE if has_left else Place.UNKNOWN

    def load(self, traces: Iterable[Trace], now: datetime) -> None:
        """Load stored traces; leave out people who are forgotten."""
        self._traces = {trace.newest.identity_key: trace for trace in traces}
        self._span_count = sum(len(trace.spans) for trace in self._traces.values())
        self.derive(now)

    def retire(self, entry_id: str, retired_id: str, now: datetime) -> None:
        """Keep the identities of a replaced box apart from those of the new one."""
        self.load([each.retired(entry_id, retired_id) for each in self.traces], now)

    def set_rules(self, rules: Rules, now: datetime) -> None:
        """Derive everything by other rules."""
        self._rules = rules
        self.derive(now)

    def derive(self, now: datetime) -> None:
        """Derive everything, after other people are followed."""
        self._person_of.clear()
        self._identities.clear()
        self._stays.clear()
        for key, trace in self._traces.items():
            self._assign(key, trace)
        for person in self._identities:
            self._settle(person, now)

    def add(self, seen: Seen, now: datetime) -> Change:
        """Add a sighting; return the change."""
        count_before = len(self._stays)
        if seen.at < now - self._kept:
            return Change(None, count_before, count_before)
        key = seen.identity_key
        known = self._traces.get(key) or Trace(seen, {})
        trace = known.with_seen(seen)
        if trace == known:
            # It is a duplicate.
            return Change(None, count_before, count_before)
        self._traces[key] = trace
        self._span_count += len(trace.spans) - len(known.spans)
        before = self._person_of.get(key)
        person = self._assign(key, trace)
        people = {person, before or person}
        was_inside = not people.isdisjoint(self._stays)
        for each in people:
            self._settle(each, now)
        kind = _kind(
            self._rules.ways.get(seen.device_id),
            was_inside=was_inside,
            is_inside=person in self._stays,
        )
        self._limit(now)
        return Change(kind, count_before, len(self._stays))

    def forget(self, now: datetime) -> int:
        """Forget people not seen for long; return their number."""
        over = [
            person
            for person, stay in self._stays.items()
            if now - stay.last_seen >= self._rules.forget_after
        ]
        for person in over:
            del self._stays[person]
        return len(over)

    def discard(self, now: datetime) -> bool:
        """Discard sightings without effect; return whether there were any.

        They are personal data.
        """
        count_before = self._span_count
        for person in tuple(self._identities):
            start = now - self._kept
            if (stay := self._stays.get(person)) is not None:
                start = min(start, stay.since)
            for key in tuple(self._identities[person]):
                trace = self._traces[key].since(start)
                self._span_count += len(trace.spans) - len(self._traces[key].spans)
                self._traces[key] = trace
                if not trace.spans:
                    self._remove(key)
        return self._span_count < count_before

    def erase(self, is_meant: Callable[[Seen], bool], now: datetime) -> bool:
        """Erase some identities; return whether there was any."""
        meant = [key for key, trace in self._traces.items() if is_meant(trace.newest)]
        for key in meant:
            person = self._person_of[key]
            self._remove(key)
            self._settle(person, now)
        return bool(meant)

    @property
    def _kept(self) -> timedelta:
        """How long to keep the sightings of a person outside."""
        return max(self._rules.forget_after, _LATEST)

    def _limit(self, now: datetime) -> None:
        """Limit the memory, whatever boxes send."""
        while (
            len(self._traces) > _MOST_IDENTITIES
            or self._span_count > _MOST_SPANS_OF_ALL
        ):
            key = min(self._traces, key=lambda each: self._traces[each].newest.order)
            person = self._person_of[key]
            self._remove(key)
            self._settle(person, now)

    def _remove(self, key: IdentityKey) -> None:
        self._span_count -= len(self._traces.pop(key).spans)
        self._leave(key)

    def _leave(self, key: IdentityKey) -> None:
        """Remove an identity from its person."""
        if (person := self._person_of.pop(key, None)) is not None:
            self._identities[person].discard(key)
            if not self._identities[person]:
                del self._identities[person]

    def _assign(self, key: IdentityKey, trace: Trace) -> PersonKey:
        """Assign an identity to its current person."""
        person = self.person_of(trace.newest)
        if self._person_of.get(key) != person:
            self._leave(key)
            self._person_of[key] = person
            self._identities[person].add(key)
        return person

    def _traces_of(self, person: PersonKey) -> list[Trace]:
        return [self._traces[key] for key in self._identities.get(person, ())]

    def _settle(self, person: PersonKey, now: datetime) -> None:
        """Derive whether a person is inside."""
        stay = _stay(self._traces_of(person), self._rules, now)
        if stay is None:
            self._stays.pop(person, None)
        else:
            self._stays[person] = stay


def _kind(way: Way | None, *, was_inside: bool, is_inside: bool) -> Kind | None:
    """Return the change for a person who was seen there."""
    match way:
        case Way.EXIT:
            return Kind.LEFT if was_inside and not is_inside else None
        case Way.ENTRANCE if was_inside and is_inside:
            return Kind.ENTERED_AGAIN
        case Way.ENTRANCE | Way.INSIDE:
            return Kind.ENTERED if is_inside and not was_inside else None
        case _:
            return None


def _moments(traces: Iterable[Trace], rules: Rules) -> list[tuple[datetime, bool]]:
    """Return when one person passed, in order, and whether inward."""
    # At the same moment, an exit comes first.
    return sorted(
        (at, way is not Way.EXIT)
        for trace in traces
        for at, way in trace.moments(rules)
    )


def _stay(traces: Collection[Trace], rules: Rules, now: datetime) -> Stay | None:
    """Return the stay of one person, or None if not inside."""
    since: datetime | None = None
    last_seen = now
    for at, is_inside in _moments(traces, rules):
        if not is_inside:
            since = None
            continue
        if since is None or at - last_seen >= rules.forget_after:
            since = at
        last_seen = at
    if since is None or now - last_seen >= rules.forget_after:
        return None
    newest = sorted(
        (trace.newest for trace in traces), key=lambda seen: seen.order, reverse=True
    )
    return Stay(tuple(newest), since, last_seen)
