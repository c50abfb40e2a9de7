"""Composes the texts that are not plain translations.

Home Assistant renders notifications and the descriptions of issues and flow steps as
Markdown with HTML in it. Titles and errors are shown as they are.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import reduce
import re
from string import Formatter
from string.templatelib import Template
import unicodedata

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.translation import (
    LOCALE_EN,
    async_get_cached_translations,
    async_get_translations,
)

from .const import DOMAIN

_CATEGORY = "common"
# Line breaks, control characters, and marks that change the direction of text.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
# “Anna (2)”, “Tom Jr.”
_ENDS_OF_NAMES = frozenset(").!")
_JOINER = "\u200d"
# Markdown allows a backslash before any ASCII punctuation.
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


async def async_words(
    hass: HomeAssistant, language: str | None = None
) -> Mapping[str, str]:
    """Return our common translations by key."""
    # By default in Home Assistant's language: the user's own is mostly unknown.
    words = await async_get_translations(
        hass, language or hass.config.language, _CATEGORY, {DOMAIN}
    )
    return _by_key(words)


@callback
def async_words_cached(hass: HomeAssistant) -> Mapping[str, str]:
    """Return our loaded common translations, else the English ones."""
    return _by_key(_cached(hass, _CATEGORY))


@callback
def async_text(hass: HomeAssistant, key: str) -> str:
    """Return a translation by its whole key, English if not loaded."""
    return _cached(hass, key.partition(".")[0])[f"component.{DOMAIN}.{key}"]


@callback
def async_error_text(hass: HomeAssistant, error: HomeAssistantError) -> str:
    """Return an error's sentence in Home Assistant's language."""
    domain, key = error.translation_domain or DOMAIN, error.translation_key
    sentences = async_get_cached_translations(
        hass, hass.config.language, "exceptions", domain
    )
    sentence = sentences.get(f"component.{domain}.exceptions.{key}.message")
    if sentence is None:
        return str(error)
    return sentence.format(**(error.translation_placeholders or {}))


def _cached(hass: HomeAssistant, category: str) -> Mapping[str, str]:
    return async_get_cached_translations(
        hass, hass.config.language, category, DOMAIN
    ) or async_get_cached_translations(hass, LOCALE_EN, category, DOMAIN)


def _by_key(words: Mapping[str, str]) -> Mapping[str, str]:
    prefix = f"component.{DOMAIN}.{_CATEGORY}."
    return {key.removeprefix(prefix): word for key, word in words.items()}


def spaced(sentence: Template) -> str:
    """Return a Chinese sentence, with blanks around Latin words and digits."""
    return _with_blanks(
        part if isinstance(part, str) else str(part.value) for part in sentence
    )


def filled(text: str, **values: str) -> str:
    """Return a translation with its placeholders filled, and such blanks."""
    return _with_blanks(
        part
        for literal, key, *_ in Formatter().parse(text)
        for part in (literal, values[key] if key else "")
    )


def _with_blanks(parts: Iterable[str]) -> str:
    """Return parts as one text, with blanks between them only."""
    # What a name looks like inside is its owner's affair.
    text = ""
    for part in filter(None, parts):
        text += f" {part}" if text and _needs_blank(text[-1], part[0]) else part
    return text


def _needs_blank(left: str, right: str) -> bool:
    """Return whether two words meet of which one is not Chinese."""
    return (right.isalnum() and (_is_narrow(left) or left in _ENDS_OF_NAMES)) or (
        left.isalnum() and _is_narrow(right)
    )


def _is_narrow(letter: str) -> bool:
    return letter.isalnum() and unicodedata.east_asian_width(letter) not in ("W", "F")


def duration(words: Mapping[str, str], span: timedelta) -> str:
    """Return a duration of a minute or more: “1 h 30 min”."""
    hours, minutes = divmod(round(span / timedelta(minutes=1)), 60)
    parts = (
        (hours, words.get("hours", "{count} h")),
        (minutes, words.get("minutes", "{count} min")),
    )
    return " ".join(text.format(count=count) for count, text in parts if count)


def listed(words: Mapping[str, str], texts: Sequence[str]) -> str:
    """Return texts as a list: “A, B, C”."""
    pair = words.get("list", "{some}, {more}")
    return reduce(lambda some, more: pair.format(some=some, more=more), texts or ("",))


def detailed(words: Mapping[str, str], text: str, detail: str | None) -> str:
    """Return a text with a detail: “Tom (12345565)”."""
    form = words.get("detail", "{text} ({detail})")
    return form.format(text=text, detail=detail) if detail else text


def shortened(text: str, most: int = 40) -> str:
    """Return a text on one line, cut where it is too long."""
    return cut_off(one_line(text), most)


def cut_off(text: str, most: int) -> str:
    """Return a text, cut between words or at least between letters."""
    if len(text) <= most:
        return text
    cut = text.rfind(" ", most // 2, most + 1)
    if cut < 0:
        cut = most
        # Accents, and signs that are joined into one.
        while cut and (
            unicodedata.combining(text[cut]) or _JOINER in text[cut - 1 : cut + 1]
        ):
            cut -= 1
    return f"{text[:cut]}…"


def one_line(text: str) -> str:
    """Return a text on one line, without control characters."""
    return " ".join(_UNSEEN.sub(" ", text).split())


def as_markdown(text: str) -> str:
    """Return Markdown that shows a text literally, on one line."""
    return _PUNCTUATION.sub(r"\\\1", one_line(text))


def in_both(**texts: str) -> dict[str, str]:
    """Return placeholders for an issue.

    Its title uses `name`, its description `name_markdown`.
    """
    return {key: one_line(text) for key, text in texts.items()} | {
        f"{key}_markdown": as_markdown(text) for key, text in texts.items()
    }


def date_text(words: Mapping[str, str], day: date, today: date) -> str:
    """Return a date as people say it: “Nov 24”, with the year if not this one."""
    word = "date" if day.year == today.year else "date_with_year"
    return words[word].format(
        year=day.year, month=words[f"month_{day.month}"], day=day.day
    )


def day_text(words: Mapping[str, str], day: date, today: date) -> str:
    """Return a day: “Today”, “Tuesday, Nov 24”, or “Nov 24, 2025”."""
    if (days_ago := (today - day).days) in (0, 1):
        return words["yesterday" if days_ago else "today"]
    text = date_text(words, day, today)
    if day.year != today.year:
        return text
    weekday = words[f"weekday_{day.isoweekday()}"]
    return words["date_with_weekday"].format(weekday=weekday, date=text)


def moment_text(
    words: Mapping[str, str], moment: datetime, now: datetime, language: str
) -> str:
    """Return a local time, with its date unless today."""
    text = time_text(moment, language)
    if moment.date() == now.date():
        return text
    day = date_text(words, moment.date(), now.date())
    return words["date_with_time"].format(date=day, time=text)


def time_text(moment: datetime, language: str) -> str:
    """Return a local time of day."""
    text = clock_text(moment.time(), language)
    other = moment.replace(fold=1 - moment.fold)
    # With the time zone, in the hour that repeats when the clocks are set back.
    return text if other.utcoffset() == moment.utcoffset() else f"{text} {moment:%Z}"


def clock_text(clock: time, language: str) -> str:
    """Return a time of day: “5:31 PM”, or “17:31”."""
    # As Home Assistant's frontend and its own answers: by language, whatever the
    # country. British English, and languages without our texts, count to 24.
    if language != LOCALE_EN:
        return f"{clock:%H:%M}"
    return f"{clock.hour % 12 or 12}:{clock:%M} {'AM' if clock.hour < 12 else 'PM'}"
