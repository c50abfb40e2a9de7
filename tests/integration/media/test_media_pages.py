"""The pages of the media browser list each recognition once."""

from dataclasses import replace
from datetime import timedelta
import time

import pytest

from custom_components.se_aibox.aibox.models import HistoryQuery
from custom_components.se_aibox.media import history
from emulator import EmulatedBox, Variant
from homeassistant.util import dt as dt_util
from tests.integration.conftest import SetUp
from tests.integration.helpers import history_requests

from .media_browser import (
    OLDER,
    RECOGNITIONS,
    Browser,
    child,
    in_every_order,
    recognitions,
    record,
    record_minutes,
    times,
    whole_list,
)

pytest_plugins = ["tests.integration.media.media_fixtures"]


@in_every_order
@pytest.mark.parametrize("recorded", [0, 1, 50, 51, 52, 53, 120])
async def test_page_lists_fifty_recognitions_newest_first(
    box: EmulatedBox,
    set_up: SetUp,
    browser: Browser,
    variant: Variant,
    recorded: int,
) -> None:
    """Older pages list the others."""
    box.state.variant = variant
    await set_up()
    moments = await record_minutes(box, recorded)

    opened = await browser.open(RECOGNITIONS)

    assert times(recognitions(opened)) == moments[:50]
    assert times(await whole_list(browser, opened)) == moments


async def test_page_of_a_large_history_is_one_request(
    box: EmulatedBox, set_up: SetUp, browser: Browser
) -> None:
    """The history has 100,000 records."""
    await set_up()
    await record(box, time.time() - 3600)
    first = box.history.pop()
    box.history.extend(
        replace(
            first,
            event_id=str(number),
            timestamp_ms=first.timestamp_ms - number * 60_000,
        )
        for number in range(100_000)
    )
    await browser.open(RECOGNITIONS)
    box.requests.clear()

    opened = await browser.open(RECOGNITIONS)

    assert len(recognitions(opened)) == 50
    assert history_requests(box) == len(box.requests) == 1
    box.requests.clear()
    await browser.open(child(opened, OLDER)["media_content_id"])
    assert history_requests(box) == len(box.requests) == 1


async def test_new_recognitions_do_not_shift_the_next_page(
    box: EmulatedBox, set_up: SetUp, browser: Browser
) -> None:
    """It continues where the previous one ended."""
    await set_up()
    moments = await record_minutes(box, 60)
    opened = await browser.open(RECOGNITIONS)
    for _ in range(5):
        await record(box, time.time() + 1)

    shown = await whole_list(browser, opened)

    assert times(shown) == moments


@in_every_order
async def test_recognitions_of_one_moment_are_on_one_page(
    box: EmulatedBox,
    set_up: SetUp,
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
    variant: Variant,
) -> None:
    """Those beyond a page are left out: paging would not advance."""
    monkeypatch.setattr(history, "RECOGNITIONS_PER_PAGE", 3)
    monkeypatch.setattr(history, "_PAGE", 5)
    box.state.variant = variant
    await set_up()
    now = time.time() // 1 - 600.0
    for seconds, people in enumerate((1, 2, 3, 6, 1)):
        for who in range(people):
            await record(box, now - seconds, who)

    opened = await browser.open(RECOGNITIONS)
    shown = await whole_list(browser, opened)

    assert len(recognitions(opened)) == 3
    ids = [one["media_content_id"] for one in shown]
    # Two of the six at the same moment are left out.
    assert len(ids) == len(set(ids)) == 11


async def test_two_strangers_in_one_millisecond_are_two_items(
    box: EmulatedBox, set_up: SetUp, browser: Browser
) -> None:
    """Each has a picture of its own."""
    await set_up()
    now = time.time() - 60
    for _ in range(2):
        await record(box, now, who=None)

    shown = recognitions(await browser.open(RECOGNITIONS))

    assert len({one["media_content_id"] for one in shown}) == 2
    assert len({one["thumbnail"] for one in shown}) == 2


@pytest.mark.parametrize("dialect", ["flat"])
@pytest.mark.parametrize(
    "variant", [Variant(history_bounds="seconds"), Variant(history_bounds="either")]
)
async def test_unit_of_times_is_not_derived_from_an_unbounded_query(
    box: EmulatedBox, set_up: SetUp, browser: Browser, variant: Variant
) -> None:
    """In milliseconds it finds records on any box."""
    box.state.variant = variant
    entry = await set_up()
    now = dt_util.utcnow()
    await record(box, now - timedelta(days=2))
    await record(box, now)

    assert len(recognitions(await browser.open(RECOGNITIONS))) == 2

    history = entry.runtime_data.client.history
    assert history is not None
    page = await history.page(
        HistoryQuery(now - timedelta(hours=1), now + timedelta(hours=1))
    )
    assert len(page.records) == 1
