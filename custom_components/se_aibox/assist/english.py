"""Questions and answers in English. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
import re
from typing import override

from ..aibox.names import name_key
from ..text import time_text
from .english_times import LIKE_A_TIME, find_now, find_period
from .sentence import Asked, Calendar, Language, Visit, place_in, places_with

_WHEN = re.compile(
    r"when (?:did|does|was|has|were)(?: the (?P<time>first|last) time(?: that)?)?"
    r" (?P<person>.+?)(?: (?P<which>first|last))?(?: (?:was|has|had))?(?: been)?"
    r" (?:come|came|get|got|arrived?|returned?|be|show up|seen|recogni[sz]ed|here"
    r"|(?=at |by |in ))"
    r"(?P<rest>.*)",
    re.IGNORECASE,
)
_DID = re.compile(
    r"(?:did(?:n't)? (?P<person>.+?)(?: not| ever)? (?:come|get|arrive|return|show up)"
    r"|(?:has|have) (?P<done>.+?)(?: not| ever| already)?"
    r" (?:come|arrived|returned|been)"
    r"|was (?P<seen>.+?) (?:here|seen|(?=(?:at|by|in front of) )))(?P<rest>.*)",
    re.IGNORECASE,
)
_WHO = re.compile(
    r"who(?:m)?(?: else)?"
    r"(?P<verb>'s been|'s|'re| has been| has come| is| are| was| were| came"
    r"| did you see)(?P<rest>(?: .*)?)",
    re.IGNORECASE,
)
_ANYBODY = r"(?:any|some|every)(?:one|body)(?: else)?|(?:any |some )?people"
_STRANGERS = r"(?:an? |any |some |the )?(?:unknown person|unknown people|strangers?)"
_WHETHER = re.compile(
    r"(?P<verb>is|are|was|were|did you see|have you seen)(?: there)?"
    rf" (?P<person>{_ANYBODY}|{_STRANGERS})"
    r"(?P<rest>(?: .*)?)",
    re.IGNORECASE,
)
_IS_ANYBODY = re.compile(_ANYBODY, re.IGNORECASE)
_IS_STRANGERS = re.compile(_STRANGERS, re.IGNORECASE)
_PRESENT = {"'s", "'re", "is", "are"}
_WHICH = re.compile(r"(?:the )?(?:very )?(?P<which>first|last|latest)(?: one| person)?")
# If no place has this name, it means any place.
_SOME_DOOR = {"door", "entrance"}
# What may stand around the place.
_AROUND = (
    r"(?:in front of|at|by|in|to|through|near|on|from|outside|inside|back|home|here"
    r"|there|around|the|been|seen|recogni[sz]ed|standing|waiting|recently|lately"
    r"|please)"
)
_AROUND_PLACE = re.compile(rf"^(?:{_AROUND}(?: |$))+|(?:(?:^| ){_AROUND})+$")
# “Front door” is a thing; “Gate 3”, “Main Entrance” and “大门” are names.
_THING = re.compile(r"[A-Z]?[a-z]+(?: [a-z]+)*")
_BEFORE_PLACE = rf"(?<!\w)(?:{_AROUND} )*"
_NO_PRESENCE = "I cannot tell whether anybody is there now."


class English(Language):
    """English."""

    code = "en"

    @override
    def understand(
        self, sentence: str, now: datetime, places: Iterable[str]
    ) -> Asked | None:
        places = tuple(places)
        text = " ".join(sentence.replace("’", "'").strip(" ?!.…？！。").split())
        patterns = (_WHEN, _WHETHER, _DID, _WHO)
        match = next(filter(None, (each.fullmatch(text) for each in patterns)), None)
        if match is None:
            return None
        groups = match.groupdict("")
        place, rest = place_in(groups["rest"], places, _BEFORE_PLACE, r"(?!\w)")
        is_now, rest = find_now(name_key(rest))
        period, rest = find_period(rest, Calendar(now))
        left = _AROUND_PLACE.sub("", rest).strip(" ,.")
        which = groups.get("which") or groups.get("time") or ""
        if said := _WHICH.fullmatch(left):
            left, which = "", said["which"]
        elif left in _SOME_DOOR and not places_with(left, places):
            left = ""
        person = groups.get("person") or groups.get("done") or groups.get("seen")
        only_strangers = bool(person and _IS_STRANGERS.fullmatch(person))
        if only_strangers or (person and _IS_ANYBODY.fullmatch(person)):
            person = None
        is_present = groups.get("verb", "").strip().casefold() in _PRESENT
        is_last = person is None and which.casefold() in ("last", "latest")
        return Asked.about(
            person,
            period,
            place,
            left,
            places,
            may_be_time=LIKE_A_TIME.search(left) is not None,
            is_now=is_now or is_present,
            is_last=is_last,
            is_first=which.casefold() == "first",
            only_strangers=only_strangers,
        )

    @override
    def came(
        self, visits: Sequence[Visit], others: int, now: datetime, asked: Asked
    ) -> str:
        if not others and len(visits) == 1:
            [visit] = visits
            where = f", {_by(visit.place)}"
            return f"{_came(visit, now, asked, ' came')}{where}."
        is_one_place = len({visit.place for visit in visits}) == 1
        parts: list[str] = []
        for visit in visits:
            where = "" if is_one_place else f" {_by(visit.place)}"
            verb = "" if parts else " came"
            parts.append(_came(visit, now, asked, verb) + where)
        if others:
            # They are people, whom the strangers follow.
            people = sum(visit.name is not None for visit in visits)
            parts.insert(people, "one other" if others == 1 else f"{others} others")
        where = f", all {_by(visits[0].place)}" if is_one_place else ""
        return f"{joined(parts, 'and')}{where}."

    @override
    def several(
        self, visits: Sequence[Visit], others: int, now: datetime, asked: Asked
    ) -> str:
        number = len(visits) + others
        return (
            f"I know {number} people called {asked.person}:"
            f" {self.came(visits, others, now, asked)}"
        )

    @override
    def last_seen(self, visit: Visit, now: datetime) -> str:
        who = visit.name or "a stranger"
        when = moment_words(visit.moment, now)
        return f"I last saw {who} {when}, {_by(visit.place)}. {_NO_PRESENCE}"

    @override
    def nobody(self, asked: Asked) -> str:
        who = "no stranger" if asked.only_strangers else "nobody"
        said = f"I have seen {who}{_at(asked)} {_during(asked)}."
        return f"{said} {_NO_PRESENCE}" if asked.is_now else said

    @override
    def not_seen(
        self, names: Sequence[str], before: Visit | None, now: datetime, asked: Asked
    ) -> str:
        said = f"I have not seen {joined(names, 'or')}{_at(asked)} {_during(asked)}."
        if before is None:
            return said
        when = moment_words(before.moment, now)
        return f"{said} The last time was {when}, {_by(before.place)}."

    @override
    def nobody_called(self, asked: Asked) -> str:
        return f"I have seen nobody called {asked.person}{_at(asked)} {_during(asked)}."

    @override
    def unknown_person(self, called: str, similar: Sequence[str]) -> str:
        said = f"I know nobody called {called}."
        return f"{said} Do you mean {joined(similar, 'or')}?" if similar else said

    @override
    def unknown_place(self, place: str) -> str:
        return f"I do not know a place called {place}."

    @override
    def not_understood(self, text: str) -> str:
        return f"I did not understand “{text}”."

    @override
    def not_yet(self) -> str:
        return "That time is still to come."

    @override
    def unavailable(self, boxes: Sequence[str]) -> str:
        return f"I cannot ask {joined(boxes, 'and')} right now."

    @override
    def no_history(self, boxes: Sequence[str]) -> str:
        keep = "keeps" if len(boxes) == 1 else "keep"
        return (
            f"{joined(boxes, 'and')} {keep} no history: I know only what I have seen"
            " since Home Assistant started."
        )

    @override
    def looked_back_to(self, moment: datetime, now: datetime) -> str:
        when = moment_words(moment, now).removeprefix("at ").replace(" at ", " ")
        return f"So many came that I only looked back to {when}."

    @override
    def text(self, sentences: Iterable[str]) -> str:
        return " ".join(sentences)


def _came(visit: Visit, now: datetime, asked: Asked, verb: str) -> str:
    when = moment_words(visit.moment, now, asked)
    if visit.name is not None:
        return f"{visit.name}{verb} {when}"
    if visit.count == 1:
        return f"{'A' if verb else 'a'} stranger{verb} {when}"
    times = "twice" if visit.count == 2 else f"{visit.count} times"
    return f"{'S' if verb else 's'}trangers{verb} {times}, last {when}"


def moment_words(moment: datetime, now: datetime, asked: Asked | None = None) -> str:
    """Return a moment in words: “yesterday at 5:31 PM”."""
    clock = f"at {time_text(moment, English.code)}"
    days = (now.date() - moment.date()).days
    period = asked.period if asked else None
    if days == 0 or (period and period.names_the_day(now.tzinfo)):
        return clock
    if days == 1:
        return f"yesterday {clock}"
    if days < 7:
        return f"on {moment:%A} {clock}"
    year = "" if moment.year == now.year else f", {moment.year}"
    return f"on {moment:%B} {moment.day}{year} {clock}"


def _during(asked: Asked) -> str:
    if asked.is_now:
        return "so far"
    return asked.period.words if asked.period else "in the last 24 hours"


def _at(asked: Asked) -> str:
    return f" at {with_article(asked.place)}" if asked.place else ""


def _by(place: str) -> str:
    return f"by {with_article(place)}"


def with_article(place: str) -> str:
    """Return a place in a sentence: “the front door”."""
    if _THING.fullmatch(place):
        return f"the {place[0].lower()}{place[1:]}"
    return place


def joined(parts: Sequence[str], conjunction: str) -> str:
    """Return “a, b and c”."""
    *others, last = parts
    return f"{', '.join(others)} {conjunction} {last}" if others else last
