"""Times in Chinese words. Pure."""

from datetime import date, time, timedelta
import re

from ..text import clock_text, spaced
from .sentence import DAY, HOUR, Calendar, Period

_DIGITS: dict[str, float] = {
    **dict(zip("零〇一二三四五六七八九", (0, *range(10)), strict=True)),
    "两": 2,
    "半": 0.5,
}
_WEEKDAYS = "一二三四五六日"
_UNITS = {
    "分": (timedelta(minutes=1), "分钟"),
    "小": (timedelta(hours=1), "小时"),
    "钟": (timedelta(hours=1), "小时"),
    "天": (timedelta(days=1), "天"),
    "周": (timedelta(weeks=1), "周"),
    "星": (timedelta(weeks=1), "周"),
}
# From and to, in minutes of the day.
_PARTS = {
    "凌晨": (0, 6 * HOUR),
    "清晨": (0, 12 * HOUR),
    "早上": (0, 12 * HOUR),
    "早晨": (0, 12 * HOUR),
    "上午": (0, 12 * HOUR),
    "中午": (11 * HOUR, 14 * HOUR),
    "下午": (12 * HOUR, 18 * HOUR),
    "傍晚": (17 * HOUR, 20 * HOUR),
    "晚上": (18 * HOUR, DAY),
    "夜里": (18 * HOUR, DAY + 6 * HOUR),
    "半夜": (22 * HOUR, DAY + 6 * HOUR),
    "深夜": (22 * HOUR, DAY + 6 * HOUR),
}
_NIGHT = {"晚上", "夜里", "半夜", "深夜"}
_SHORT_PARTS = {"早": "早上", "晚": "晚上", "夜": "夜里"}
_MEALS = {"早饭": 8 * HOUR, "午饭": 12 * HOUR, "晚饭": 18 * HOUR}

_NUMBER = rf"(?:\d{{1,3}}|[{''.join(_DIGITS)}十]+)"
_ROLLING = re.compile(
    rf"(?:在?(?:最近|过去|近|这)的?)?(?P<number>{_NUMBER})个?(?P<half>半)?"
    r"(?P<unit>分钟|小时|钟头|天|周|星期)(?!之?前|以前)(?:之?内|以来|里)?"
)
_JUST = re.compile("刚才|刚刚")
_DAYS = (
    f"今天|今日|昨天|昨日|大前天|前天|(?!半){_NUMBER}天(?:之|以)?前"
    f"|(?:上上|上|这|本)?个?(?:周|星期|礼拜)[{_WEEKDAYS}天]"
)
# “昨晚” is “昨天晚上”.
_SHORT_DAY = re.compile("([今昨])(?:(早)上?|(晚)上?|(夜)里?)")
_DAY = re.compile(f"(?P<day>{_DAYS})(?:的|一?整天|全天)?")
_PART = re.compile(rf"(?P<part>{'|'.join(_PARTS)}|(?<!最)[早晚夜])的?")
_HOUR = rf"(?:{_NUMBER}(?:点钟|点|时)(?:半|[一三]刻|{_NUMBER}分?)?|\d{{1,2}}[:：]\d\d)"
_CLOCK = rf"(?:(?:{'|'.join(_PARTS)}|早|晚)?{_HOUR}|{'|'.join(_MEALS)}|中午|午夜|零点)"
_BETWEEN = re.compile(
    rf"从?(?P<first>{_CLOCK})(?:到|至|-|~|～|和)(?P<next>今天|第二天|次日)?"
    rf"(?P<second>{_CLOCK})(?:之间|期间)?"
)
_FROM = re.compile(
    rf"(?:从|自从|自)?(?P<first>{_CLOCK})"
    r"(?P<relation>之?后|以后|以来|起|开始|到现在|之前|以前|前|左右|的?时候|钟)?"
)
_CLOCKS = ("first", "second")
_TIME_OF_DAY = re.compile(
    rf"(?P<part>{'|'.join(_PARTS)}|早|晚)?"
    rf"(?P<hour>{_NUMBER})(?:点钟|点|时|[:：])"
    rf"(?P<minute>半|[一三]刻|{_NUMBER}(?=分?$))?分?"
)
_SINCE = re.compile("从|以来|之后|以后|到现在|开始")
_NOW = re.compile("现在|此刻|这会儿|目前|眼下")
# Words of a time that was not understood.
LIKE_A_TIME = re.compile(
    "之?前|以前|之?后|以后|以来|期间|时候|星期|礼拜|小时|个月|月份|月初|月底|去年|今年"
    "|明天|后天|几天|最后|^[上下]+$"
    rf"|{_NUMBER}[年月日天周时分秒点号]"
)


def find_period(text: str, calendar: Calendar) -> tuple[Period | None, str]:
    """Return the time in a text, and the rest of the text."""
    text = _SHORT_DAY.sub(_in_full, text)
    for find in (_weeks, _rolling, _time_of_day, _parts):
        period, rest = find(text, calendar)
        if period is not None:
            return period, rest
    return None, text


def _in_full(match: re.Match[str]) -> str:
    day, *parts = match.groups("")
    return f"{day}天{_SHORT_PARTS[''.join(parts)]}"


def find_now(text: str) -> tuple[bool, str]:
    """Return whether a text says “now”, and the rest of the text."""
    rest = _NOW.sub("", text)
    return rest != text, rest


def _number(text: str) -> float:
    """Return a number below 100 in Chinese words, or in digits."""
    if text.isdecimal():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return (_DIGITS[tens[-1]] if tens else 1) * 10 + (
            _DIGITS.get(ones[0], 0) if ones else 0
        )
    return _DIGITS[text[-1]]


def _weeks(text: str, calendar: Calendar) -> tuple[Period | None, str]:
    """Find whole weeks and weekends."""
    end = rf"(?![{_WEEKDAYS}天])"
    for pattern, start, days, words in (
        ("(?:这|上|本)?个?周末", calendar.weekday(5), 2, "周末"),
        (f"上上个?(?:周|星期|礼拜){end}", calendar.monday(2), 7, "上上周"),
        (f"上个?(?:周|星期|礼拜){end}", calendar.monday(1), 7, "上周"),
        (f"(?:这|本)个?(?:周|星期|礼拜){end}", calendar.monday(), 7, "本周"),
    ):
        if re.search(pattern, text):
            period = calendar.part(start, 0, days * DAY, words)
            return period, re.sub(pattern, "", text, count=1)
    return None, text


def _rolling(text: str, calendar: Calendar) -> tuple[Period | None, str]:
    """Find the time until now, such as 最近一小时."""
    if just := _JUST.search(text):
        period = calendar.last(timedelta(minutes=30), "最近 30 分钟")
        return period, text.replace(just[0], "", 1)
    if (match := _ROLLING.search(text)) is None:
        return None, text
    unit, unit_words = _UNITS[match["unit"][0]]
    number = _number(match["number"]) + (0.5 if match["half"] else 0)
    amount = _amount(number, unit_words)
    words = spaced(t"最近{amount}")
    rest = text[: match.start()] + text[match.end() :]
    return calendar.last(unit * number, words), rest


def _amount(number: float, unit: str) -> str:
    if number == 0.5:
        return f"半{'个' if unit == '小时' else ''}{unit}"
    if number != int(number):
        return f"{int(number)} 个半{unit}"
    return f"{int(number)} {unit}"


def _time_of_day(text: str, calendar: Calendar) -> tuple[Period | None, str]:
    """Find times of day, such as 昨天下午三点以后."""
    match = _BETWEEN.search(text)
    if match is None:
        match = _FROM.search(text)
        # Noon alone is a part of the day.
        if match is None or (not match["relation"] and match["first"] == "中午"):
            return None, text
    found = match.groupdict()
    rest = text[: match.start()] + text[match.end() :]
    day, day_words, rest = _day(rest, calendar)
    on = day or calendar.today
    moments = [_moment(match[key], on, calendar) for key in _CLOCKS if key in found]
    if None in moments:
        return None, text
    first, *others = [moment for moment in moments if moment is not None]
    if not (
        day or "前" in (found.get("relation") or "") or calendar.has_come(on, first)
    ):
        on, day_words = calendar.days_ago(1), "昨天"
    if not others:
        relation = match["relation"] or ""
        return _relative(relation, on, day_words, first, calendar), rest
    [second] = others
    if match["next"] and on != calendar.days_ago(1):
        return None, text
    second += DAY if match["next"] else 0
    while second <= first:
        second += 12 * HOUR
    words = spaced(t"{_said(day_words, first)}到{_clock(second)}")
    return calendar.part(on, first, second, words), rest


def _relative(
    relation: str, day: date, day_words: str, minute: int, calendar: Calendar
) -> Period:
    """Return the time around, before or since a minute of a day."""
    if "前" in relation:
        words = spaced(t"{_said(day_words, minute)}以前")
        return calendar.part(day, 0, minute or DAY, words)
    if relation in ("", "左右", "钟") or "时候" in relation:
        words = spaced(t"{_said(day_words, minute)}左右")
        # Midnight ends a day in the past.
        is_end = minute == 0 and day != calendar.today
        return calendar.around(day, DAY if is_end else minute, words)
    words = spaced(t"{_said(day_words, minute)}以后")
    return calendar.since(day, minute, words)


def _said(day_words: str, minute: int) -> str:
    """Return a time of day with its day."""
    night = "夜里" if minute >= DAY else ""
    return spaced(t"{day_words}{night}{_clock(minute)}")


def _moment(clock: str, day: date, calendar: Calendar) -> int | None:
    """Return the minute of the day that a time of day means."""
    if (minute := _MEALS.get(clock)) is not None:
        return minute
    if clock == "中午":
        return 12 * HOUR
    if clock in ("午夜", "零点"):
        return 0
    match = _TIME_OF_DAY.fullmatch(clock)
    if match is None or (hour := int(_number(match["hour"]))) > 23:
        return None
    said = match["minute"] or "零"
    minutes = {"半": 30, "一刻": 15, "三刻": 45}.get(said, -1)
    if minutes < 0 and (minutes := int(_number(said))) > 59:
        return None
    part = match["part"] or ""
    part = _SHORT_PARTS.get(part, part)
    hour = _in_part(hour, part)
    is_exact = bool(part) or ":" in clock or "：" in clock
    return calendar.latest(day, hour * HOUR + minutes, is_exact=is_exact)


def _in_part(hour: int, part: str) -> int:
    """Return the hour of the day, over 23 after the midnight of a night."""
    if part in _NIGHT and (hour < 6 or hour == 12):
        return hour % 12 + 24
    if part == "凌晨" and hour == 12:
        return 0
    if part and _PARTS[part][1] > 12 * HOUR and hour < (11 if part == "中午" else 12):
        return hour + 12
    return hour


def _parts(text: str, calendar: Calendar) -> tuple[Period | None, str]:
    """Find days and parts of days, such as 周一上午."""
    day, day_words, rest = _day(text, calendar)
    part = _PART.search(rest)
    if day is None and part is None:
        return None, text
    name = ""
    if part:
        name = _SHORT_PARTS.get(part["part"], part["part"])
        rest = rest[: part.start()] + rest[part.end() :]
    start, end = _PARTS[name] if name else (0, DAY)
    if day is None and not calendar.has_come(calendar.today, start):
        day, day_words = calendar.days_ago(1), "昨天"
    on = day or calendar.today
    words = f"{day_words or '今天'}{name}"
    if _SINCE.search(rest):
        rest = _SINCE.sub("", rest)
        return calendar.since(on, start, f"{words}以来"), rest
    return calendar.part(on, start, end, words), rest


def _day(text: str, calendar: Calendar) -> tuple[date | None, str, str]:
    """Return the day in a text, its words, and the rest of the text."""
    if (match := _DAY.search(text)) is None:
        return None, "", text
    said = match["day"]
    rest = text[: match.start()] + text[match.end() :]
    if said[-1] == "前":
        days = int(_number(re.split("天", said)[0]))
        return calendar.days_ago(days), f"{days} 天前", rest
    for beginning, days in (("今", 0), ("昨", 1), ("大前", 3), ("前", 2)):
        if said.startswith(beginning):
            return calendar.days_ago(days), f"{beginning}天", rest
    weekday = _WEEKDAYS.index(said[-1].replace("天", "日"))
    if weeks := said.count("上"):
        day = calendar.monday(weeks) + timedelta(days=weekday)
        return day, f"{'上' * weeks}周{_WEEKDAYS[weekday]}", rest
    return calendar.weekday(weekday), f"周{_WEEKDAYS[weekday]}", rest


def _clock(minute: int) -> str:
    return clock_text(time(*divmod(minute % DAY, HOUR)), "zh-Hans")
