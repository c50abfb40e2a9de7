"""The titles of the media browser, read in both languages."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from syrupy.assertion import SnapshotAssertion

from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.integration.conftest import SetUp
from tests.integration.helpers import record
from tests.integration.people.followed_people import follow, make_people_entry

from .media_browser import BERLIN, BOX, ROOT, Browser, Media, inside, parts, titles

pytest_plugins = ["tests.integration.media.media_fixtures"]

NOW = datetime(2024, 11, 26, 12, tzinfo=ZoneInfo(BERLIN))


def at(text: str) -> datetime:
    """Return a local time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(BERLIN))


@pytest.fixture
async def house(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, browser: Browser
) -> EmulatedBox:
    """Run a box with a history; its first person is followed as Father."""
    await hass.config.async_set_time_zone(BERLIN)
    await set_up()
    people: PeopleConfigEntry = make_people_entry()
    await hass.config_entries.async_add(people)
    await follow(hass, people, "Father", box.people[0].identity_id)
    for moment, who in (
        ("2023-12-31T23:59:59", 1),
        ("2024-11-20T08:05:09", 0),
        ("2024-11-25T18:41:00", 1),
        ("2024-11-26T07:30:00", None),
        ("2024-11-26T09:15:20", 0),
    ):
        await record(box, at(moment), None if who is None else box.people[who])
    nameless = box.people[2]
    object.__setattr__(nameless, "name", "佚名")
    await record(box, at("2024-11-26T10:00:00"), nameless)
    return box


async def read(browser: Browser, opened: Media, depth: int) -> dict[str, object]:
    """Return the titles in a folder, and in the folders in it."""
    return {
        one["title"]: await read(
            browser, await browser.open(one["media_content_id"]), depth - 1
        )
        if one["can_expand"] and depth
        else None
        for one in inside(opened)
    }


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
async def test_titles_in_each_language(
    hass: HomeAssistant,
    house: EmulatedBox,
    browser: Browser,
    snapshot: SnapshotAssertion,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
) -> None:
    """Each has only the facts that its folder does not have."""
    hass.config.language = language
    monkeypatch.setattr(dt_util, "now", lambda: NOW)

    root = await browser.open(ROOT)
    shown: dict[str, object] = {}
    for folder in inside(root):
        opened = await browser.open(folder["media_content_id"])
        # Only some of the days with recognitions.
        opened["children"] = [
            one
            for one in inside(opened)
            if "day=" not in one["media_content_id"]
            or one["media_content_id"][-10:] in ("2024-11-26", "2024-11-25")
            or one["media_content_id"][-10:] in ("2024-11-20", "2023-12-31")
        ]
        shown[folder["title"]] = await read(browser, opened, 1)

    assert shown == snapshot
    assert titles(await browser.open(BOX)) == snapshot
    assert await read(browser, await browser.search("Tom"), 0) == snapshot


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Tom", "Tom"),
        ("Maximiliane Elisabeth von Hohenstein", "Maximiliane Elisabeth von…"),
        ("x" * 40, f"{'x' * 30}…"),
        ("陈" * 40, f"{'陈' * 30}…"),
        # An accent and a joined sign stay whole.
        ("x" * 29 + "e\u0301" + "x" * 9, f"{'x' * 29}…"),
        ("x" * 29 + "👨\u200d👩\u200d👧" + "x" * 9, f"{'x' * 29}…"),
        ("\u0301" * 40, "…"),
    ],
)
async def test_long_name_is_cut_at_a_sensible_point(
    box: EmulatedBox, set_up: SetUp, browser: Browser, name: str, shown: str
) -> None:
    """The text after it stays readable."""
    object.__setattr__(box.people[0], "name", name)
    await set_up()
    await record(box, dt_util.utcnow(), box.people[0])

    opened = await browser.open(f"{BOX[:-4]}/recognitions")

    [seen] = inside(opened)
    assert parts(seen["title"]) == [shown, box.devices[0].name]
