"""Attendance: the people seen on a local day, and when. Pure.

A day is folded sighting by sighting. Order and duplicates make no difference, so pages
of several histories need not be sorted or held.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from ..aibox.details import NO_WORK, Work
from .books import IdentityKey, PersonKey, Rules, Seen, Way, person_key

_DAY = timedelta(days=1)


class Day(NamedTuple):
    """A day of the local calendar, of 23 to 25 hours."""

    date: date
    # In UTC; the end belongs to the next day.
    start: datetime
    end: datetime


class Moment(NamedTuple):
    """When and where a person was seen."""

    at: datetime
    device_id: str


@dataclass(frozen=True, slots=True)
class Attendance:
    """When a person came first and last on one day."""

    # The newest sighting: names and types change.
    who: Seen
    first: Moment
    last: Moment
    recognitions: int
    # At least, between ways in and out; None without a site.
    inside: timedelta | None
    # Empty unless enrollment details are allowed.
    work: Work = field(default=NO_WORK, repr=False)


def local_day(day: date, begins_at: time, zone: tzinfo) -> Day:
    """Return a day that begins at a time of the local clock."""
    # A time that the clocks skip counts as an hour later, a repeated one as the first
    # of both.
    start, end = (
        datetime.combine(each, begins_at, zone).astimezone(UTC)
        for each in (day, day + _DAY)
    )
    return Day(day, start, end)


def date_of(moment: datetime, begins_at: time, zone: tzinfo) -> date:
    """Return the day that a moment belongs to."""
    day = moment.astimezone(zone).date()
    return day if moment >= local_day(day, begins_at, zone).start else day - _DAY


@dataclass(slots=True)
class _Trace:
    """The sightings of one identity."""

    newest: Seen
    work: Work
    moments: set[Moment]


class DayFold:
    """Folds the sightings of one day."""

    def __init__(self, rules: Rules | None) -> None:
        """Initialize without sightings; `rules` are those of a site."""
        self._rules = rules
        self._traces: dict[IdentityKey, _Trace] = {}

    def add(self, seen: Seen, work: Work = NO_WORK) -> None:
        """Add a sighting; a duplicate changes nothing."""
        moment = Moment(seen.at, seen.device_id)
        trace = self._traces.get(seen.identity_key)
        if trace is None:
            trace = self._traces[seen.identity_key] = _Trace(seen, work, set())
        elif (seen.order, work) > (trace.newest.order, trace.work):
            trace.newest, trace.work = seen, work
        trace.moments.add(moment)

    def attendances(
        self, followed: Callable[[Seen], frozenset[str]]
    ) -> Iterator[Attendance]:
        """Yield a row per person; `followed` returns the followed people."""
        people: defaultdict[PersonKey, list[_Trace]] = defaultdict(list)
        for trace in self._traces.values():
            people[person_key(trace.newest, followed(trace.newest))].append(trace)
        for traces in people.values():
            yield self._attendance(traces)

    def _attendance(self, traces: list[_Trace]) -> Attendance:
        newest = max(traces, key=lambda trace: trace.newest.order)
        moments = sorted(moment for trace in traces for moment in trace.moments)
        rules = self._rules
        return Attendance(
            newest.newest,
            moments[0],
            moments[-1],
            len(moments),
            None if rules is None else time_inside(moments, rules),
            newest.work,
        )


def time_inside(moments: Iterable[Moment], rules: Rules) -> timedelta:
    """Return how long a person was inside, at least.

    A stay ends at an exit, else with the last sighting inside: of the day, or before
    the person was forgotten.
    """
    total = timedelta()
    since: datetime | None = None
    last = datetime.min.replace(tzinfo=UTC)
    for at, is_inside in _passes(moments, rules.ways):
        if since is not None and at - last >= rules.forget_after:
            total += last - since
            since = None
        if is_inside:
            since = since or at
        elif since is not None:
            total += at - since
            since = None
        last = at
    return total if since is None else total + (last - since)


def _passes(
    moments: Iterable[Moment], ways: Mapping[str, Way]
) -> list[tuple[datetime, bool]]:
    """Return the passages in order, and whether each was inward."""
    # At the same moment an exit comes first, as in the books.
    return sorted(
        (moment.at, ways[moment.device_id] is not Way.EXIT) for moment in moments
    )
