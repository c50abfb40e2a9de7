"""The folders of the media browser: days, people, capture devices."""

from dataclasses import replace
from datetime import datetime, timedelta
import time
from zoneinfo import ZoneInfo

import pytest

from custom_components.se_aibox.box.registry import (
    async_device,
    capture_device_identifier,
)
from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.translation import async_load_integrations
from homeassistant.util import dt as dt_util
from tests.integration.conftest import SetUp
from tests.integration.helpers import ENTRY_ID, history_requests, make_entry

from .media_browser import (
    ALL_SOURCES,
    BERLIN,
    RECOGNITIONS,
    Browser,
    parts,
    recognitions,
    record,
    times,
    titles,
)

pytest_plugins = ["tests.integration.media.media_fixtures"]


async def test_single_box_is_the_root_folder(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, browser: Browser
) -> None:
    """It can be searched."""
    await set_up()

    opened = await browser.open()

    assert opened["title"] == "BM1684-180"
    assert titles(opened) == ["Everybody", "People", "Strangers", "Capture devices"]
    assert opened["can_search"]
    assert all(one["can_expand"] for one in opened["children"])
    assert titles(await browser.open_path("Everybody")) == []
    assert titles(await browser.open_path("Strangers")) == []
    assert titles(await browser.open_path("People")) == []
    assert titles(await browser.open_path("Capture devices")) == [
        device.name
        for device in sorted(box.devices, key=lambda device: device.name.casefold())
    ]


async def test_several_boxes_are_folders_named_after_their_entries(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, browser: Browser
) -> None:
    """The root folder begins with the folders of all boxes."""
    await set_up()
    async with EmulatedBox("flat", seed=2) as other:
        entry = make_entry(other, entry_id="other")
        await hass.config_entries.async_add(entry)
        hass.config_entries.async_update_entry(entry, title="<b>Office</b>")
        await hass.async_block_till_done()

        opened = await browser.open()

        assert titles(opened) == [
            *("Everybody", "Strangers", "BM1684-180", "<b>Office</b>")
        ]
        assert opened["title"] == "SE AI box"
        assert opened["can_search"]
        inner = await browser.open_path("<b>Office</b>", "Days")
        assert inner["title"] == "Days"
        await hass.config_entries.async_unload("other")


@pytest.mark.parametrize(
    ("language", "title"), [("en", "SE AI box"), ("zh-Hans", "SE AI 盒子")]
)
async def test_source_is_named_in_the_language_of_home_assistant(
    hass: HomeAssistant, browser: Browser, language: str, title: str
) -> None:
    """The language may change while Home Assistant runs."""
    hass.config.language = language
    await async_load_integrations(hass, {"se_aibox"})
    assert title in titles(await browser.open(ALL_SOURCES))
    assert (await browser.open())["title"] == title


async def test_recognition_has_time_name_place_and_face(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, browser: Browser
) -> None:
    """The place has the name that the user gave it."""
    await hass.config.async_set_time_zone(BERLIN)
    entry = await set_up()
    key = capture_device_identifier(entry, box.devices[1].device_id)
    device = async_device(hass, entry, key)
    assert device is not None
    dr.async_get(hass).async_update_device(device.id, name_by_user="Back door 🚪")
    moment = datetime(2024, 11, 20, 8, 5, 9, tzinfo=ZoneInfo(BERLIN))
    await record(box, moment, door=1)
    await record(box, moment - timedelta(minutes=1), who=None, door=1)

    day = await browser.open_path("Everybody", "Nov 20, 2024")
    everything = await browser.open_path("Capture devices", "Back door 🚪")

    name = box.people[0].name
    assert day["title"] == "Nov 20, 2024"
    assert titles(day) == [
        "People",
        f"8:05 AM {name} ·\u00a0Back door 🚪",
        "8:04 AM Stranger ·\u00a0Back door 🚪",
    ]
    assert titles(everything) == [
        f"Nov 20, 2024, 8:05 AM {name}",
        "Nov 20, 2024, 8:04 AM Stranger",
    ]
    for seen in recognitions(day):
        assert seen["thumbnail"].startswith(f"/api/se_aibox/picture/{ENTRY_ID}/")
        assert seen["thumbnail"].endswith("/face")
        assert "?" not in seen["thumbnail"]
        assert not seen["can_expand"]


@pytest.mark.usefixtures("noon")
async def test_people_of_a_day_lead_to_their_recognitions_of_that_day(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, browser: Browser
) -> None:
    """Each person is listed once, with the face of that day."""
    await set_up()
    noon = dt_util.start_of_local_day() - timedelta(days=1) + timedelta(hours=12)
    for minute, who in enumerate((0, 1, None, 0)):
        await record(box, noon + timedelta(minutes=minute), who)
    await record(box, noon - timedelta(days=1), who=2)

    people = await browser.open_path("Everybody", "Yesterday", "People")
    one = await browser.open(people["children"][0]["media_content_id"])

    assert titles(people) == [box.people[0].name, box.people[1].name]
    assert all(person["thumbnail"].endswith("/face") for person in people["children"])
    assert one["title"] == box.people[0].name
    assert times(recognitions(one)) == ["12:03", "12:00"]
    assert not one["can_search"]
    everybody = await browser.open_path("People")
    assert titles(everybody) == [box.people[who].name for who in (0, 1, 2)]


async def test_names_are_plain_text_and_namesakes_have_their_id(
    box: EmulatedBox, set_up: SetUp, browser: Browser
) -> None:
    """A person without a name has only the id."""
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
    assert shown[5:] == ["Unnamed (g)", "Unnamed (h)", "Tom (i)", "Tom (j)"]
    for person, title in zip(listed["children"], shown, strict=True):
        opened = await browser.open(person["media_content_id"])
        assert len(recognitions(opened)) == 1
        assert opened["title"] == title.removesuffix(" (i)").removesuffix(" (j)")


async def test_unselected_capture_devices_are_not_shown(
    box: EmulatedBox, set_up: SetUp, browser: Browser
) -> None:
    """One that left the box is shown while none is left out."""
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
    assert [parts(one["title"])[-1] for one in recognitions(opened)] == [chosen.name]
    assert titles(await browser.open_path("Capture devices")) == [chosen.name]
    by_hand = f"{RECOGNITIONS}/capture_device={left_out.device_id}"
    assert recognitions(await browser.open(by_hand)) == []
    assert (await browser.search(box.people[0].name, by_hand))["result"] == []


async def test_box_without_selected_capture_devices_is_not_asked(
    box: EmulatedBox, set_up: SetUp, browser: Browser
) -> None:
    """Its folders are empty."""
    await record(box, time.time())
    await set_up(
        {
            "capture_devices": [],
            "ignored_capture_devices": [device.device_id for device in box.devices],
            "add_new_capture_devices": False,
        }
    )
    box.requests.clear()

    for kind in ("Everybody", "People", "Strangers", "Capture devices"):
        assert titles(await browser.open_path(kind)) == []

    assert history_requests(box) == 0


@pytest.mark.usefixtures("noon")
async def test_titles_are_in_the_language_of_home_assistant(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, browser: Browser
) -> None:
    """The language is Chinese here."""
    hass.config.language = "zh-Hans"
    await set_up()
    now = dt_util.now()
    await record(box, now, who=None)

    opened = await browser.open()
    assert titles(opened) == ["所有人", "人员", "陌生人", "采集设备"]
    day = await browser.open_path("所有人", "今天")
    assert parts(titles(day)[-1]) == ["陌生人", box.devices[0].name]


async def test_enrollment_details_are_not_remembered(
    box: EmulatedBox, set_up: SetUp, browser: Browser
) -> None:
    """Showing faces does not need rooms and cards."""
    entry = await set_up()
    await record(box, time.time())
    await box.recognize(box.devices[0], box.people[0])

    await browser.open(RECOGNITIONS)

    kept = entry.runtime_data.pictures._source._records.values()
    assert kept
    assert not any(record.recognition.identity_info for record in kept)
