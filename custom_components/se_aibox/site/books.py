"""The books of a site: who is inside, by the sightings there. Pure.

The books keep sightings and derive everything else from them, in the order in which
they happened. So it makes no difference in which order they arrive, or how often.

| Seen at            | who is outside | who is inside      | nobody for `forget_after` |
|--------------------|----------------|--------------------|---------------------------|
| an entrance        | enters         | stays, seen again  | is forgotten: not inside  |
| a device inside    | enters         | stays, seen again  | is forgotten: not inside  |
| an exit            | nothing        | leaves             |                           |

So a late entrance before a known exit changes nothing but the past, and a late exit
before a known entrance only moves the time since when somebody is inside. At the same
moment, an exit comes first: who is inside in doubt keeps an alarm from being armed.
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
# are kept: a camera may see somebody every few seconds.
_SLOT_SECONDS = 600
_MOST_SPANS = 64
_MOST_IDENTITIES = 10_000
_MOST_SPANS_OF_ALL = 100_000
# What a box recovers is younger.
_LATEST = timedelta(hours=25)

# Of an identity: the config entry of its box, and the key of its id.
type IdentityKey = tuple[str, str]
# Of a person, who may have several identities: what it is, and what identifies them.
type PersonKey = tuple[str, ...]


class Way(StrEnum):
    """What it means to be seen at a capture device of the site."""

    ENTRANCE = "entrance"
    EXIT = "exit"
    INSIDE = "inside"


class Kind(StrEnum):
    """What became of a person."""

    ENTERED = "entered"
    LEFT = "left"
    ENTERED_AGAIN = "entered_again"
    LEFT_UNSEEN = "left_unseen"


class Place(StrEnum):
    """Where a person is, as far as the books tell."""

    INSIDE = "inside"
    # The last sighting was at an exit.
    OUTSIDE = "outside"
    # Never seen, or forgotten.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Rules:
    """What the user set for a site."""

    # By the id of the device in the registry.
    ways: Mapping[str, Way]
    person_types: frozenset[PersonType]
    forget_after: timedelta


@dataclass(frozen=True, slots=True)
class Seen:
    """One sighting of somebody who matched."""

    entry_id: str
    identity_id: str = field(repr=False)
    identity_name: str | None = field(repr=False)
    person_type: PersonType
    device_id: str
    at: datetime
    # By which the face is found; None without one.
    face_id: str | None = field(default=None, repr=False, compare=False)

    @property
    def identity_key(self) -> IdentityKey:
        """Return what the sightings of one identity share."""
        return (self.entry_id, id_key(self.identity_id))

    def retired(self, entry_id: str, retired_id: str) -> Seen:
        """Return the sighting, with an id of its own for a box that is replaced."""
        if self.entry_id != entry_id:
            return self
        return replace(self, entry_id=retired_id, face_id=None)

    @property
    def order(self) -> tuple[datetime, str, str, str]:
        """Return what decides which of two sightings is newer."""
        return (self.at, self.device_id, self.identity_name or "", self.person_type)


def person_key(seen: Seen, followed: Collection[str]) -> PersonKey:
    """Return whose identity it is; `followed` are the devices of its people.

    Two boxes that have one name for one id mean one person.
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

    def since(self, start: datetime) -> Trace:
        """Return the trace without what ended before."""
        spans = {slot: span for slot, span in self.spans.items() if span[1] >= start}
        return replace(self, spans=spans) if len(spans) < len(self.spans) else self

    def moments(self, rules: Rules) -> Iterator[tuple[datetime, Way]]:
        """Yield when and how the identity passed, in any order."""
        if self.newest.person_type not in rules.person_types:
            return
        for slot, span in self.spans.items():
            # A capture device that the user removed from the lists says nothing.
            if (way := rules.ways.get(slot.device_id)) is not None:
                for at in set(span):
                    yield at, way


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody who is inside."""

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
    """What one sighting changed."""

    # None if nobody passed.
    kind: Kind | None
    count_before: int
    count: int


class Books:
    """Who is inside one site.

    `followed` returns the ids of the followed people with an identity.
    """

    def __init__(
        self, rules: Rules, followed: Callable[[Seen], frozenset[str]]
    ) -> None:
        """Initialize without anybody."""
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
        """Who is inside, by person."""
        return self._stays

    @property
    def traces(self) -> tuple[Trace, ...]:
        """Everything that the books keep, also for another thread."""
        return tuple(self._traces.values())

    def person_of(self, seen: Seen) -> PersonKey:
        """Return whose identity it is."""
        return person_key(seen, self._followed(seen))

    def place_of_followed(self, device_id: str) -> Place:
        """Return where a followed person is."""
        person = ("followed", device_id)
        if person in self._stays:
            return Place.INSIDE
        moments = _moments(self._traces_of(person), self._rules)
        last = moments[-1] if moments else None
        return Place.OUTSIDE if last and not last.is_inside else Place.UNKNOWN

    def load(self, traces: Iterable[Trace], now: datetime) -> None:
        """Replace the books by stored ones; who is forgotten is left out."""
        self._traces = {trace.newest.identity_key: trace for trace in traces}
        self._span_count = sum(len(trace.spans) for trace in self._traces.values())
        self.derive(now)

    def retire(self, entry_id: str, retired_id: str, now: datetime) -> None:
        """Keep the identities of a replaced box apart from those of the new one."""
        self.load(
            [
                replace(trace, newest=trace.newest.retired(entry_id, retired_id))
                for trace in self.traces
            ],
            now,
        )

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
        """Enter a sighting, and return what it changed."""
        count_before = len(self._stays)
        if seen.at < now - self._kept:
            return Change(None, count_before, count_before)
        key = seen.identity_key
        known = self._traces.get(key) or Trace(seen, {})
        trace = known.with_seen(seen)
        if trace == known:
            # It came twice.
            return Change(None, count_before, count_before)
        self._traces[key] = trace
        self._span_count += len(trace.spans) - len(known.spans)
        before = self._person_of.get(key)
        person = self._assign(key, trace)
        people = {person, before or person}
        was_inside = not people.isdisjoint(self._stays)
        for each in people:
            self._settle(each, now)
        is_inside = person in self._stays
        kind = _kind(
            self._rules.ways.get(seen.device_id),
            was_inside=was_inside,
            is_inside=is_inside,
        )
        self._limit(now)
        return Change(kind, count_before, len(self._stays))

    def forget(self, now: datetime) -> int:
        """Forget who was not seen for long; return how many were inside."""
        over = [
            person
            for person, stay in self._stays.items()
            if now - stay.last_seen >= self._rules.forget_after
        ]
        for person in over:
            del self._stays[person]
        return len(over)

    def discard(self, now: datetime) -> bool:
        """Discard what nothing depends on any more; return whether there was any.

        It is personal data.
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
        """How long a sighting may matter of who is not inside."""
        return max(self._rules.forget_after, _LATEST)

    def _limit(self, now: datetime) -> None:
        """Keep the memory bounded, whatever boxes send."""
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
        """Take an identity from the person that it belongs to."""
        if (person := self._person_of.pop(key, None)) is not None:
            self._identities[person].discard(key)
            if not self._identities[person]:
                del self._identities[person]

    def _assign(self, key: IdentityKey, trace: Trace) -> PersonKey:
        """Give an identity to the person whose it is now."""
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
    """Return what became of a person who was seen at such a device."""
    match way:
        case Way.EXIT:
            return Kind.LEFT if was_inside and not is_inside else None
        case Way.ENTRANCE if was_inside and is_inside:
            return Kind.ENTERED_AGAIN
        case Way.ENTRANCE | Way.INSIDE:
            return Kind.ENTERED if is_inside and not was_inside else None
        case _:
            return None


class _Moment(NamedTuple):
    """When a person passed, in order: at the same moment an exit comes first."""

    at: datetime
    is_inside: bool


def _moments(traces: Iterable[Trace], rules: Rules) -> list[_Moment]:
    """Return when and how one person passed, in order."""
    return sorted(
        _Moment(at, way is not Way.EXIT)
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
