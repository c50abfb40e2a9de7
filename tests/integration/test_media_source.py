"""The media browser: what a box remembers, by day, by person and by capture device."""

from dataclasses import replace
from datetime import datetime, timedelta
import re
import time
from zoneinfo import ZoneInfo

import pytest

from custom_components.se_aibox import media_history
from custom_components.se_aibox.aibox.models import HistoryQuery
from custom_components.se_aibox.devices import async_device, capture_device_identifier
from custom_components.se_aibox.media_items import short_time
from emulator import EmulatedBox, Variant
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util

from .conftest import SetUp
from .helpers import ENTRY_ID, make_entry, requests_to
from .media_browser import (
    OLDER,
    RECOGNITIONS,
    Browser,
    Media,
    child,
    recognitions,
    titles,
)

pytest_plugins = ["tests.integration.media_fixtures"]

BERLIN = "Europe/Berlin"
_ORDERS = {
    "newest first": Variant(),
    "oldest first": Variant(history_order="ascending"),
    "no total": Variant(history_order="ascending", history_total_missing=True),
}
in_every_order = pytest.mark.parametrize(
    "variant", _ORDERS.values(), ids=_ORDERS.keys()
)


def history_requests(box: EmulatedBox) -> int:
    """Return how often the box was asked for a page of its history."""
    return requests_to(
        box,
        "/SophonFace/api/events"
        if box.dialect == "nested"
        else "/sophon/v2/face/getevents",
    )


async def record(
    box: EmulatedBox, moment: datetime | float, who: int | None = 0, door: int = 0
) -> None:
    """Let the box remember somebody, by number, or a stranger."""
    seconds = moment if isinstance(moment, float) else moment.timestamp()
    await box.recognize(
        box.devices[door],
        None if who is None else box.people[who],
        timestamp_ms=round(seconds * 1000),
        push=False,
    )


async def record_minutes(box: EmulatedBox, count: int) -> list[str]:
    """Let somebody come every minute until now; return at which time of the day, newest first."""
    now = time.time()
    moments = [now - minute * 60 for minute in range(count)]
    for moment in reversed(moments):
        await record(box, moment)
    return [
        f"{dt_util.as_local(dt_util.utc_from_timestamp(moment)):%H:%M}"
        for moment in moments
    ]


async def whole_list(browser: Browser, opened: Media) -> list[Media]:
    """Return the recognitions of a folder and of all that is older."""
    shown = recognitions(opened)
    while OLDER in titles(opened):
        opened = await browser.open(child(opened, OLDER)["media_content_id"])
        shown += recognitions(opened)
    return shown


def times(shown: list[Media]) -> list[str]:
    """Return at which times of the day recognitions happened."""
    return [re.findall(r"\d\d:[\d:]+", one["title"])[0] for one in shown]


async def test_folders(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, browser: Browser
) -> None:
    """A single box is opened at once; it can be searched."""
    await set_up()

    opened = await browser.open()

    assert opened["title"] == "BM1684-180"
    assert titles(opened) == ["Days", "People", "Capture devices"]
    assert opened["can_search"]
    assert all(one["can_expand"] and one["can_search"] for one in opened["children"])
    assert titles(await browser.open_path("Days")) == []
    assert titles(await browser.open_path("People")) == []
    assert titles(await browser.open_path("Capture devices")) == [
        device.name
        for device in sorted(box.devices, key=lambda device: device.name.casefold())
    ]


async def test_several_boxes(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, browser: Browser
) -> None:
    """Each is a folder by the name of its entry."""
    await set_up()
    async with EmulatedBox("flat", seed=2) as other:
        entry = make_entry(other, entry_id="other")
        await hass.config_entries.async_add(entry)
        hass.config_entries.async_update_entry(entry, title="<b>Office</b>")
        await hass.async_block_till_done()

        opened = await browser.open()

        assert titles(opened) == ["BM1684-180", "<b>Office</b>"]
        assert not opened["can_search"]
        inner = await browser.open_path("<b>Office</b>", "Days")
        assert inner["title"] == "Days"
        await hass.config_entries.async_unload("other")


async def test_what_a_recognition_looks_like(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, browser: Browser
) -> None:
    """Time, name and place, as the user calls it; the face."""
    await hass.config.async_set_time_zone(BERLIN)
    entry = await set_up()
    key = capture_device_identifier(entry, box.devices[1].device_id)
    device = async_device(hass, entry, key)
    assert device is not None
    dr.async_get(hass).async_update_device(device.id, name_by_user="Back door 🚪")
    moment = datetime(2024, 11, 20, 8, 5, 9, tzinfo=ZoneInfo(BERLIN))
    await record(box, moment, door=1)
    await record(box, moment - timedelta(minutes=1), who=None, door=1)

    day = await browser.open_path("Days", "2024-11-20")
    everything = await browser.open_path("Capture devices", "Back door 🚪")

    name = box.people[0].name
    assert day["title"] == "2024-11-20"
    assert titles(day) == [
        "People",
        f"08:05:09 · {name} · Back door 🚪",
        "08:04:09 · Stranger · Back door 🚪",
    ]
    assert titles(everything) == [
        f"2024-11-20 08:05 · {name} · Back door 🚪",
        "2024-11-20 08:04 · Stranger · Back door 🚪",
    ]
    for seen in recognitions(day):
        assert seen["thumbnail"].startswith(f"/api/se_aibox/picture/{ENTRY_ID}/")
        assert seen["thumbnail"].endswith("/face")
        assert "?" not in seen["thumbnail"]
        assert not seen["can_expand"]


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2026-11-26T08:30:01+01:00", "08:30"),
        ("2026-11-26T00:00:00+01:00", "00:00"),
        ("2026-11-25T23:59:59+01:00", "11-25 23:59"),
        ("2026-01-01T00:00:00+01:00", "01-01 00:00"),
        ("2025-12-31T23:59:59+01:00", "2025-12-31 23:59"),
        ("2026-11-27T00:01:00+01:00", "11-27 00:01"),
        ("2026-10-25T02:30:00+02:00", "10-25 02:30 CEST"),
        ("2026-10-25T02:30:00+01:00", "10-25 02:30 CET"),
    ],
)
async def test_times_are_short(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moment: str, shown: str
) -> None:
    """In a list of several days as much of the date as tells them apart."""
    await hass.config.async_set_time_zone(BERLIN)
    now = datetime(2026, 11, 26, 12, tzinfo=ZoneInfo(BERLIN))
    monkeypatch.setattr(dt_util, "now", lambda: now)

    when = dt_util.as_utc(datetime.fromisoformat(moment))

    assert short_time(when, on_a_known_day=False) == shown
    seconds = short_time(when, on_a_known_day=True)
    assert (
        seconds.partition(" ")[0] == f"{shown.split(' ')['-' in shown]}:{moment[17:19]}"
    )


async def test_by_person_of_a_day(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, browser: Browser
) -> None:
    """Everybody once, with the face of that day, and behind it what there is of that day."""
    await set_up()
    noon = dt_util.start_of_local_day() - timedelta(days=1) + timedelta(hours=12)
    for minute, who in enumerate((0, 1, None, 0)):
        await record(box, noon + timedelta(minutes=minute), who)
    await record(box, noon - timedelta(days=1), who=2)

    day = f"Yesterday · {noon:%Y-%m-%d}"
    people = await browser.open_path("Days", day, "People")
    one = await browser.open(people["children"][0]["media_content_id"])

    assert titles(people) == [box.people[0].name, box.people[1].name]
    assert all(person["thumbnail"].endswith("/face") for person in people["children"])
    assert one["title"] == box.people[0].name
    assert times(recognitions(one)) == ["12:03:00", "12:00:00"]
    assert not one["can_search"]
    everybody = await browser.open_path("People")
    assert titles(everybody) == [box.people[who].name for who in (0, 1, 2)]


@in_every_order
@pytest.mark.parametrize("recorded", [0, 1, 50, 51, 52, 53, 120])
async def test_pages(
    box: EmulatedBox,
    set_up: SetUp,
    browser: Browser,
    variant: Variant,
    recorded: int,
) -> None:
    """Everybody once, the newest first, fifty at a time."""
    box.variant = variant
    await set_up()
    moments = await record_minutes(box, recorded)

    opened = await browser.open(RECOGNITIONS)

    assert times(recognitions(opened)) == moments[:50]
    assert times(await whole_list(browser, opened)) == moments


async def test_a_page_is_one_question(
    box: EmulatedBox, set_up: SetUp, browser: Browser
) -> None:
    """Of a box with a hundred thousand records too."""
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


async def test_who_comes_meanwhile_shifts_nothing(
    box: EmulatedBox, set_up: SetUp, browser: Browser
) -> None:
    """The next page goes on where the last one ended."""
    await set_up()
    moments = await record_minutes(box, 60)
    opened = await browser.open(RECOGNITIONS)
    for _ in range(5):
        await record(box, time.time() + 1)

    shown = await whole_list(browser, opened)

    assert times(shown) == moments


@in_every_order
async def test_many_in_one_moment(
    box: EmulatedBox,
    set_up: SetUp,
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
    variant: Variant,
) -> None:
    """A moment is not divided between pages; one that is more than a page does not lead back to itself."""
    monkeypatch.setattr(media_history, "RECOGNITIONS_PER_PAGE", 3)
    monkeypatch.setattr(media_history, "_PAGE", 5)
    box.variant = variant
    await set_up()
    now = time.time() // 1 - 600.0
    for seconds, people in enumerate((1, 2, 3, 6, 1)):
        for who in range(people):
            await record(box, now - seconds, who)

    opened = await browser.open(RECOGNITIONS)
    shown = await whole_list(browser, opened)

    assert len(recognitions(opened)) == 3
    ids = [one["media_content_id"] for one in shown]
    # Two of the six who came at once are left out.
    assert len(ids) == len(set(ids)) == 11


async def test_two_strangers_in_one_millisecond(
    box: EmulatedBox, set_up: SetUp, browser: Browser
) -> None:
    """They are two, each with a picture of its own."""
    await set_up()
    now = time.time() - 60
    for _ in range(2):
        await record(box, now, who=None)

    shown = recognitions(await browser.open(RECOGNITIONS))

    assert len({one["media_content_id"] for one in shown}) == 2
    assert len({one["thumbnail"] for one in shown}) == 2


@in_every_order
@pytest.mark.parametrize(
    ("day", "hours"), [("2024-03-31", 23), ("2024-10-27", 25), ("2024-06-01", 24)]
)
async def test_a_day_is_that_of_the_local_calendar(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    browser: Browser,
    variant: Variant,
    day: str,
    hours: int,
) -> None:
    """On some days an hour is missing, on others one comes twice."""
    box.variant = variant
    await hass.config.async_set_time_zone(BERLIN)
    await set_up()
    midnight = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(BERLIN))
    start = midnight.timestamp()
    for half_hour in range(-3, 2 * hours + 3):
        await record(box, start + half_hour * 1800)
    # The last and the first millisecond.
    await record(box, start - 0.001)
    await record(box, start + hours * 3600 - 0.001)

    days = await browser.open_path("Days")
    opened = await browser.open(child(days, day)["media_content_id"])
    shown = await whole_list(browser, opened)

    assert len(days["children"]) == 3
    assert len(shown) == 2 * hours + 1
    assert times(shown)[-1] == "00:00:00"
    assert times(shown)[0] == "23:59:59"
    assert times(shown).count("02:00:00") == hours - 23
    if hours == 25:
        twice = [one["title"] for one in shown if one["title"].startswith("02:30")]
        assert [title.split(" · ")[0] for title in twice] == [
            "02:30:00 CET",
            "02:30:00 CEST",
        ]


@in_every_order
async def test_days(
    box: EmulatedBox, set_up: SetUp, browser: Browser, variant: Variant
) -> None:
    """From the newest record back to the oldest, a month at a time, without one in which nobody came."""
    box.variant = variant
    await set_up()
    today = dt_util.start_of_local_day() + timedelta(minutes=1)
    ago = [0, 1, 2, 40, 100, 130]
    for days in reversed(ago):
        await record(box, today - timedelta(days=days))
    box.requests.clear()

    pages = [await browser.open_path("Days")]
    if variant.history_order == "descending":
        assert history_requests(box) <= 4
    while OLDER in titles(pages[-1]):
        older = child(pages[-1], OLDER)["media_content_id"]
        pages.append(await browser.open(older))

    listed = [titles(page) for page in pages]
    assert [len(one) for one in listed] == [32, 32, 31]
    assert listed[0][0] == f"Today · {today:%Y-%m-%d}"
    assert listed[0][1].startswith("Yesterday · ")
    for page, first in zip(listed, (0, 40, 100), strict=True):
        day = (today - timedelta(days=first)).date()
        assert page[0].endswith(str(day))
    assert listed[2][-1] == str((today - timedelta(days=130)).date())
    empty = await browser.open_path("Days", listed[0][5])
    assert titles(empty) == []


@in_every_order
async def test_first_day(
    box: EmulatedBox, set_up: SetUp, browser: Browser, variant: Variant
) -> None:
    """No day before the box recorded anything."""
    box.variant = variant
    await set_up()
    today = dt_util.start_of_local_day() + timedelta(minutes=1)
    for days in (12, 1):
        for minute in range(4):
            await record(box, today - timedelta(days=days, minutes=minute))

    shown = titles(await browser.open_path("Days"))

    assert len(shown) == 13
    assert shown[-1] == f"{today - timedelta(days=13):%Y-%m-%d}"


@pytest.mark.parametrize("dialect", ["flat"])
@pytest.mark.parametrize(
    "variant", [Variant(history_bounds="seconds"), Variant(history_bounds="either")]
)
async def test_the_unit_of_times_is_not_learned_wrongly(
    box: EmulatedBox, set_up: SetUp, browser: Browser, variant: Variant
) -> None:
    """Asked for everything there ever was, a box that takes seconds must not seem to take milliseconds."""
    box.variant = variant
    entry = await set_up()
    now = dt_util.utcnow()
    await record(box, now - timedelta(days=2))
    await record(box, now)

    assert len(recognitions(await browser.open(RECOGNITIONS))) == 2

    page = await entry.runtime_data.client.history.page(
        HistoryQuery(now - timedelta(hours=1), now + timedelta(hours=1))
    )
    assert len(page.records) == 1


async def test_names_are_text(
    box: EmulatedBox, set_up: SetUp, browser: Browser
) -> None:
    """Whatever somebody is called; who has another's name is told apart by the id; one without has only that."""
    await set_up()
    names = ["<img src=x>", "%25/../{name}", "小明 👍", "\u202eeman", "x" * 300, "", ""]
    names += ["Tom", "Tom"]
    ids = ["a/b", "?c=1#d", "../..", "e~f", "100%", "g", "h", "i", "j"]
    people = [
        replace(box.people[0], identity_id=identity_id, name=name)
        for identity_id, name in zip(ids, names, strict=True)
    ]
    now = time.time()
    for number, person in enumerate(people):
        await box.recognize(
            box.devices[0],
            person,
            timestamp_ms=round(now * 1000) - number * 1000,
            push=False,
        )

    listed = await browser.open_path("People")

    shown = titles(listed)
    assert shown[:4] == names[:4]
    assert shown[4] == f"{'x' * 100}…"
    assert shown[-2:] == ["Tom (i)", "Tom (j)"]
    for person, title in zip(listed["children"], shown, strict=True):
        opened = await browser.open(person["media_content_id"])
        assert len(recognitions(opened)) == 1
        assert opened["title"] == title.partition(" (")[0]


async def test_left_out_capture_devices(
    box: EmulatedBox, set_up: SetUp, browser: Browser
) -> None:
    """What the user did not choose is not shown; what is gone from the box is, as long as nothing is left out."""
    now = time.time()
    for door in range(3):
        await record(box, now - door, door=door)
    chosen, left_out, gone = box.devices
    entry = await set_up()
    box.remove_device(gone.device_id)
    await entry.runtime_data.async_refresh()
    opened = await browser.open(RECOGNITIONS)
    assert len(recognitions(opened)) == 3

    await entry.runtime_data.hass.config_entries.async_remove(entry.entry_id)
    await set_up(
        {
            "capture_devices": [chosen.device_id],
            "ignored_capture_devices": [left_out.device_id],
            "add_new_capture_devices": False,
        }
    )

    opened = await browser.open(RECOGNITIONS)
    assert [one["title"].rpartition(" · ")[2] for one in recognitions(opened)] == [
        chosen.name
    ]
    assert titles(await browser.open_path("Capture devices")) == [chosen.name]
    by_hand = f"{RECOGNITIONS}/capture_device={left_out.device_id}"
    assert recognitions(await browser.open(by_hand)) == []
    assert (await browser.search(box.people[0].name, by_hand))["result"] == []


async def test_nothing_chosen(
    box: EmulatedBox, set_up: SetUp, browser: Browser
) -> None:
    """Then the box is not asked at all."""
    await record(box, time.time())
    await set_up(
        {
            "capture_devices": [],
            "ignored_capture_devices": [device.device_id for device in box.devices],
            "add_new_capture_devices": False,
        }
    )
    box.requests.clear()

    for kind in ("Days", "People", "Capture devices"):
        assert titles(await browser.open_path(kind)) == []

    assert history_requests(box) == 0


async def test_in_chinese(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, browser: Browser
) -> None:
    """The titles are in the language of Home Assistant."""
    hass.config.language = "zh-Hans"
    await set_up()
    now = dt_util.now()
    await record(box, now, who=None)

    opened = await browser.open()
    assert titles(opened) == ["日期", "人员", "采集设备"]
    day = await browser.open_path("日期", f"今天 · {now:%Y-%m-%d}")
    assert " · 陌生人 · " in titles(day)[-1]


async def test_what_enrolment_stored_is_not_kept(
    box: EmulatedBox, set_up: SetUp, browser: Browser
) -> None:
    """Rooms and cards are nobody's business who looks at faces."""
    entry = await set_up()
    await record(box, time.time())
    await box.recognize(box.devices[0], box.people[0])

    await browser.open(RECOGNITIONS)

    pictures = entry.runtime_data.pictures
    kept = [record.recognition for record in pictures._records.values()]
    assert kept
    assert not any(seen.identity_info for seen in (*kept, *pictures.recognitions()))
