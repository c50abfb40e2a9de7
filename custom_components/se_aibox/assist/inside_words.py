"""Questions in words about who is inside a site, and their answers. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
import re
from typing import Protocol, override

from ..text import spaced
from .chinese import moment_words as since_in_chinese
from .english import joined, moment_words, with_article

_MOST_NAMES = 10


@dataclass(frozen=True, slots=True)
class AskedInside:
    """The content of a question about sites."""

    # As said; None for everybody.
    person: str | None
    # As said; empty for here.
    site: str


@dataclass(frozen=True, slots=True)
class Since:
    """A person who is inside, in local time."""

    name: str
    since: datetime


class InsideLanguage(Protocol):
    """Understands questions about sites and answers them in one language."""

    code: str

    def understand(self, sentence: str) -> AskedInside | None:
        """Return what a question asks; None for any other sentence."""

    def inside(self, site: str, people: Sequence[Since], now: datetime) -> str:
        """Say who is inside, at least."""

    def is_inside(self, site: str, people: Sequence[Since], now: datetime) -> str:
        """Say since when people with the requested name are inside."""

    def not_inside(self, called: str, sites: Sequence[str]) -> str:
        """Say that nobody with the requested name is inside."""

    def catching_up(self) -> str:
        """Say that something may be missing."""

    def text(self, sentences: Iterable[str]) -> str:
        """Return sentences as one text."""


# Longer words first; “there” may be a door.
_IN = r"(?:inside of|inside|in|at|on)"
_TIME = r"(?: (?:right now|now|at the moment|currently|still))*+"
_WHO = re.compile(
    r"(?:(?:who(?:'s| is| are|'re)|how many(?: people)? are)(?: there)?"
    r"|(?:is|are) (?:there )?(?:anybody|anyone|somebody|someone|any people))"
    rf"{_TIME}(?: (?P<here>here|in|inside)| {_IN} (?P<site>.+?)){_TIME}",
    re.IGNORECASE,
)
_IS = re.compile(
    rf"is (?P<person>.+?){_TIME}(?: (?P<here>here|in|inside)| {_IN} (?P<site>.+?))"
    rf"{_TIME}",
    re.IGNORECASE,
)


class EnglishInside(InsideLanguage):
    """English."""

    code = "en"

    @override
    def understand(self, sentence: str) -> AskedInside | None:
        text = " ".join(sentence.replace("’", "'").strip(" ?!.…？！。").split())
        if (match := _WHO.fullmatch(text)) is not None:
            return AskedInside(None, _site(match["site"]))
        if (match := _IS.fullmatch(text)) is not None:
            return AskedInside(match["person"], _site(match["site"]))
        return None

    @override
    def inside(self, site: str, people: Sequence[Since], now: datetime) -> str:
        where = with_article(site)
        if not people:
            return f"As far as I have seen, nobody is in {where}."
        number = "one person is" if len(people) == 1 else f"{len(people)} people are"
        return f"At least {number} in {where}: {_people(people, now)}."

    @override
    def is_inside(self, site: str, people: Sequence[Since], now: datetime) -> str:
        where = with_article(site)
        if len(people) > 1:
            return f"As far as I have seen, in {where}: {_people(people, now)}."
        [person] = people
        since = _since(person, now)
        return f"As far as I have seen, {person.name} has been in {where} {since}."

    @override
    def not_inside(self, called: str, sites: Sequence[str]) -> str:
        where = joined([with_article(site) for site in sites], "or")
        return f"As far as I have seen, {called} is not in {where}."

    @override
    def catching_up(self) -> str:
        return "I am still catching up on what I missed, so this may be wrong."

    @override
    def text(self, sentences: Iterable[str]) -> str:
        return " ".join(sentences)


def _site(said: str | None) -> str:
    return re.sub("^the ", "", said or "", flags=re.IGNORECASE)


def _since(person: Since, now: datetime) -> str:
    moment = moment_words(person.since, now)
    return f"since {moment.removeprefix('at ').removeprefix('on ')}"


def _people(people: Sequence[Since], now: datetime) -> str:
    parts = [f"{each.name} {_since(each, now)}" for each in people[:_MOST_NAMES]]
    if others := len(people[_MOST_NAMES:]):
        parts.append("one other" if others == 1 else f"{others} others")
    return joined(parts, "and")


# What may stand around the name of a site, longer words first.
_NOW = r"(?:现在|目前|此刻|还|都|仍)*+"
_WITHIN = r"(?:里面|里边|里头|里|内|这里|这儿)?"
_ANYBODY = r"(?:谁|哪些人|什么人|哪几个人|几个人|多少人)"
_WHO_IN = re.compile(
    rf"{_NOW}(?:有)?(?:{_ANYBODY}|有人){_NOW}在(?P<site>.*?){_WITHIN}(?:吗|呢)?"
)
_IN_WHO = re.compile(
    rf"{_NOW}(?P<site>.+?){_WITHIN}{_NOW}有(?:{_ANYBODY}|人)在?(?:吗|呢|没有)?"
)
_IN_IS = re.compile(
    rf"(?P<person>.+?){_NOW}(?:是不是|是否)?{_NOW}在(?:不在)?(?P<site>.*?){_WITHIN}"
    r"(?P<asks>吗|么|没有)?"
)
_NO_NAME = re.compile("谁|什么|哪|几|有人|最后|上次|昨|今|前")
_HERE = {"这里", "这儿", "里面", "里边", "里"}


class ChineseInside(InsideLanguage):
    """Chinese."""

    code = "zh-Hans"

    @override
    def understand(self, sentence: str) -> AskedInside | None:
        text = "".join(sentence.strip(" ?!.,…？！。，").split())
        if match := _WHO_IN.fullmatch(text) or _IN_WHO.fullmatch(text):
            site = match["site"]
            return AskedInside(None, "" if site in _HERE else site)
        match = _IN_IS.fullmatch(text)
        if match is None or _NO_NAME.search(match["person"]):
            return None
        # “小明在大门” is no question.
        if not match["asks"] and "在不在" not in text:
            return None
        return AskedInside(match["person"], match["site"])

    @override
    def inside(self, site: str, people: Sequence[Since], now: datetime) -> str:
        if not people:
            return spaced(t"就我看到的，{site}里没有人。")
        people_words = _people_in_chinese(people, now)
        return spaced(t"{site}里至少有{len(people)}人：{people_words}。")

    @override
    def is_inside(self, site: str, people: Sequence[Since], now: datetime) -> str:
        if len(people) > 1:
            return spaced(
                t"就我看到的，在{site}的有：{_people_in_chinese(people, now)}。"
            )
        [person] = people
        since = since_in_chinese(person.since, now)
        return spaced(t"就我看到的，{person.name}从{since}起在{site}。")

    @override
    def not_inside(self, called: str, sites: Sequence[str]) -> str:
        return spaced(t"就我看到的，{called}不在{'或'.join(sites)}。")

    @override
    def catching_up(self) -> str:
        return "我还在补取遗漏的记录，可能不准确。"

    @override
    def text(self, sentences: Iterable[str]) -> str:
        return "".join(sentences)


def _people_in_chinese(people: Sequence[Since], now: datetime) -> str:
    parts = [
        spaced(t"{each.name}（{since_in_chinese(each.since, now)}起）")
        for each in people[:_MOST_NAMES]
    ]
    others = len(people[_MOST_NAMES:])
    return "、".join(parts) + (f"，还有另外 {others} 人" if others else "")
