"""Times in English words. Pure."""

from datetime import date, time, timedelta
import re

from homeassistant.helpers.translation import LOCALE_EN

from ..text import clock_text
from .sentence import DAY, HOUR, Calendar, Period

_WEEKDAYS = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
_NUMBERS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "a couple of": 2,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
}
_UNITS = {
    "minute": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "hr": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
# From and to, in minutes of the day.
_PARTS = {
    "morning": (0, 12 * HOUR),
    "afternoon": (12 * HOUR, 18 * HOUR),
    "evening": (18 * HOUR, DAY),
    "night": (18 * HOUR, DAY),
}
_MOMENTS = {
    "midnight": 0,
    "breakfast": 8 * HOUR,
    "lunch": 12 * HOUR,
    "lunchtime": 12 * HOUR,
    "midday": 12 * HOUR,
    "noon": 12 * HOUR,
    "dinner": 18 * HOUR,
}

_NUMBER = rf"\d{{1,3}}|{'|'.join(_NUMBERS)}"
_ROLLING = re.compile(
    rf"\b(?:(?:in|during|within|over|for) )?(?:the )?(?:last|past)"
    rf" (?:(?P<half>half)(?: an?)?|(?P<number>{_NUMBER}))?"
    rf" ?(?P<unit>{'|'.join(_UNITS)})s?\b"
)
_DAYS = (
    r"(?:today|(?:the )?day before yesterday|yesterday"
    rf"|(?:(?:on|last|this|past) )*(?:{'|'.join(_WEEKDAYS)})|(?:{_NUMBER}) days? ago)"
)
_DAY = re.compile(rf"\b{_DAYS}\b")
_PART = re.compile(rf"\b(?:(?:in|at|during|this|the) )*(?P<part>{'|'.join(_PARTS)})\b")
# A bare number may be part of a place, such as “gate 3”.
_SURE = rf"\d{{1,2}}:\d\d(?: ?[ap]m)?|\d{{1,2}} ?(?:[ap]m|o'clock)|{'|'.join(_MOMENTS)}"
_CLOCK = rf"(?:{_SURE}|\d{{1,2}}(?! ?(?:minute|hour|day|week)))"
_BETWEEN = re.compile(
    rf"\b(?:between|from) (?P<first>{_CLOCK})"
    rf" (?:and|to|until|till) (?P<second>{_CLOCK})(?!\w)"
)
_FROM = re.compile(
    rf"\b(?P<relation>since|after|before|until|till) (?:the )?(?P<first>{_CLOCK})(?!\w)"
)
# A bare number, unless it begins the name of a place.
_AT = re.compile(
    rf"\b(?:at|around|about) (?P<first>{_SURE}"
    r"|\d{1,2}(?=$| (?:today|yesterday|on|in|last|this)\b))(?!\w)"
)
# “Since yesterday 10 pm” is since 10 pm yesterday.
_DAY_FIRST = re.compile(
    rf"\b(since|after|before|until|till|at|around) ({_DAYS}) (?:at )?({_SURE})(?!\w)"
)
_TIME_OF_DAY = re.compile(
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d\d))? ?(?:(?P<half>[ap])m|o'clock)?"
)
_BEFORE = ("before", "until", "till")
_SINCE = re.compile(r"\bsince\b ?")
# “This evening” is not yesterday's, even if it is still to come.
_THIS = re.compile(r"\bthis\b")
_NOW = re.compile(r"\b(?:(?:right|just) now|now|at the moment|currently)\b")
# Words of a time that was not understood.
LIKE_A_TIME = re.compile(
    r"^\d+$|\b(?:since|after|before|until|till|between|during|last|past|first|ago|"
    r"at \d|\d+:\d|through|tomorrow|today|yesterday|tonight|morning|afternoon|evening|"
    r"night|monday|tuesday|wednesday|thursday|friday|saturday|sunday|"
    r"minutes?|hours?|days?|weeks?|weekend|months?|years?|o'clock|[ap]m|"
    r"january|february|march|april|may|june|july|august|september|october|november|"
    r"december)\b"
)


def find_period(text: str, calendar: Calendar) -> tuple[Period | None, str]:
    """Return the time in a folded text, and the rest of the text."""
    text = re.sub(r"\b([ap])\.m\.?", r"\1m", text)
    text = re.sub(r"\btonight\b", "this evening", text)
    text = _DAY_FIRST.sub(r"\1 \3 \2", text)
    for find in (_weeks, _rolling, _time_of_day, _parts):
        period, rest = find(text, calendar)
        if period is not None:
            return period, rest
    return None, text


def find_now(text: str) -> tuple[bool, str]:
    """Return whether a text says “now”, and the rest of the text."""
    rest = _without(_NOW, text)
    return rest != text, rest


def _without(pattern: re.Pattern[str], text: str) -> str:
    return " ".join(pattern.sub(" ", text, count=1).split())


def _weeks(text: str, calendar: Calendar) -> tuple[Period | None, str]:
    """Find whole weeks and weekends."""
    for pattern, start, end, words in (
        (r"(?<!the )(?<!the)\blast week\b", calendar.monday(1), 7, "last week"),
        (r"\bthis week\b", calendar.monday(), 7, "this week"),
        (
            r"\b(?:(?:on|at|over|during) )?(?:the |last |this )*weekend\b",
            calendar.weekday(5),
            2,
            "over the weekend",
        ),
    ):
        if re.search(pattern, text):
            period = calendar.part(start, 0, end * DAY, words)
            return period, _without(re.compile(pattern), text)
    return None, text


def _rolling(text: str, calendar: Calendar) -> tuple[Period | None, str]:
    """Find the time until now, such as “in the last hour”."""
    if (match := _ROLLING.search(text)) is None:
        return None, text
    unit = match["unit"]
    if match["half"]:
        span, words = _UNITS[unit] / 2, f"in the last half {unit}"
    else:
        said = match["number"] or "one"
        number = _NUMBERS.get(said) or int(said)
        span = _UNITS[unit] * number
        name = {"min": "minute", "hr": "hour"}.get(unit, unit)
        words = (
            f"in the last {name}" if number == 1 else f"in the last {number} {name}s"
        )
    return calendar.last(span, words), _without(_ROLLING, text)


def _time_of_day(text: str, calendar: Calendar) -> tuple[Period | None, str]:
    """Find times of day, such as “since 5 pm yesterday”."""
    match = _BETWEEN.search(text) or _FROM.search(text) or _AT.search(text)
    if match is None:
        return None, text
    rest = _without(match.re, text)
    day, day_words, rest = _night(rest, calendar) or _day(rest, calendar)
    on = day or calendar.today
    part, rest = _part(rest)
    moments = [
        _moment(match[key], on, calendar, part)
        for key in ("first", "second")
        if key in match.re.groupindex
    ]
    if None in moments:
        return None, text
    first, *others = [moment for moment in moments if moment is not None]
    relation = match.groupdict().get("relation") or "around"
    if (
        day is None
        and relation not in _BEFORE
        and not _THIS.search(text)
        and not calendar.has_come(on, first)
    ):
        on = calendar.days_ago(1)
        day_words = "yesterday" if first < DAY else "last night"
    after = f" {day_words}" if day_words else ""
    if not others:
        return _relative(relation, on, after, first, calendar, day), rest
    [second] = others
    while second <= first:
        second += 12 * HOUR
    words = f"between {_clock(first)} and {_clock(second)}{after}"
    return calendar.part(on, first, second, words), rest


def _relative(
    relation: str,
    on: date,
    after: str,
    minute: int,
    calendar: Calendar,
    day: date | None,
) -> Period:
    """Return the time around, before or since a minute of a day.

    `day` is None if none was said.
    """
    words = f"{relation} {_clock(minute)}{after}"
    if relation in _BEFORE:
        words = f"before {_clock(minute)}{after}"
        return calendar.part(on, 0, minute or DAY, words)
    if relation == "after" and day is not None:
        return calendar.part(on, minute, DAY, words)
    if relation != "around":
        return calendar.since(on, minute, words)
    # Midnight ends a day in the past.
    is_end = minute == 0 and on != calendar.today
    return calendar.around(on, DAY if is_end else minute, words)


def _moment(clock: str, day: date, calendar: Calendar, part: str) -> int | None:
    """Return the minute of the day that a time of day means, in a part of it.

    Of a night, it may be over 1440.
    """
    if (minute := _MOMENTS.get(clock)) is not None:
        return minute
    match = _TIME_OF_DAY.fullmatch(clock)
    if match is None or (hour := int(match["hour"])) > 23:
        return None
    minutes, half = int(match["minute"] or 0), match["half"]
    if minutes > 59:
        return None
    is_late = part not in ("", "morning")
    if part == "night" and half != "p" and (hour < 6 or hour == 12):
        hour = hour % 12 + 24
    elif half or (is_late and hour < 12):
        hour = hour % 12 + (0 if half == "a" else 12)
    is_exact = bool(half) or is_late or clock.startswith("0")
    return calendar.latest(day, hour * HOUR + minutes, is_exact=is_exact)


def _parts(text: str, calendar: Calendar) -> tuple[Period | None, str]:
    """Find days and parts of days, such as “on Monday morning”."""
    is_since = _SINCE.search(text) is not None
    rest = _without(_SINCE, text)
    if re.search(r"\blast night\b", rest):
        words = "since last night" if is_since else "last night"
        start, rest = 18 * HOUR, _without(re.compile(r"\blast night\b"), rest)
        yesterday = calendar.days_ago(1)
        if is_since:
            return calendar.since(yesterday, start, words), rest
        return calendar.part(yesterday, start, DAY + 6 * HOUR, words), rest
    day, day_words, rest = _day(rest, calendar)
    is_this = _THIS.search(rest) is not None
    part, rest = _part(rest)
    if day is None and not part:
        return None, text
    start, end = _PARTS[part] if part else (0, DAY)
    if not (day or is_this or calendar.has_come(calendar.today, start)):
        day, day_words = calendar.days_ago(1), "yesterday"
    words = _part_words(day_words, part)
    if is_since:
        words = f"since {words.removeprefix('on ')}"
        return calendar.since(day or calendar.today, start, words), rest
    return calendar.part(day or calendar.today, start, end, words), rest


def _night(text: str, calendar: Calendar) -> tuple[date, str, str] | None:
    """Return the day, its words and the rest of a text with “last night”."""
    rest = re.sub(r"\blast night\b", "night", text)
    return None if rest == text else (calendar.days_ago(1), "last night", rest)


def _part(text: str) -> tuple[str, str]:
    """Return the part of the day in a text, and the rest of the text."""
    match = _PART.search(text)
    return (match["part"], _without(_PART, text)) if match else ("", text)


def _part_words(day: str, part: str) -> str:
    if not part:
        return day
    return f"this {part}" if day in ("", "today") else f"{day} {part}"


def _day(text: str, calendar: Calendar) -> tuple[date | None, str, str]:
    """Return the day in a text, its words, and the rest of the text."""
    if (match := _DAY.search(text)) is None:
        return None, "", text
    said = match[0].split()
    rest = _without(_DAY, text)
    if said[-1] == "today":
        return calendar.today, "today", rest
    if said[-1] == "ago":
        days = _NUMBERS.get(match[0].rpartition(" day")[0]) or int(said[0])
        return calendar.days_ago(days), f"{days} days ago", rest
    if "before" in said:
        return calendar.days_ago(2), "the day before yesterday", rest
    if said[-1] == "yesterday":
        return calendar.days_ago(1), "yesterday", rest
    weekday = _WEEKDAYS.index(said[-1])
    is_last = "last" in said
    name = said[-1].capitalize()
    day = calendar.weekday(weekday, before_today=is_last)
    return day, f"last {name}" if is_last else f"on {name}", rest


def _clock(minute: int) -> str:
    return clock_text(time(*divmod(minute % DAY, HOUR)), LOCALE_EN)
