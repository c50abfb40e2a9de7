"""Questions and answers in Chinese. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import reduce
import re
from typing import override

from ..text import spaced, time_text
from .chinese_times import LIKE_A_TIME, find_now, find_period
from .sentence import Asked, Calendar, Language, Visit, place_in, places_with

_WHO = re.compile("谁|什么人|哪些人|哪几个人|有没有人|没有?人(?=.*[吗么])|(?<!没)有人")
_STRANGERS = re.compile("(?:有没有|没有?|有)?(?:任何|什么)?(?:一?[个名位])?陌生人")
_ASKING = "什么时候|啥时候|何时|几点钟?"
# Politeness before a question.
_POLITE = re.compile(
    "^(?:请问|你好|您好|麻烦|请|帮我|告诉我|查一?下|看一?下|看看|查查|问一?下|[，, ])+"
)
_COMING = r"回来|回家|到家|出现|来|到"
_ABOUT_A_PERSON = tuple(
    re.compile(rf"(?P<head>.+?){pattern}")
    for pattern in (
        rf"(?:{_ASKING})(?:{_COMING})?(?:[过了]?人)?(?P<tail>.*)",
        rf"(?:有没有|是否|是不是)(?:{_COMING})[过了]?(?P<tail>.*?)(?:吗|么|呢)?",
        rf"没有?(?:{_COMING})[过了]?(?P<tail>.*?)(?:吗|么)",
        rf"(?:{_COMING})[过了](?P<tail>.*?)(?:吗|没有?|么)",
    )
)
_FIRST = re.compile("第一[次个位]|最早|首次|最先")
_LAST = re.compile("最后一?[次个位]?|最近一[次个位]|上一[次个位]")
_PAST = re.compile(f"[过了]|的 *$|{_ASKING}")
# What may stand around a person, a place or a time.
_AROUND = (
    r"(?:最后一次|第一[次个位]|最早|首次|最先|最近|上一?次|是不是|有没有|大概|今|是|有"
    rf"|都|在|从|{_ASKING}|{_COMING}|去|过|了|的|吗|呢|啊|呀|没有?|里|口|边|外面"
    r"|这儿?|那儿?"
    r"|家| )"
)
# Possessive: some sentences can be split in so many ways that trying all takes hours.
_EDGES = re.compile(rf"^{_AROUND}++|{_AROUND}++$")
_PERSON_EDGES = re.compile(
    r"^(?:最后一次|第一次|上一?次|[ “「\"])+"
    rf"|(?:(?:最后一?|最近一?|第一|上一?)次(?:{_COMING})?|最早|首次|最先|最近|最后|大概"
    r"|是|都|在|[ ，,、”」\"])+$"
)
# If no place has this name, it means any place.
_SOME_DOOR = {"门", "门外", "门前"}
_NO_PRESENCE = "现在那里有没有人，我无法知道。"


class Chinese(Language):
    """Chinese."""

    code = "zh-Hans"

    @override
    def understand(
        self, sentence: str, now: datetime, places: Iterable[str]
    ) -> Asked | None:
        places = tuple(places)
        text = " ".join(sentence.strip(" ?!.,…？！。，").split())
        text = _POLITE.sub("", text)
        only_strangers = _STRANGERS.search(text) is not None
        who = _STRANGERS if only_strangers else _WHO
        is_who = who.search(text) is not None
        if (parts := _without_question(text, who)) is None:
            return None
        head, tail = parts
        calendar = Calendar(now)
        is_now, head = find_now(head)
        place, head = place_in(head, places)
        if place is None:
            place, tail = place_in(tail, places)
        period, head = find_period(head, calendar)
        if period is None:
            period, tail = find_period(tail, calendar)
        person, is_last, head = _wanted(head, is_who=is_who)
        left = _left(head, tail, places)
        is_present = is_who and not _PAST.search(head)
        return Asked.about(
            person,
            period,
            place,
            left,
            places,
            may_be_time=LIKE_A_TIME.search(left) is not None,
            is_now=is_now or is_present,
            is_last=is_last,
            is_first=_FIRST.search(text) is not None,
            only_strangers=only_strangers,
        )

    @override
    def came(
        self, visits: Sequence[Visit], others: int, now: datetime, asked: Asked
    ) -> str:
        if not others and len(visits) == 1:
            return _came(visits[0], now, asked)
        [place, *more_places] = {visit.place for visit in visits}
        where = "" if more_places else place
        return spaced(t"来过{where}的有：{_list(visits, others, now, asked)}。")

    @override
    def several(
        self, visits: Sequence[Visit], others: int, now: datetime, asked: Asked
    ) -> str:
        number = len(visits) + others
        who = _list(visits, others, now, asked, with_place=True)
        return spaced(t"叫“{asked.person}”的有{number}人：{who}。")

    @override
    def last_seen(self, visit: Visit, now: datetime) -> str:
        who = visit.name or "一名陌生人"
        when = moment_words(visit.moment, now)
        said = spaced(t"最后看到的是{who}，{when}在{visit.place}。")
        return said + _NO_PRESENCE

    @override
    def nobody(self, asked: Asked) -> str:
        who = "陌生人" if asked.only_strangers else "任何人"
        said = spaced(t"{_during(asked)}没有{_at(asked)}看到{who}。")
        return said + _NO_PRESENCE if asked.is_now else said

    @override
    def not_seen(
        self, names: Sequence[str], before: Visit | None, now: datetime, asked: Asked
    ) -> str:
        who = _joined(names, "或")
        said = spaced(t"{_during(asked)}没有{_at(asked)}看到{who}。")
        if before is None:
            return said
        when = moment_words(before.moment, now)
        return said + spaced(t"上一次是{when}，在{before.place}。")

    @override
    def nobody_called(self, asked: Asked) -> str:
        return spaced(t"{_during(asked)}没有{_at(asked)}看到叫“{asked.person}”的人。")

    @override
    def unknown_person(self, called: str, similar: Sequence[str]) -> str:
        said = f"我不认识叫“{called}”的人。"
        if not similar:
            return said
        return said + spaced(t"您是说{_joined(similar, '或')}吗？")

    @override
    def unknown_place(self, place: str) -> str:
        return f"我不知道“{place}”是哪里。"

    @override
    def not_understood(self, text: str) -> str:
        return f"我没听懂“{text}”。"

    @override
    def not_yet(self) -> str:
        return "那个时间还没有到。"

    @override
    def unavailable(self, boxes: Sequence[str]) -> str:
        return spaced(t"现在无法查询{_joined(boxes, '和')}的记录。")

    @override
    def no_history(self, boxes: Sequence[str]) -> str:
        return spaced(
            t"{_joined(boxes, '和')}不保存记录，"
            t"我只知道 Home Assistant 启动以来看到的。"
        )

    @override
    def looked_back_to(self, moment: datetime, now: datetime) -> str:
        return spaced(t"记录太多，我只查到{moment_words(moment, now)}为止。")

    @override
    def text(self, sentences: Iterable[str]) -> str:
        return "".join(sentences)


def _without_question(text: str, who: re.Pattern[str]) -> tuple[str, str] | None:
    """Return the text before and after the question words, if any."""
    if who.search(text):
        return who.sub(" ", text, count=1), ""
    for pattern in _ABOUT_A_PERSON:
        if match := pattern.fullmatch(text):
            return match["head"], match["tail"]
    return None


def _wanted(head: str, *, is_who: bool) -> tuple[str | None, bool, str]:
    """Return the person, whether only the last is wanted, and the rest."""
    if is_who:
        return None, _LAST.search(head) is not None, _LAST.sub("", head)
    # “When was the last time?” asks for everybody.
    return _PERSON_EDGES.sub("", head) or None, False, ""


def _left(head: str, tail: str, places: Iterable[str]) -> str:
    """Return what may be an unknown place or time."""
    left = _EDGES.sub("", _EDGES.sub("", head) or tail)
    is_any_door = left in _SOME_DOOR and not places_with(left, places)
    return "" if is_any_door else left


def _came(visit: Visit, now: datetime, asked: Asked) -> str:
    """Say that one person came, or strangers."""
    when, place = moment_words(visit.moment, now, asked), visit.place
    if visit.name is None:
        if visit.count > 1:
            return spaced(t"陌生人来过{place}{visit.count}次，最后一次是{when}。")
        return spaced(t"一名陌生人{when}来过{place}。")
    if asked.person is not None:
        return spaced(t"{visit.name}是{when}到的，在{place}。")
    return spaced(t"{visit.name}{when}来过{place}。")


def _list(
    visits: Sequence[Visit],
    others: int,
    now: datetime,
    asked: Asked,
    *,
    with_place: bool = False,
) -> str:
    with_place = with_place or len({visit.place for visit in visits}) > 1
    people: list[str] = []
    also = [f"另外 {others} 人"] if others else []
    for visit in visits:
        where = f"，{visit.place}" if with_place else ""
        when = f"{moment_words(visit.moment, now, asked)}{where}"
        if visit.name is not None:
            people.append(f"{visit.name}（{when}）")
        elif visit.count > 1:
            also.append(spaced(t"陌生人{visit.count}次（最后一次{when}）"))
        else:
            also.append(f"一名陌生人（{when}）")
    return "，还有".join(filter(None, ("、".join(people), "和".join(also))))


def _joined(names: Sequence[str], word: str) -> str:
    return reduce(lambda said, name: spaced(t"{said}{word}{name}"), names)


def moment_words(moment: datetime, now: datetime, asked: Asked | None = None) -> str:
    """Return a moment in words: “昨天 17:31”."""
    clock = time_text(moment, Chinese.code)
    days = (now.date() - moment.date()).days
    period = asked.period if asked else None
    if days == 0 or (period and period.names_the_day(now.tzinfo)):
        return clock
    if days in (1, 2):
        day = "昨天" if days == 1 else "前天"
    elif days < 7:
        day = f"周{'一二三四五六日'[moment.weekday()]}"
    else:
        year = "" if moment.year == now.year else f"{moment.year}年"
        day = f"{year}{moment.month}月{moment.day}日"
    return f"{day} {clock}"


def _during(asked: Asked) -> str:
    if asked.is_now:
        return "到目前为止"
    return asked.period.words if asked.period else "最近 24 小时"


def _at(asked: Asked) -> str:
    return spaced(t"在{asked.place}") if asked.place else ""
