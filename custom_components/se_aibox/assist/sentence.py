"""The contents of questions and answers in words. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
import re
from typing import Protocol, Self

from ..aibox.names import is_part_of_name, name_key
from ..text import shortened

# Anybody who reaches a box can set the names on it.
_LONGEST_NAME = 60
_MARKUP = re.compile("[<>&]")
HOUR = 60
DAY = 24 * HOUR
# Around a time of day: “at noon”.
_ABOUT = timedelta(minutes=30)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Period:
    """A time span in UTC, in the words of its language."""

    start: datetime
    end: datetime
    words: str

    def names_the_day(self, zone: tzinfo | None) -> bool:
        """Return whether an answer may leave the day out."""
        last = self.end - timedelta(seconds=1)
        return self.start.astimezone(zone).date() == last.astimezone(zone).date()


@dataclass(frozen=True, slots=True)
class Asked:
    """The content of a question."""

    # As said; None for everybody.
    person: str | None
    # None if no time was said.
    period: Period | None
    # The names of places that are meant, as they are known; empty for everywhere.
    places: frozenset[str]
    # The place to say in an answer, empty if none was said.
    place: str
    is_now: bool
    # Whether the first time is wanted, not the last.
    is_first: bool
    # Whether only the one who came last is wanted.
    is_last: bool
    only_strangers: bool
    # What was not understood, empty if nothing.
    not_understood: str
    unknown_place: str

    @classmethod
    def about(
        cls,
        person: str | None,
        period: Period | None,
        place: str | None,
        left: str,
        places: Iterable[str],
        *,
        may_be_time: bool,
        is_now: bool,
        is_first: bool,
        is_last: bool,
        only_strangers: bool,
    ) -> Self:
        """Return the content of a question by its parts.

        `left` is what neither a known place nor a time explains. Unless it may be a
        time, it names a place.
        """
        found = frozenset([place]) if place else places_with(left, places)
        names_place = not place and not may_be_time
        return cls(
            person=person,
            period=period,
            places=found,
            place=place or left,
            is_now=(is_now or is_last) and period is None and not is_first,
            is_first=is_first,
            is_last=is_last,
            only_strangers=only_strangers,
            not_understood="" if names_place or (found and not place) else left,
            unknown_place=left if names_place and not found else "",
        )


@dataclass(frozen=True, slots=True)
class Visit:
    """When and where a person was seen, in local time."""

    # None for strangers, who cannot be distinguished.
    name: str | None
    moment: datetime
    place: str
    count: int = 1


class Language(Protocol):
    """Understands questions and says answers in one language."""

    code: str

    def understand(
        self, sentence: str, now: datetime, places: Iterable[str]
    ) -> Asked | None:
        """Return what a question asks; None for any other sentence.

        `places` are the known names of places.
        """

    def came(
        self, visits: Sequence[Visit], others: int, now: datetime, asked: Asked
    ) -> str:
        """Say who came; `others` is how many more people did."""

    def several(
        self, visits: Sequence[Visit], others: int, now: datetime, asked: Asked
    ) -> str:
        """Say that several people have the requested name."""

    def last_seen(self, visit: Visit, now: datetime) -> str:
        """Answer a question about now."""

    def nobody(self, asked: Asked) -> str:
        """Say that nobody was seen."""

    def not_seen(
        self, names: Sequence[str], before: Visit | None, now: datetime, asked: Asked
    ) -> str:
        """Say that a known person was not seen."""

    def nobody_called(self, asked: Asked) -> str:
        """Say that no one of this name was seen."""

    def unknown_person(self, called: str, similar: Sequence[str]) -> str:
        """Say that there is nobody of this name."""

    def unknown_place(self, place: str) -> str:
        """Say that a place is unknown."""

    def not_understood(self, text: str) -> str:
        """Say that a part of the question was not understood."""

    def not_yet(self) -> str:
        """Say that a time is still to come."""

    def unavailable(self, boxes: Sequence[str]) -> str:
        """Say that boxes do not answer."""

    def no_history(self, boxes: Sequence[str]) -> str:
        """Say that boxes remember nothing."""

    def looked_back_to(self, moment: datetime, now: datetime) -> str:
        """Say how far back the answer goes."""

    def text(self, sentences: Iterable[str]) -> str:
        """Return sentences as one text."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days and times as people speak of them."""

    now: datetime

    @property
    def today(self) -> date:
        """Return the local day."""
        return self.now.date()

    def has_come(self, day: date, minute: int) -> bool:
        """Return whether a minute of a day has begun."""
        return self.at(day, minute) <= self.now

    def at(self, day: date, minute: int) -> datetime:
        """Return when a minute of a day begins, in UTC."""
        moment = self._read(day, minute)
        # Use the next minute that exists: clocks that are set forward skip an hour.
        while moment.astimezone(UTC).astimezone(moment.tzinfo) != moment:
            moment += _MINUTE
        return moment.astimezone(UTC)

    def until(self, day: date, minute: int) -> datetime:
        """Return when the minutes before one of a day are over, in UTC."""
        # Not before it begins: a minute that is skipped would be too early.
        return max(self.at(day, minute), self._again(day, minute - 1) + _MINUTE)

    def _again(self, day: date, minute: int) -> datetime:
        """Return when a minute of a day begins for the last time, in UTC."""
        # Clocks that are set back repeat an hour.
        return self._read(day, minute).replace(fold=1).astimezone(UTC)

    def _read(self, day: date, minute: int) -> datetime:
        """Return what a clock shows; the next day's minutes are over 1440."""
        days, minute = divmod(minute, DAY)
        moment = time(*divmod(minute, HOUR), tzinfo=self.now.tzinfo)
        return datetime.combine(day + timedelta(days=days), moment)

    def days_ago(self, days: int) -> date:
        """Return a day in the past."""
        return self.today - timedelta(days=days)

    def weekday(self, weekday: int, *, before_today: bool = False) -> date:
        """Return the newest day of that name, Monday is 0."""
        days = (self.today.weekday() - weekday) % 7
        return self.days_ago(days or (7 if before_today else 0))

    def monday(self, weeks_ago: int = 0) -> date:
        """Return the first day of a week."""
        return self.days_ago(self.today.weekday() + 7 * weeks_ago)

    def latest(self, day: date, minute: int, *, is_exact: bool) -> int:
        """Return the minute of a day that a time of day means.

        Unless it is exact, “at five” may be in the afternoon.
        """
        if is_exact or minute >= 12 * HOUR:
            return minute
        afternoon = minute + 12 * HOUR
        if day == self.today:
            return afternoon if self.has_come(day, afternoon) else minute
        return minute if minute >= 7 * HOUR else afternoon

    def last(self, span: timedelta, words: str) -> Period:
        """Return a span that ends now."""
        now = self.now.astimezone(UTC)
        return Period(now - span, now, words)

    def part(self, day: date, start: int, end: int, words: str) -> Period:
        """Return a span from a minute of a day to another."""
        return Period(self.at(day, start), self.until(day, end), words)

    def since(self, day: date, minute: int, words: str) -> Period:
        """Return a span from a minute of a day until now."""
        return Period(self.at(day, minute), self.now.astimezone(UTC), words)

    def around(self, day: date, minute: int, words: str) -> Period:
        """Return the hour around a minute of a day."""
        first = self.at(day, minute)
        last = max(first, self._again(day, minute))
        return Period(first - _ABOUT, last + _ABOUT, words)


def place_in(
    text: str, places: Iterable[str], before: str = "", after: str = ""
) -> tuple[str | None, str]:
    """Return the known place with the longest name in a text, and the rest.

    `before` and `after` are patterns of what stands around a name.
    """
    for place in sorted(places, key=len, reverse=True):
        key = re.escape(name_key(place))
        if key and (found := re.search(before + key + after, text, re.IGNORECASE)):
            rest = f"{text[: found.start()]} {text[found.end() :]}"
            return place, " ".join(rest.split())
    return None, text


def places_with(part: str, places: Iterable[str]) -> frozenset[str]:
    """Return the names of places that a text is part of."""
    return frozenset(name for name in places if is_part_of_name(part, name))


def shown(text: str) -> str:
    """Return a text that may be read aloud, and is no markup."""
    return shortened(_MARKUP.sub(" ", text), _LONGEST_NAME)
