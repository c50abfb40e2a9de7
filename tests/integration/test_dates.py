"""Dates and times as texts show them."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from custom_components.se_aibox.text import (
    async_words,
    clock_text,
    day_text,
    moment_text,
    time_text,
)
from homeassistant.core import HomeAssistant

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 26, 12, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("moment", "english", "chinese"),
    [
        ("2026-11-26T08:30:01+01:00", "8:30 AM", "08:30"),
        ("2026-11-26T00:00:00+01:00", "12:00 AM", "00:00"),
        ("2026-11-25T23:59:59+01:00", "Nov 25, 11:59 PM", "11月25日 23:59"),
        ("2026-01-01T00:00:00+01:00", "Jan 1, 12:00 AM", "1月1日 00:00"),
        (
            "2025-12-31T23:59:59+01:00",
            "Dec 31, 2025, 11:59 PM",
            "2025年12月31日 23:59",
        ),
        ("2026-11-27T00:01:00+01:00", "Nov 27, 12:01 AM", "11月27日 00:01"),
        ("2026-10-25T02:30:00+02:00", "Oct 25, 2:30 AM CEST", "10月25日 02:30 CEST"),
        ("2026-10-25T02:30:00+01:00", "Oct 25, 2:30 AM CET", "10月25日 02:30 CET"),
    ],
)
async def test_time_has_as_much_of_the_date_as_needed(
    hass: HomeAssistant, moment: str, english: str, chinese: str
) -> None:
    """A repeated hour has its time zone."""
    local = datetime.fromisoformat(moment).astimezone(BERLIN)

    assert moment_text(await async_words(hass), local, NOW, "en") == english
    assert english.endswith(time_text(local, "en"))
    words = await async_words(hass, "zh-Hans")
    assert moment_text(words, local, NOW, "zh-Hans") == chinese


@pytest.mark.parametrize(
    ("clock", "english"),
    [
        ("00:00", "12:00 AM"),
        ("00:59", "12:59 AM"),
        ("01:05", "1:05 AM"),
        ("11:59", "11:59 AM"),
        ("12:00", "12:00 PM"),
        ("13:00", "1:00 PM"),
        ("23:59", "11:59 PM"),
    ],
)
def test_clock_counts_to_twelve_in_english_and_else_to_24(
    clock: str, english: str
) -> None:
    """Home Assistant's frontend shows British English times to 24."""
    moment = time.fromisoformat(clock)

    assert clock_text(moment, "en") == english
    for language in ("en-GB", "zh-Hans", "de"):
        assert clock_text(moment, language) == clock


@pytest.mark.parametrize(
    ("day", "english", "chinese"),
    [
        ("2026-11-26", "Today", "今天"),
        ("2026-11-25", "Yesterday", "昨天"),
        ("2026-11-24", "Tuesday, Nov 24", "11月24日 星期二"),
        ("2026-11-27", "Friday, Nov 27", "11月27日 星期五"),
        ("2026-03-01", "Sunday, Mar 1", "3月1日 星期日"),
        ("2025-11-26", "Nov 26, 2025", "2025年11月26日"),
    ],
)
async def test_day_is_named_as_people_say_it(
    hass: HomeAssistant, day: str, english: str, chinese: str
) -> None:
    """Its year is left out if it is this one."""
    about = date.fromisoformat(day)

    assert day_text(await async_words(hass), about, NOW.date()) == english
    hass.config.language = "zh-Hans"
    assert day_text(await async_words(hass), about, NOW.date()) == chinese


async def test_yesterday_may_be_last_year(hass: HomeAssistant) -> None:
    """No date is needed then."""
    words = await async_words(hass)

    assert day_text(words, date(2025, 12, 31), date(2026, 1, 1)) == "Yesterday"
