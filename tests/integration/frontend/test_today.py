"""The number of recognitions of the current day."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest

from custom_components.se_aibox.aibox.models import (
    PersonType,
    Recognition,
    Record,
    RecordPage,
)
from custom_components.se_aibox.frontend.tally import Day, Tally
from custom_components.se_aibox.frontend.today import Counters
from custom_components.se_aibox.recognition.sighting import Sighting
from emulator import CannedAnswer, EmulatedBox, Variant
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.integration.conftest import SetUp
from tests.integration.helpers import (
    ENTRY_ID,
    held,
    history_path,
    history_requests,
    let_time_pass,
    our_tasks,
    record,
    until,
)

from .feed_helpers import Card

pytest_plugins = ["tests.integration.frontend.feed_fixtures"]

NOON = datetime(2026, 1, 30, 12, tzinfo=UTC)


def seen(seconds: float, identity_id: str | None = None) -> Recognition:
    """Return a recognition so many seconds after noon."""
    moment = NOON + timedelta(seconds=seconds)
    return Recognition(
        f"id {seconds}",
        "door",
        identity_id,
        None,
        PersonType.EMPLOYEE if identity_id else PersonType.STRANGER,
        score=None,
        group_name=None,
        occurred_at=moment,
        received_at=moment,
    )


def page(recognitions: Iterable[Recognition], total: int | None) -> RecordPage:
    """Return a page of the history."""
    records = tuple(
        Record(one, raw_timestamp="", picture_ids={}) for one in recognitions
    )
    return RecordPage(records, total, len(records))


def sighting(
    moment: datetime, entry_id: str = ENTRY_ID, door: str = "door"
) -> Sighting:
    """Return a sighting at a door."""
    recognition = Recognition(
        "id", door, None, None, PersonType.STRANGER, None, None, moment, moment
    )
    return Sighting(
        recognition,
        entry_id,
        None,
        None,
        None,
        moment,
        frozenset(),
        None,
        {},
        box_key=entry_id,
    )


@pytest.mark.parametrize(
    ("one", "is_counted"),
    [
        # On the page, apart from rounding.
        (seen(10, "7"), True),
        (seen(10.001, "7"), True),
        (seen(20), True),
        # Not on the page: too late for it, somebody else, or between two.
        (seen(20.003), False),
        (seen(30, "7"), False),
        (seen(10, "8"), False),
        (seen(15, "7"), False),
        # On a page before.
        (seen(9.9), True),
        (seen(-1000, "8"), True),
    ],
)
def test_history_had_counted_what_it_lists_and_what_is_older(
    one: Recognition, is_counted: bool
) -> None:
    """Nothing is counted twice."""
    tally = Tally.of(page([seen(20), seen(10, "7")], total=40))
    assert tally is not None
    assert tally.total == 40
    assert tally.includes(one) is is_counted


def test_history_that_fits_on_a_page_had_counted_nothing_else() -> None:
    """What is older and not on it was recorded later."""
    tally = Tally.of(page([seen(20)], total=1))
    assert tally is not None
    assert tally.includes(seen(20))
    assert not tally.includes(seen(10))


def test_history_without_a_total_is_no_tally_unless_it_is_empty() -> None:
    """A page may be shorter than asked for."""
    assert Tally.of(page([seen(20)], total=None)) is None
    empty = Tally.of(page([], total=None))
    assert empty is not None
    assert empty.total == 0
    assert not empty.includes(seen(0))
    small = Tally.of(page([seen(20), seen(10)], total=0))
    assert small is not None
    assert small.total == 2


@pytest.mark.parametrize(
    ("zone", "now", "hours"),
    [
        ("Europe/Berlin", "2026-03-29T12:00", 23),
        ("Europe/Berlin", "2026-10-25T12:00", 25),
        ("Europe/Berlin", "2026-10-26T00:00", 24),
        ("Asia/Shanghai", "2026-03-29T23:59", 24),
        # Where midnight itself is left out, or repeated.
        ("Africa/Cairo", "2026-04-24T12:00", 23),
        ("America/Havana", "2026-11-01T12:00", 25),
    ],
)
async def test_day_begins_and_ends_at_local_midnight(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    zone: str,
    now: str,
    hours: int,
) -> None:
    """It has 23 to 25 hours."""
    await hass.config.async_set_time_zone(zone)
    local = datetime.fromisoformat(now).replace(tzinfo=dt_util.get_default_time_zone())
    monkeypatch.setattr(dt_util, "now", lambda: local)

    day = Day.today()

    assert day.end - day.start == timedelta(hours=hours)
    assert day.has(local)
    assert day.has(day.start)
    assert not day.has(day.end)
    assert dt_util.as_local(day.start).date() == local.date()
    assert dt_util.as_local(day.end).date() == local.date() + timedelta(days=1)


async def test_first_sighting_of_a_day_begins_it_before_a_late_timer(
    hass: HomeAssistant,
) -> None:
    """It is not lost between two days."""
    changes: list[None] = []
    counters = Counters(hass, lambda: changes.append(None))
    places = (ENTRY_ID, frozenset({"door"}))
    counters.async_need([places])
    assert counters.async_total([places]) is None
    midnight = Day.today().end
    tomorrow = Day(midnight, midnight + timedelta(days=1))
    counters.async_count(sighting(midnight - timedelta(hours=1)))
    assert counters.async_total([places]) is None

    with patch.object(Day, "today", return_value=tomorrow):
        counters.async_count(sighting(midnight))
    assert len(changes) == 1
    for other in (
        sighting(midnight - timedelta(seconds=1)),
        sighting(midnight, entry_id="another"),
        sighting(midnight, door="another"),
    ):
        counters.async_count(other)
    assert counters.async_total([places]) == 1
    counters.async_count(sighting(midnight + timedelta(hours=1)))
    assert counters.async_total([places]) == 2
    counters.async_stop()


async def test_midnight_passes_while_a_card_is_open(
    box: EmulatedBox, set_up: SetUp, card: Card
) -> None:
    """The count begins at zero, also of a box that reported no total."""
    box.state.variant = Variant(history_total_missing=True)
    await set_up()
    await record(box, dt_util.utcnow() - timedelta(minutes=5))
    now = dt_util.utcnow()
    midnight = now + timedelta(seconds=0.5)
    days = (
        Day(now - timedelta(days=1), midnight),
        Day(midnight, now + timedelta(days=1)),
    )
    with patch.object(Day, "today", side_effect=days):
        subscribed = await card.subscribe()
        assert (await subscribed.state())["today"] is None
        await subscribed.state_where(today=0)
    await box.recognize(box.devices[0], box.people[0])

    assert (await subscribed.recognition())[1] == 1
    await record(box, midnight - timedelta(minutes=1), box.people[1])


async def test_recognition_while_the_box_is_asked_is_counted_once(
    box: EmulatedBox, set_up: SetUp, card: Card
) -> None:
    """Whether its record is in the answer or comes later."""
    entry = await set_up()
    await record(box, dt_util.utcnow() - timedelta(seconds=5))
    async with held(entry.runtime_data.history, "async_newest_page") as calls:
        subscribed = await card.subscribe()
        assert (await subscribed.state())["today"] is None
        await until(lambda: calls.await_count > 0)
        await box.recognize(box.devices[0], box.people[0])
        assert (await subscribed.recognition())[1] is None
        box.state.record_delay = 3600
        await box.recognize(box.devices[0], box.people[1])
        assert (await subscribed.recognition())[1] is None

    await subscribed.state_where(today=3)


@pytest.mark.usefixtures("noon")
@pytest.mark.parametrize(
    ("variant", "requests"),
    [(Variant(), 1), (Variant(history_order="ascending"), 2)],
    ids=["newest first", "oldest first"],
)
async def test_total_of_a_long_day_is_read_at_once(
    box: EmulatedBox, set_up: SetUp, card: Card, variant: Variant, requests: int
) -> None:
    """In whichever order the box returns records; yesterday does not count."""
    box.state.variant = variant
    await set_up()
    for minute in range(70):
        await record(box, dt_util.utcnow() - timedelta(minutes=minute + 1))
    await record(box, dt_util.utcnow() - timedelta(hours=30))
    before = history_requests(box)

    subscribed = await card.subscribe()
    await subscribed.state_where(today=70)

    assert history_requests(box) - before <= requests
    await box.recognize(box.devices[0], None)
    assert (await subscribed.recognition())[1] == 71


async def test_box_without_an_answer_is_asked_again(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, card: Card
) -> None:
    """Until then the count is unknown."""
    await set_up()
    await record(box, dt_util.utcnow() - timedelta(seconds=5))
    box.answer_instead[history_path(box)] = CannedAnswer(status=500)
    before = history_requests(box)
    subscribed = await card.subscribe()
    assert (await subscribed.state())["today"] is None
    await until(lambda: history_requests(box) > before)
    await until(lambda: not any("today" in name for name in our_tasks()))
    await box.recognize(box.devices[0], box.people[0])
    assert (await subscribed.recognition())[1] is None
    box.answer_instead.clear()

    let_time_pass(hass, timedelta(seconds=61))
    await subscribed.state_where(today=2)


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize("fails", [False, True])
async def test_card_may_close_while_the_box_is_asked(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, card: Card, fails: bool
) -> None:
    """The request ends, and is not repeated."""
    entry = await set_up()
    if fails:
        box.answer_instead[history_path(box)] = CannedAnswer(status=500)
        subscribed = await card.subscribe()
        await until(lambda: not any("today" in name for name in our_tasks()))
        await subscribed.stop()
        box.answer_instead.clear()
    else:
        async with held(entry.runtime_data.history, "async_newest_page"):
            subscribed = await card.subscribe()
            await until(lambda: any("today" in name for name in our_tasks()))
            await subscribed.stop()
            await until(lambda: not any("today" in name for name in our_tasks()))
    before = history_requests(box)
    let_time_pass(hass, timedelta(seconds=61))
    await hass.async_block_till_done()
    assert history_requests(box) == before


async def test_cards_of_different_doors_have_counts_of_their_own(
    box: EmulatedBox, set_up: SetUp, card: Card
) -> None:
    """One request for each set of doors."""
    await set_up()
    moment = dt_util.utcnow() - timedelta(seconds=5)
    await record(box, moment, door=0)
    await record(box, moment, door=1)
    everything = await card.subscribe()
    doors = (await everything.state_where(today=2))["doors"]
    before = history_requests(box)
    front = [door["device_id"] for door in doors if door["name"] == "Front door"]
    wanted = {"device_ids": front}

    first = await card.subscribe(filter=wanted)
    await first.state_where(today=1)
    second = await card.subscribe(filter=wanted)
    assert (await second.state())["today"] == 1
    assert history_requests(box) == before + 1

    await box.recognize(box.devices[1], box.people[0])
    assert (await everything.recognition())[1] == 3
    await first.stop()
    await box.recognize(box.devices[0], box.people[0])
    assert (await second.recognition())[1] == 2
    assert (await everything.recognition())[1] == 4
