"""The understanding of questions in words."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from custom_components.se_aibox.assist.chinese import Chinese
from custom_components.se_aibox.assist.english import English
from custom_components.se_aibox.assist.sentence import Asked, Period

# A Monday.
NOW = datetime(2026, 11, 30, 14, 30, tzinfo=ZoneInfo("Asia/Singapore"))
PLACES = ("Front door", "大门", "Lobby turnstile", "Gate 3", "Hall", "大厅闸机", "")


def asked(sentence: str) -> Asked:
    """Return the question in a sentence, in either language."""
    understood = English().understand(sentence, NOW, PLACES) or Chinese().understand(
        sentence, NOW, PLACES
    )
    assert understood is not None, sentence
    assert not understood.not_understood, understood
    assert not understood.unknown_place, understood
    return understood


def shown(period: Period) -> str:
    """Return the span by local time."""
    start, end = (
        moment.astimezone(NOW.tzinfo) for moment in (period.start, period.end)
    )
    return f"{start:%d %H:%M} to {end:%d %H:%M}"


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("this morning", "30 00:00 to 30 12:00, this morning"),
        ("tonight", "30 18:00 to 01 00:00, this evening"),
        ("last night", "29 18:00 to 30 06:00, last night"),
        ("since last night", "29 18:00 to 30 14:30, since last night"),
        ("today", "30 00:00 to 01 00:00, today"),
        ("the day before yesterday", "28 00:00 to 29 00:00, the day before yesterday"),
        ("yesterday evening", "29 18:00 to 30 00:00, yesterday evening"),
        ("on Friday morning", "27 00:00 to 27 12:00, on Friday morning"),
        ("on Monday", "30 00:00 to 01 00:00, on Monday"),
        ("last Monday", "23 00:00 to 24 00:00, last Monday"),
        ("this week", "30 00:00 to 07 00:00, this week"),
        ("last week", "23 00:00 to 30 00:00, last week"),
        ("at the weekend", "28 00:00 to 30 00:00, over the weekend"),
        ("in the last hour", "30 13:30 to 30 14:30, in the last hour"),
        ("in the last half hour", "30 14:00 to 30 14:30, in the last half hour"),
        ("during the past two hours", "30 12:30 to 30 14:30, in the last 2 hours"),
        ("in the last 10 minutes", "30 14:20 to 30 14:30, in the last 10 minutes"),
        ("in the last 30 mins", "30 14:00 to 30 14:30, in the last 30 minutes"),
        ("in the last 2 hrs", "30 12:30 to 30 14:30, in the last 2 hours"),
        ("two days ago", "28 00:00 to 29 00:00, 2 days ago"),
        ("10 days ago", "20 00:00 to 21 00:00, 10 days ago"),
        ("in the evening", "29 18:00 to 30 00:00, yesterday evening"),
        ("at 8 pm", "29 19:30 to 29 20:30, around 8:00 PM yesterday"),
        ("at 2 last night", "30 01:30 to 30 02:30, around 2:00 AM last night"),
        ("at 1 am last night", "30 00:30 to 30 01:30, around 1:00 AM last night"),
        ("around 10:30 last night", "29 22:00 to 29 23:00, around 10:30 PM last"),
        ("at 12 o'clock last night", "29 23:30 to 30 00:30, around 12:00 AM last"),
        ("at 3 in the night", "30 02:30 to 30 03:30, around 3:00 AM last night"),
        ("between 11 and 1 last night", "29 23:00 to 30 01:00, between 11:00 PM and"),
        ("at 8 tonight", "30 19:30 to 30 20:30, around 8:00 PM"),
        ("at 9 today", "30 08:30 to 30 09:30, around 9:00 AM"),
        ("since yesterday 10 pm", "29 22:00 to 30 14:30, since 10:00 PM yesterday"),
        ("at midnight on Friday", "27 23:30 to 28 00:30, around 12:00 AM on Friday"),
        ("before midnight", "30 00:00 to 01 00:00, before 12:00 AM"),
        ("between 10 pm and midnight", "29 22:00 to 30 00:00, between 10:00 PM and"),
        ("in the last week", "23 14:30 to 30 14:30, in the last week"),
        ("since lunch", "30 12:00 to 30 14:30, since 12:00 PM"),
        ("since 5 pm", "29 17:00 to 30 14:30, since 5:00 PM yesterday"),
        ("since 17:00 yesterday", "29 17:00 to 30 14:30, since 5:00 PM yesterday"),
        ("since 12 a.m.", "30 00:00 to 30 14:30, since 12:00 AM"),
        ("since 2", "30 14:00 to 30 14:30, since 2:00 PM"),
        ("since 09:15", "30 09:15 to 30 14:30, since 9:15 AM"),
        ("since 5", "30 05:00 to 30 14:30, since 5:00 AM"),
        ("since yesterday", "29 00:00 to 30 14:30, since yesterday"),
        ("since Friday", "27 00:00 to 30 14:30, since Friday"),
        ("since this morning", "30 00:00 to 30 14:30, since this morning"),
        ("after 5 pm yesterday", "29 17:00 to 30 00:00, after 5:00 PM yesterday"),
        (
            "after 3 in the afternoon on Friday",
            "27 15:00 to 28 00:00, after 3:00 PM",
        ),
        ("before 9:30", "30 00:00 to 30 09:30, before 9:30 AM"),
        (
            "between 2 and 4 yesterday",
            "29 14:00 to 29 16:00, between 2:00 PM and",
        ),
        (
            "between 11 and 1 on Friday",
            "27 11:00 to 27 13:00, between 11:00 AM and 1:00 PM",
        ),
        ("from noon to 1 pm", "30 12:00 to 30 13:00, between 12:00 PM and 1:00 PM"),
        ("at noon", "30 11:30 to 30 12:30, around 12:00 PM"),
        ("around 9 o'clock this morning", "30 08:30 to 30 09:30, around 9:00 AM"),
    ],
)
def test_english_time_is_understood(time: str, expected: str) -> None:
    """It leaves nothing of the sentence."""
    for sentence in (f"Who came {time}?", f"who was at the front door {time}"):
        period = asked(sentence).period
        assert period is not None
        said = f"{shown(period)}, {period.words}"
        assert said.startswith(expected)


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("今天上午", "30 00:00 to 30 12:00, 今天上午"),
        ("今早", "30 00:00 to 30 12:00, 今天早上"),
        ("昨晚", "29 18:00 to 30 00:00, 昨天晚上"),
        ("昨天凌晨", "29 00:00 to 29 06:00, 昨天凌晨"),
        ("前天", "28 00:00 to 29 00:00, 前天"),
        ("大前天下午", "27 12:00 to 27 18:00, 大前天下午"),
        ("中午", "30 11:00 to 30 14:00, 今天中午"),
        ("周一", "30 00:00 to 01 00:00, 周一"),
        ("星期天上午", "29 00:00 to 29 12:00, 周日上午"),
        ("上周五", "27 00:00 to 28 00:00, 上周五"),
        ("本周", "30 00:00 to 07 00:00, 本周"),
        ("上周", "23 00:00 to 30 00:00, 上周"),
        ("周末", "28 00:00 to 30 00:00, 周末"),
        ("上上周五", "20 00:00 to 21 00:00, 上上周五"),
        ("上上周", "16 00:00 to 23 00:00, 上上周"),
        ("五天前", "25 00:00 to 26 00:00, 5 天前"),
        ("昨天一整天", "29 00:00 to 30 00:00, 昨天"),
        ("昨晚十点", "29 21:30 to 29 22:30, 昨天 22:00 左右"),
        ("昨晚十二点", "29 23:30 to 30 00:30, 昨天夜里 00:00 左右"),
        ("夜里三点", "30 02:30 to 30 03:30, 昨天夜里 03:00 左右"),
        ("半夜", "29 22:00 to 30 06:00, 昨天半夜"),
        ("昨夜", "29 18:00 to 30 06:00, 昨天夜里"),
        ("晚上八点", "29 19:30 to 29 20:30, 昨天 20:00 左右"),
        ("凌晨十二点半", "30 00:00 to 30 01:00, 00:30 左右"),
        ("中午一点", "30 12:30 to 30 13:30, 13:00 左右"),
        ("昨晚十点到今天凌晨一点", "29 22:00 to 30 01:00, 昨天 22:00 到 01:00"),
        ("昨天午夜", "29 23:30 to 30 00:30, 昨天 00:00 左右"),
        ("刚才", "30 14:00 to 30 14:30, 最近 30 分钟"),
        ("最近一小时", "30 13:30 to 30 14:30, 最近 1 小时"),
        ("过去两个半小时", "30 12:00 to 30 14:30, 最近 2 个半小时"),
        ("半小时内", "30 14:00 to 30 14:30, 最近半个小时"),
        ("最近半个小时", "30 14:00 to 30 14:30, 最近半个小时"),
        ("最近三天", "27 14:30 to 30 14:30, 最近 3 天"),
        ("最近十五分钟", "30 14:15 to 30 14:30, 最近 15 分钟"),
        ("过去一周", "23 14:30 to 30 14:30, 最近 1 周"),
        ("午饭后", "30 12:00 to 30 14:30, 12:00 以后"),
        ("从中午开始", "30 12:00 to 30 14:30, 12:00 以后"),
        ("从下午三点开始", "29 15:00 to 30 14:30, 昨天 15:00 以后"),
        ("两点以后", "30 14:00 to 30 14:30, 14:00 以后"),
        ("八点一刻之后", "30 08:15 to 30 14:30, 08:15 以后"),
        ("从昨天下午到现在", "29 12:00 to 30 14:30, 昨天下午以来"),
        ("十点半以前", "30 00:00 to 30 10:30, 10:30 以前"),
        ("9:05以前", "30 00:00 to 30 09:05, 09:05 以前"),
        ("昨天下午三点到五点", "29 15:00 to 29 17:00, 昨天 15:00 到 17:00"),
        ("昨天十一点到一点", "29 11:00 to 29 13:00, 昨天 11:00 到 13:00"),
        ("早上八点二十分左右", "30 07:50 to 30 08:50, 08:20 左右"),
        ("十二点到三点", "30 12:00 to 30 15:00, 12:00 到 15:00"),
        ("零点以后", "30 00:00 to 30 14:30, 00:00 以后"),
    ],
)
def test_chinese_time_is_understood(time: str, expected: str) -> None:
    """It leaves nothing of the sentence."""
    for sentence in (f"{time}谁来过大门？", f"大门{time}有谁来过"):
        period = asked(sentence).period
        assert period is not None
        said = f"{shown(period)}, {period.words}"
        assert said == expected


@pytest.mark.parametrize(
    ("sentence", "person", "place", "is_now", "is_first"),
    [
        ("Who is at the front door?", None, "Front door", True, False),
        ("who’s at Gate 3 right now", None, "Gate 3", True, False),
        ("Who's been at the hall", None, "Hall", False, False),
        ("Who is here?", None, "", True, False),
        ("Who was at the turnstile?", None, "turnstile", False, False),
        ("Who came?", None, "", False, False),
        ("Who came back home?", None, "", False, False),
        ("When did Tom Smith come home?", "Tom Smith", "", False, False),
        ("When did Tom first come?", "Tom", "", False, True),
        ("When was Tom last seen?", "Tom", "", False, False),
        ("When was Tom at the front door?", "Tom", "Front door", False, False),
        ("Did Tom get back?", "Tom", "", False, False),
        ("谁在大门？", None, "大门", True, False),
        ("大门口有谁", None, "大门", True, False),
        ("现在闸机有谁？", None, "闸机", True, False),
        ("大门来了谁", None, "大门", False, False),
        ("有人来过吗？", None, "", False, False),
        ("小明什么时候到家的？", "小明", "", False, False),
        ("小明是几点到大门的", "小明", "大门", False, False),
        ("Tom Smith 第一次是什么时候来的", "Tom Smith", "", False, True),
        ("小明来过大门没有", "小明", "大门", False, False),
        ("小明回家了吗", "小明", "", False, False),
    ],
)
def test_person_place_and_now_are_understood(
    sentence: str, person: str | None, place: str, is_now: bool, is_first: bool
) -> None:
    """A present tense without a time asks about now."""
    understood = asked(sentence)
    assert understood.person == person
    assert understood.place == place
    assert bool(understood.places) is bool(place)
    assert understood.is_now is is_now
    assert understood.is_first is is_first


@pytest.mark.parametrize(
    ("sentence", "not_understood", "unknown_place"),
    [
        ("Who was at the front door before the storm?", "before the storm", ""),
        ("Who was at the front door at 25:00?", "25:00", ""),
        ("Who was at the front door at 9:75?", "9:75", ""),
        ("Who came between 25 and 26?", "between 25 and 26", ""),
        ("Who came half an hour ago?", "half an hour ago", ""),
        ("Who was at the moon last month?", "moon last month", ""),
        ("Who was at the front door with Anna?", "with anna", ""),
        ("Who was at the moon yesterday?", "", "moon"),
        ("Who was at gate 5?", "", "gate 5"),
        ("上个月谁来过大门", "上个月", ""),
        ("九点七十分以后谁来过", "九点七十分以后", ""),
        ("二十五点以后谁来过", "二十五点以后", ""),
        ("昨天二十五点到二十六点谁来过大门", "二十五点到二十六点", ""),
        ("暴雨之前谁来过大门", "暴雨之前", ""),
        ("昨晚谁来过月球", "", "月球"),
        ("前天十点到今天一点谁来过", "十点到今天一点", ""),
    ],
)
def test_rest_that_is_not_understood_is_returned(
    sentence: str, not_understood: str, unknown_place: str
) -> None:
    """No part of a question is ignored."""
    understood = English().understand(sentence, NOW, PLACES) or Chinese().understand(
        sentence, NOW, PLACES
    )
    assert understood is not None
    assert understood.not_understood == not_understood
    assert understood.unknown_place == unknown_place


@pytest.mark.parametrize("sentence", ["Who is at the door?", "谁在门口？"])
def test_door_means_any_place_where_none_is_called_so(sentence: str) -> None:
    """People use the word for every way in."""
    places = ["Lobby", "大厅"]
    understood = English().understand(sentence, NOW, places) or Chinese().understand(
        sentence, NOW, places
    )
    assert understood is not None
    assert not understood.unknown_place
    assert not understood.places
    assert understood.is_now


@pytest.mark.parametrize("sentence", ["上次什么时候来的？", "最近什么时候来过？"])
def test_question_without_a_person_is_about_everybody(sentence: str) -> None:
    """The words around a name are no name."""
    assert asked(sentence).person is None


def test_number_that_is_none_is_understood_in_part() -> None:
    """Speech recognition may repeat a word."""
    period = asked("最近十十分钟谁来过").period
    assert period is not None
    assert period.words == "最近 10 分钟"


@pytest.mark.parametrize(
    ("now", "question", "expected"),
    [
        # Berlin's clocks show 02:00 to 03:00 twice.
        ("2026-10-25T12:00+01:00", "at 2:30 am", "00:00 to 02:00"),
        ("2026-10-25T12:00+01:00", "at 2 am", "23:30 to 01:30"),
        ("2026-10-25T12:00+01:00", "at 3 am", "01:30 to 02:30"),
        ("2026-10-25T12:00+01:00", "between 1 am and 2 am", "23:00 to 00:00"),
        ("2026-10-25T12:00+01:00", "between 2 am and 2:30 am", "00:00 to 01:30"),
        ("2026-10-25T12:00+01:00", "before 3 am", "22:00 to 02:00"),
        ("2026-10-25T12:00+01:00", "since 2:30 am", "00:30 to 11:00"),
        ("2026-10-25T02:10+01:00", "since 2:30 am", "00:30 to 01:10"),
        ("2026-10-25T12:00+01:00", "today", "22:00 to 23:00"),
        # They do not show 02:00 to 03:00.
        ("2027-03-28T12:00+02:00", "at 3 am", "00:30 to 01:30"),
        ("2027-03-28T12:00+02:00", "at 2:30 am", "00:30 to 01:30"),
        ("2027-03-28T12:00+02:00", "before 2:30 am", "23:00 to 01:00"),
        ("2027-03-28T12:00+02:00", "since 2:30 am", "01:00 to 10:00"),
        ("2027-03-28T12:00+02:00", "between 1 am and 3 am", "00:00 to 01:00"),
        ("2027-03-28T12:00+02:00", "between 2 am and 4 am", "01:00 to 02:00"),
        ("2027-03-28T12:00+02:00", "today", "23:00 to 22:00"),
    ],
)
def test_time_of_day_is_right_when_the_clocks_are_set(
    now: str, question: str, expected: str
) -> None:
    """A time that is shown twice means both, one that is skipped the next."""
    local = datetime.fromisoformat(now).astimezone(ZoneInfo("Europe/Berlin"))
    understood = English().understand(f"Who came {question}?", local, ())
    assert understood is not None
    period = understood.period
    assert period is not None
    assert f"{period.start:%H:%M} to {period.end:%H:%M}" == expected
    assert period.start < period.end


def test_last_hour_is_an_hour_when_the_clocks_are_set() -> None:
    """At half past three, half past one was an hour ago."""
    now = datetime(2026, 3, 29, 3, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    understood = English().understand("Who came in the last hour?", now, ())
    assert understood is not None
    assert understood.period is not None
    assert f"{understood.period.start.astimezone(now.tzinfo):%H:%M}" == "01:30"


def test_sentence_with_many_readings_is_read_at_once() -> None:
    """Trying all of them would take years."""
    repeated = "到家" * 100
    understood = Chinese().understand(f"谁到过x{repeated}x", NOW, PLACES)
    assert understood is not None
    assert understood.unknown_place == f"x{repeated}x"
    for often in ("最近一次是", "有没有", "请问", "上一次来", "最后", "昨晚", "十"):
        Chinese().understand(often * 80, NOW, PLACES)
        Chinese().understand(f"x{often * 80}y几点来的", NOW, PLACES)
    for often in ("not ", "last ", "the first ", "ago ", "has been ", "at 3 "):
        English().understand(f"did x {often * 60} come y", NOW, PLACES)
        English().understand(f"when was the last time {often * 60}", NOW, PLACES)
        English().understand(f"who was {often * 60}y", NOW, PLACES)


@pytest.mark.parametrize("sentence", ["Turn on the light", "打开灯", "", "?"])
def test_other_sentence_is_no_question(sentence: str) -> None:
    """Another part of Assist may understand it."""
    assert English().understand(sentence, NOW, PLACES) is None
    assert Chinese().understand(sentence, NOW, PLACES) is None
