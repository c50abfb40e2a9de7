"""Searching for people in the media browser."""

from dataclasses import replace
import time

import pytest

from custom_components.se_aibox.media import history
from emulator import EmulatedBox
from homeassistant.util import dt as dt_util
from tests.integration.conftest import SetUp

from .media_browser import (
    BOX,
    RECOGNITIONS,
    ROOT,
    Browser,
    MediaError,
    child,
    parts,
    recognitions,
    titles,
)

pytest_plugins = ["tests.integration.media.media_fixtures"]

NAMES = ("Tom", "Tommy", "tom", "小明", "小明明", "Tim")


@pytest.fixture
async def _known(box: EmulatedBox, set_up: SetUp) -> None:
    """Record people with similar names, a minute apart, and a stranger."""
    await set_up()
    now = time.time()
    for number, name in enumerate(NAMES):
        person = replace(box.people[0], identity_id=f"id-{number}", name=name)
        await box.recognize(
            box.devices[number % 2],
            person,
            timestamp_ms=round((now - number * 60) * 1000),
            push=False,
        )
    await box.recognize(box.devices[0], push=False)


@pytest.mark.usefixtures("_known")
async def test_search_finds_similar_people_but_exact_recognitions(
    box: EmulatedBox, browser: Browser
) -> None:
    """The box matches parts of names."""
    found = await browser.search(" Tom ")

    assert [title for title in titles(found) if ":" not in title] == [
        "Tom",
        "Tommy",
        "tom",
    ]
    assert [parts(one["title"])[0] for one in recognitions(found)] == [
        "Tom",
        "tom",
    ]
    person = await browser.open(child(found, "tom")["media_content_id"])
    assert person["title"] == "tom"
    [only] = recognitions(person)
    assert parts(only["title"]) == [box.devices[0].name]


@pytest.mark.usefixtures("_known")
async def test_search_finds_chinese_names(browser: Browser) -> None:
    """An unknown name finds nothing."""
    found = await browser.search("小明")

    assert titles(found)[:2] == ["小明", "小明明"]
    assert len(recognitions(found)) == 1
    assert titles(await browser.search("nobody")) == []


@pytest.mark.usefixtures("_known")
async def test_empty_search_finds_all_people(browser: Browser) -> None:
    """Strangers have no name."""
    found = await browser.search(" ")

    assert titles(found) == list(NAMES)


@pytest.mark.usefixtures("noon", "_known")
async def test_search_finds_only_items_of_the_folder(
    box: EmulatedBox, browser: Browser
) -> None:
    """Folders are days, capture devices, or the whole box."""
    today = f"day={dt_util.now().date()}"
    place = f"capture_device={box.devices[0].device_id}"

    for folder in (f"{BOX[:-4]}/days/{today}", f"{RECOGNITIONS}/{today}", BOX):
        assert "Tom" in titles(await browser.search("Tom", folder))
    assert titles(await browser.search("Tommy", f"{RECOGNITIONS}/{place}")) == []
    assert "Tommy" in titles(await browser.search("Tommy", ROOT))
    person = f"{RECOGNITIONS}/day=2026-01-01"
    assert titles(await browser.search("Tom", person)) == []


@pytest.mark.usefixtures("_known")
async def test_search_finds_only_the_requested_media_classes(browser: Browser) -> None:
    """Recognitions are images, and people are directories."""
    found = await browser.search("Tom", media_filter_classes=["image"])
    assert len(found["result"]) == len(recognitions(found)) == 2
    found = await browser.search("Tom", media_filter_classes=["directory"])
    assert titles(found) == ["Tom", "Tommy", "tom"]


async def test_search_reads_a_limited_number_of_records(
    box: EmulatedBox,
    set_up: SetUp,
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The person has more records than the limit."""
    monkeypatch.setattr(history, "_MOST_ROWS", 200)
    await set_up()
    now = time.time()
    for minute in range(330):
        await box.recognize(
            box.devices[0],
            box.people[0],
            timestamp_ms=round((now - minute * 60) * 1000),
            push=False,
        )
    box.requests.clear()

    found = await browser.search(box.people[0].name)

    assert len(box.requests) == 2
    assert len(recognitions(found)) == 50


async def test_search_without_boxes_is_an_error(browser: Browser) -> None:
    """The root folder is empty."""
    with pytest.raises(MediaError, match="not supported"):
        await browser.search("Tom", ROOT)
    assert titles(await browser.open()) == []
