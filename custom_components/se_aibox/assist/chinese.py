"""Questions and answers in Chinese. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
import re
from typing import override

from .chinese_times import LIKE_A_TIME, find_now, find_period
from .sentence import Asked, Calendar, Language, Visit, place_in

_WHO = re.compile(r"谁|什么人|哪些人|哪几个人|(?<!没)有人")
_COMING = r"回来|回家|到家|出现|来|到"
_WHEN = re.compile(
    rf"(?P<head>.+?)(?:什么时候|啥时候|何时|几点钟?)(?:{_COMING})?(?P<tail>.*)"
)
_WHETHER = re.compile(rf"(?P<head>.+?)(?:{_COMING})[过了](?P<tail>.*?)(?:吗|没有?|么)")
_FIRST = re.compile("第一次|最早|首次|最先")
_PAST = re.compile("[过了]")
# What may stand around a person, a place or a time.
_AROUND = (
    r"(?:最后一次|第一次|最早|首次|最先|最近|上一?次|是不是|有没有|大概|今|是|有|都|在|从"
    rf"|{_COMING}|去|过|了|的|吗|呢|没有?|里|口|边|外面|这儿?|那儿?|家| )"
)
# Possessive: some sentences can be split in so many ways that trying all takes hours.
_EDGES = re.compile(rf"^{_AROUND}++|{_AROUND}++$")
_PERSON_EDGES = re.compile(
    r"^(?:最后一次|第一次|上一?次| )+"
    r"|(?:最后一次|第一次|最早|首次|最先|最近|最后|大概|是|都|在| )+$"
)
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
        is_who = _WHO.search(text) is not None
        if is_who:
            head, tail = _WHO.sub(" ", text, count=1), ""
        elif match := _WHEN.fullmatch(text) or _WHETHER.fullmatch(text):
            head, tail = match["head"], match["tail"]
        else:
            return None
        calendar = Calendar(now)
        is_now, head = find_now(head)
        place, head = place_in(head, places)
        if place is None:
            place, tail = place_in(tail, places)
        period, head = find_period(head, calendar)
        if period is None:
            period, tail = find_period(tail, calendar)
        person = None
        if not is_who:
            # “When was the last time?” asks for everybody.
            person, head = _PERSON_EDGES.sub("", head) or None, ""
        left = _EDGES.sub("", _EDGES.sub("", head) or tail)
        is_present = is_who and not _PAST.search(head)
        return Asked.about(
            person,
            period,
            place,
            left,
            places,
            may_be_time=LIKE_A_TIME.search(left) is not None,
            is_now=is_now or is_present,
            is_first=_FIRST.search(text) is not None,
        )

    @override
    def came(
        self, visits: Sequence[Visit], others: int, now: datetime, asked: Asked
    ) -> str:
        if not others and len(visits) == 1:
            return _came(visits[0], now, asked)
        [place, *more_places] = {visit.place for visit in visits}
        where = "" if more_places else place
        return f"来过{where}的有：{_list(visits, others, now, asked)}。"

    @override
    def several(
        self, visits: Sequence[Visit], others: int, now: datetime, asked: Asked
    ) -> str:
        number = len(visits) + others
        who = _list(visits, others, now, asked, with_place=True)
        return f"叫“{asked.person}”的有{number}人：{who}。"

    @override
    def last_seen(self, visit: Visit, now: datetime) -> str:
        who = visit.name or "一名陌生人"
        when = moment_words(visit.moment, now)
        return f"最后看到的是{who}，{when}在{visit.place}。{_NO_PRESENCE}"

    @override
    def nobody(self, asked: Asked) -> str:
        said = f"{_during(asked)}没有{_at(asked)}看到任何人。"
        return said + _NO_PRESENCE if asked.is_now else said

    @override
    def not_seen(
        self, names: Sequence[str], before: Visit | None, now: datetime, asked: Asked
    ) -> str:
        said = f"{_during(asked)}没有{_at(asked)}看到{'或'.join(names)}。"
        if before is None:
            return said
        return f"{said}上一次是{moment_words(before.moment, now)}，在{before.place}。"

    @override
    def nobody_called(self, asked: Asked) -> str:
        return f"{_during(asked)}没有{_at(asked)}看到叫“{asked.person}”的人。"

    @override
    def unknown_person(self, called: str, similar: Sequence[str]) -> str:
        said = f"我不认识叫“{called}”的人。"
        return f"{said}您是说{'或'.join(similar)}吗？" if similar else said

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
        return f"现在无法查询{'和'.join(boxes)}的记录。"

    @override
    def no_history(self, boxes: Sequence[str]) -> str:
        return f"{'和'.join(boxes)}不保存记录，我只知道Home Assistant启动以来看到的。"

    @override
    def looked_back_to(self, moment: datetime, now: datetime) -> str:
        return f"记录太多，我只查到{moment_words(moment, now)}为止。"

    @override
    def text(self, sentences: Iterable[str]) -> str:
        return "".join(sentences)


def _came(visit: Visit, now: datetime, asked: Asked) -> str:
    """Say that one person came, or strangers."""
    when, place = moment_words(visit.moment, now, asked), visit.place
    if visit.name is None:
        if visit.count > 1:
            return f"陌生人来过{spaced(place)}{visit.count}次，最后一次是{when}。"
        return f"一名陌生人{when}来过{place}。"
    name = spaced(visit.name)
    if asked.person is not None:
        return f"{name}是{when}到的，在{place}。"
    return f"{name}{when}来过{place}。"


def spaced(name: str) -> str:
    """Return a name as it stands before a digit."""
    return f"{name} " if name[-1:].isascii() else name


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
    also = [f"另外{others}人"] if others else []
    for visit in visits:
        where = f"，{visit.place}" if with_place else ""
        when = f"{moment_words(visit.moment, now, asked)}{where}"
        if visit.name is not None:
            people.append(f"{visit.name}（{when}）")
        elif visit.count > 1:
            also.append(f"陌生人{visit.count}次（最后一次{when}）")
        else:
            also.append(f"一名陌生人（{when}）")
    return "，还有".join(filter(None, ("、".join(people), "和".join(also))))


def moment_words(moment: datetime, now: datetime, asked: Asked | None = None) -> str:
    """Return a moment in words: “昨天17:31”."""
    clock = f"{moment:%H:%M}"
    days = (now.date() - moment.date()).days
    period = asked.period if asked else None
    if days == 0 or (period and period.names_the_day):
        return clock
    if days in (1, 2):
        return f"{'昨天' if days == 1 else '前天'}{clock}"
    if days < 7:
        return f"周{'一二三四五六日'[moment.weekday()]}{clock}"
    year = "" if moment.year == now.year else f"{moment.year}年"
    return f"{year}{moment.month}月{moment.day}日{clock}"


def _during(asked: Asked) -> str:
    if asked.is_now:
        return "到目前为止"
    return asked.period.words if asked.period else "最近24小时"


def _at(asked: Asked) -> str:
    return f"在{asked.place}" if asked.place else ""
