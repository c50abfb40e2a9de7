"""The folders of all boxes, with a box of each dialect."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from custom_components.se_aibox.media import history
from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import EmulatedBox
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
from tests.integration.helpers import record
from tests.integration.people.followed_people import (
    ENTRY_IDS,
    TOM,
    Boxes,
    device_id_of,
    follow,
    person_of,
)

from .media_browser import (
    ROOT,
    Browser,
    MediaError,
    child,
    recognitions,
    times,
    titles,
    whole_list,
)

pytest_plugins = [
    "tests.integration.media.media_fixtures",
    "tests.integration.people.people_fixtures",
]
pytestmark = pytest.mark.usefixtures("noon")

EVERYBODY = f"{ROOT}/all/recognitions"
AWAY = "Old box is not available"


def yesterday(hour: int, minute: int = 0) -> datetime:
    """Return a time of yesterday."""
    midnight = dt_util.start_of_local_day() - timedelta(days=1)
    return midnight + timedelta(hours=hour, minutes=minute)


async def record_stranger(box: EmulatedBox, moment: datetime, own_id: str) -> None:
    """Record a stranger with an id that the box gave."""
    await record(box, moment)
    known = box.history.pop()
    box.history.append(replace(known, identity_id=own_id))


async def test_root_has_all_boxes_and_each_of_them(
    tom: str, browser: Browser, boxes: Boxes
) -> None:
    """Followed people are listed once there are any."""
    opened = await browser.open()

    assert titles(opened) == [
        *("Everybody", "Followed people", "Strangers"),
        *("Old box", "New box"),
    ]
    assert titles(await browser.open_path("Old box")) == [
        *("Days", "People", "Strangers", "Capture devices")
    ]
    assert (await browser.open(f"{ROOT}/all/box"))["children"] == opened["children"]


async def test_day_has_the_recognitions_of_all_boxes_newest_first(
    browser: Browser, boxes: Boxes
) -> None:
    """A picture belongs to its own box."""
    for hour, box in enumerate((boxes.nested, boxes.flat, boxes.nested), 8):
        await record(box, yesterday(hour), box.people[hour - 8])

    day = await browser.open_path("Everybody", "Yesterday")

    shown = recognitions(day)
    assert times(shown) == ["10:00", "09:00", "08:00"]
    for seen, dialect in zip(shown, ("nested", "flat", "nested"), strict=True):
        assert ENTRY_IDS[dialect] in seen["media_content_id"]
        assert ENTRY_IDS[dialect] in seen["thumbnail"]
        assert (await browser.resolve(seen["media_content_id"]))["url"]


async def test_days_go_back_to_the_first_of_any_box(
    browser: Browser, boxes: Boxes
) -> None:
    """They begin with the last of any box."""
    await record(boxes.nested, yesterday(12) - timedelta(days=40))
    await record(boxes.nested, yesterday(12) - timedelta(days=5))
    await record(boxes.flat, yesterday(12))
    await record(boxes.flat, yesterday(12) - timedelta(days=42))

    days = await browser.open_path("Everybody")
    older = await browser.open(child(days, "Older")["media_content_id"])

    assert titles(days)[0] == "Yesterday"
    assert len(days["children"]) == 32
    first, last = (
        (yesterday(12) - timedelta(days=ago)).date().isoformat() for ago in (40, 42)
    )
    assert older["children"][0]["media_content_id"].endswith(f"day={first}")
    assert older["children"][-1]["media_content_id"].endswith(f"day={last}")
    assert len(older["children"]) == 3


async def test_pages_of_all_boxes_list_each_recognition_once(
    browser: Browser, boxes: Boxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One box has many at first, the other in the end."""
    monkeypatch.setattr(history, "RECOGNITIONS_PER_PAGE", 4)
    monkeypatch.setattr(history, "_PAGE", 6)
    of_both = {"nested": [*range(9), 30, 45], "flat": [5, 20, *range(30, 45)]}
    for box in boxes:
        for minute in of_both[box.dialect]:
            await record(box, yesterday(12) - timedelta(minutes=minute))

    opened = await browser.open(EVERYBODY)
    shown = await whole_list(browser, opened)

    assert len(recognitions(opened)) <= 4
    minutes = sorted(minute for some in of_both.values() for minute in some)
    assert times(shown) == [
        f"{yesterday(12) - timedelta(minutes=minute):%H:%M}" for minute in minutes
    ]
    assert len({one["media_content_id"] for one in shown}) == len(minutes)


async def test_person_of_several_boxes_is_listed_once(
    browser: Browser, boxes: Boxes
) -> None:
    """A different name with the same id, or no name, is another person."""
    tom = person_of(boxes.nested, TOM)
    other = replace(tom, name="Tim")
    nameless = replace(tom, identity_id="7", name="")
    for minute, (box, who) in enumerate(
        (
            *((box, tom) for box in boxes),
            (boxes.flat, other),
            *((box, nameless) for box in boxes),
        )
    ):
        await record(box, yesterday(12, minute), who)

    people = await browser.open_path("Everybody", "Yesterday", "People")

    found = {}
    for one in people["children"]:
        opened = await browser.open(one["media_content_id"])
        found[one["title"]] = times(recognitions(opened))
    assert found == {
        "Unnamed (7) (New box)": ["12:04"],
        "Unnamed (7) (Old box)": ["12:03"],
        "Tim": ["12:02"],
        "Tom": ["12:01", "12:00"],
    }


async def test_search_finds_names_on_all_boxes(browser: Browser, boxes: Boxes) -> None:
    """It is offered outside the boxes, too."""
    for minute, box in enumerate(boxes):
        await record(box, yesterday(12, minute), person_of(box, TOM))

    found = await browser.search("Tom", ROOT)

    assert titles(found)[0] == "Tom"
    assert len(recognitions(found)) == 2
    await boxes.nested.stop()
    found = await browser.search("Tom", ROOT)
    assert titles(found)[:2] == [AWAY, "Tom"]
    assert len(recognitions(found)) == 1


async def test_followed_person_is_shown_from_all_boxes(
    hass: HomeAssistant, people: PeopleConfigEntry, browser: Browser, boxes: Boxes
) -> None:
    """Several ids are one person; records of others are left out."""
    second = next(who for who in boxes.flat.people if who.name and who.name != "Tom")
    subentry_id = await follow(hass, people, "Father", TOM, second.identity_id)
    tom = person_of(boxes.nested, TOM)
    for minute, (box, who) in enumerate(
        (
            (boxes.nested, tom),
            (boxes.flat, tom),
            (boxes.flat, second),
            (boxes.flat, replace(tom, name="Tim")),
            (boxes.nested, None),
        )
    ):
        await record(box, yesterday(12, minute), who)

    listed = await browser.open_path("Followed people")
    father = await browser.open(child(listed, "Father")["media_content_id"])

    assert titles(listed) == ["Father"]
    assert father["title"] == "Father"
    assert times(recognitions(father)) == ["12:02", "12:01", "12:00"]
    device_id = device_id_of(hass, subentry_id)
    dr.async_get(hass).async_update_device(
        device_id, disabled_by=dr.DeviceEntryDisabler.USER
    )
    assert "Followed people" not in titles(await browser.open())
    with pytest.raises(MediaError, match="There is nothing under"):
        await browser.open(f"{EVERYBODY}/person={device_id}")


async def test_strangers_are_distinguished_by_the_ids_of_their_box(
    browser: Browser, boxes: Boxes
) -> None:
    """A stranger without an id is a picture, not a folder."""
    own_id = "1602612036.3828533"
    await record_stranger(boxes.nested, yesterday(8), own_id)
    await record_stranger(boxes.flat, yesterday(9), own_id)
    await record_stranger(boxes.nested, yesterday(10), own_id)
    await record(boxes.flat, yesterday(11))
    await record(boxes.flat, yesterday(12), person_of(boxes.flat, TOM))

    strangers = await browser.open_path("Strangers")

    assert times(strangers["children"]) == ["11:00", "10:00", "09:00"]
    assert [one["media_class"] for one in strangers["children"]] == [
        *("image", "directory", "directory")
    ]
    known = strangers["children"][1]
    assert known["thumbnail"].endswith("/face")
    opened = await browser.open(known["media_content_id"])
    assert opened["title"] == f"Stranger ({own_id})"
    assert times(recognitions(opened)) == ["10:00", "08:00"]
    assert not opened["can_search"]


async def test_folder_of_a_box_has_the_strangers_of_that_box(
    browser: Browser, boxes: Boxes
) -> None:
    """One folder for each id that it gave, with all pictures of that stranger."""
    own_ids = ("1602612036.3828533", "1602612999.1000001")
    for hour, own_id in enumerate((*own_ids, own_ids[0]), 8):
        await record_stranger(boxes.nested, yesterday(hour), own_id)
    await record_stranger(boxes.flat, yesterday(12), own_ids[0])

    strangers = await browser.open_path("Old box", "Strangers")

    assert times(strangers["children"]) == ["10:00", "09:00"]
    opened = [
        await browser.open(each["media_content_id"]) for each in strangers["children"]
    ]
    assert [each["title"] for each in opened] == [
        f"Stranger ({one})" for one in own_ids
    ]
    assert [times(recognitions(each)) for each in opened] == [
        ["10:00", "08:00"],
        ["09:00"],
    ]


async def test_strangers_have_pages(
    browser: Browser, boxes: Boxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page is no longer than one of recognitions."""
    monkeypatch.setattr(history, "RECOGNITIONS_PER_PAGE", 4)
    for minute in range(11):
        box = boxes.nested if minute % 3 else boxes.flat
        await record(box, yesterday(12, minute))

    opened = await browser.open_path("Strangers")

    assert len(recognitions(opened)) == 4
    assert times(await whole_list(browser, opened)) == [
        f"12:{minute:02}" for minute in reversed(range(11))
    ]


async def test_box_that_is_away_is_named_beside_the_others(
    browser: Browser, boxes: Boxes
) -> None:
    """Its folder has the error, and its recognitions once it is back."""
    for box in boxes:
        await record(box, yesterday(12), person_of(box, TOM))
    await boxes.nested.stop()

    for folder in ("all/days", "all/recognitions", "all/people", "all/strangers"):
        opened = await browser.open(f"{ROOT}/{folder}")
        assert titles(opened)[0] == AWAY
    everybody = await browser.open(EVERYBODY)
    assert len(recognitions(everybody)) == 1
    away = child(everybody, AWAY)["media_content_id"]
    with pytest.raises(MediaError, match="history of Old box cannot be read"):
        await browser.open(away)
    await boxes.nested.start()
    assert len(recognitions(await browser.open(away))) == 1
    assert AWAY not in titles(await browser.open(EVERYBODY))


async def test_all_boxes_may_be_away(browser: Browser, boxes: Boxes) -> None:
    """Each is named."""
    for box in boxes:
        await box.stop()

    opened = await browser.open(EVERYBODY)

    assert titles(opened) == ["New box is not available", AWAY]
    assert opened["title"] == "Everybody"


async def test_box_that_is_not_loaded_is_named(
    hass: HomeAssistant, browser: Browser, boxes: Boxes
) -> None:
    """One that the user disabled is not."""
    await record(boxes.flat, yesterday(12))
    entry_id = ENTRY_IDS["nested"]
    await hass.config_entries.async_unload(entry_id)

    assert AWAY in titles(await browser.open())
    everybody = await browser.open(EVERYBODY)
    assert titles(everybody)[0] == AWAY
    assert len(recognitions(everybody)) == 1
    with pytest.raises(MediaError, match="not loaded in Home Assistant"):
        await browser.open(child(everybody, AWAY)["media_content_id"])
    await hass.config_entries.async_unload(ENTRY_IDS["flat"])
    both = ["New box is not available", AWAY]
    assert titles(await browser.open(EVERYBODY)) == both
    assert titles(await browser.search("Tom", ROOT)) == both
    for dialect in ENTRY_IDS:
        await hass.config_entries.async_set_disabled_by(
            ENTRY_IDS[dialect], ConfigEntryDisabler.USER
        )
    assert titles(await browser.open()) == []


@pytest.mark.parametrize(
    ("filters", "title"),
    [
        ("", "Everybody"),
        ("/identity=9/name=Tim", "Tim"),
        ("/identity=9", "9"),
        (f"/identity={'9' * 300}", f"{'9' * 100}…"),
        ("/stranger=%3Cimg%20src%3Dx%3E", "Stranger (<img src=x>)"),
        ("/capture_device=..%2F..", "../.."),
        ("/day=2024-01-31", "Jan 31, 2024"),
        ("/day=2024-01-31/capture_device=1/identity=9/until=1", "9"),
    ],
)
async def test_folder_of_an_unknown_person_has_a_title(
    browser: Browser, boxes: Boxes, filters: str, title: str
) -> None:
    """Its id was typed, or the records are deleted."""
    opened = await browser.open(f"{EVERYBODY}{filters}")

    assert opened["title"] == title
    assert opened["children"] == []
