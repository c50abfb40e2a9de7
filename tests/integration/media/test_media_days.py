"""The days of the media browser follow the local calendar."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from emulator import EmulatedBox, Variant
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.integration.conftest import SetUp
from tests.integration.helpers import history_requests

from .media_browser import (
    BERLIN,
    OLDER,
    Browser,
    child,
    in_every_order,
    record,
    times,
    titles,
    whole_list,
)

pytest_plugins = ["tests.integration.media.media_fixtures"]


@in_every_order
@pytest.mark.parametrize(
    ("day", "hours"),
    [("2024-03-31", 23), ("2024-10-27", 25), ("2024-06-01", 24)],
)
async def test_day_has_the_hours_of_the_local_calendar(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    browser: Browser,
    variant: Variant,
    day: str,
    hours: int,
) -> None:
    """It has 23, 24 or 25 of them."""
    box.state.variant = variant
    await hass.config.async_set_time_zone(BERLIN)
    await set_up()
    midnight = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(BERLIN))
    start = midnight.timestamp()
    for half_hour in range(-3, 2 * hours + 3):
        await record(box, start + half_hour * 1800)
    # The last milliseconds of the day before and of this day.
    await record(box, start - 0.001)
    await record(box, start + hours * 3600 - 0.001)

    days = await browser.open_path("Everybody")
    title = f"{midnight:%b} {midnight.day}, {midnight.year}"
    opened = await browser.open(child(days, title)["media_content_id"])
    shown = await whole_list(browser, opened)

    assert len(days["children"]) == 3
    assert len(shown) == 2 * hours + 1
    assert times(shown)[-1] == "00:00"
    assert times(shown)[0] == "23:59"
    assert times(shown).count("02:00") == hours - 23
    if hours == 25:
        twice = [one["title"] for one in shown if one["title"].startswith("2:30 AM")]
        assert [title.split()[:3] for title in twice] == [
            ["2:30", "AM", "CET"],
            ["2:30", "AM", "CEST"],
        ]


@in_every_order
@pytest.mark.usefixtures("noon")
async def test_days_are_listed_back_to_the_oldest_record(
    box: EmulatedBox, set_up: SetUp, browser: Browser, variant: Variant
) -> None:
    """A page has 31 days and starts at one with a record."""
    box.state.variant = variant
    await set_up()
    today = dt_util.start_of_local_day() + timedelta(minutes=1)
    ago = [0, 1, 2, 40, 100, 130]
    for days in reversed(ago):
        await record(box, today - timedelta(days=days))
    box.requests.clear()

    pages = [await browser.open_path("Everybody")]
    if variant.history_order == "descending":
        assert history_requests(box) <= 4
    while OLDER in titles(pages[-1]):
        older = child(pages[-1], OLDER)["media_content_id"]
        pages.append(await browser.open(older))

    listed = [titles(page) for page in pages]
    assert [len(one) for one in listed] == [32, 32, 31]
    assert listed[0][:2] == ["Today", "Yesterday"]
    for page, first in zip(pages[1:], (40, 100), strict=True):
        day = (today - timedelta(days=first)).date()
        assert page["children"][0]["media_content_id"].endswith(f"day={day}")
    last = (today - timedelta(days=130)).date()
    assert pages[2]["children"][-1]["media_content_id"].endswith(f"day={last}")
    empty = await browser.open_path("Everybody", listed[0][5])
    assert titles(empty) == []


@in_every_order
@pytest.mark.usefixtures("noon")
async def test_days_before_the_oldest_record_are_not_listed(
    box: EmulatedBox, set_up: SetUp, browser: Browser, variant: Variant
) -> None:
    """The oldest records are on both sides of a midnight."""
    box.state.variant = variant
    await set_up()
    today = dt_util.start_of_local_day() + timedelta(minutes=1)
    for days in (12, 1):
        for minute in range(4):
            await record(box, today - timedelta(days=days, minutes=minute))

    shown = (await browser.open_path("Everybody"))["children"]

    assert len(shown) == 13
    first = (today - timedelta(days=13)).date()
    assert shown[-1]["media_content_id"].endswith(f"day={first}")
