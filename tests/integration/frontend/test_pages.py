"""Pages of the histories of several boxes."""

from collections import Counter
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from random import Random

import pytest

from emulator import EmulatedBox, PictureSize, Variant
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.integration.conftest import SetUp
from tests.integration.helpers import (
    ENTRY_ID,
    Dialect,
    history_requests,
    make_entry,
    record,
    until,
    until_listening,
)
from tests.integration.people.followed_people import ENTRY_IDS, Boxes

from .feed_helpers import Card, keys

pytest_plugins = [
    "tests.integration.frontend.feed_fixtures",
    "tests.integration.people.people_fixtures",
]

THIRD = "01SEAIBOX000000000000THIRD"
ORDERS = ["descending", "ascending"]


def ago(**span: float) -> datetime:
    """Return a time in the past, in whole seconds."""
    return (dt_util.utcnow() - timedelta(**span)).replace(microsecond=0)


@pytest.fixture
async def third(hass: HomeAssistant, boxes: Boxes) -> AsyncGenerator[EmulatedBox]:
    """Set up one more box."""
    async with EmulatedBox(
        "nested",
        device_count=2,
        serial_number="HQATEVBAIAIAI0003",
        mac="e0:a5:09:00:42:03",
        seed=3,
        picture_size=PictureSize(face=4_000, scene=12_000, reference=4_000),
    ) as box:
        entry = make_entry(box, entry_id=THIRD)
        await hass.config_entries.async_add(entry)
        await hass.async_block_till_done()
        await until_listening(entry)
        yield box
        assert box.errors == []


@pytest.mark.parametrize(
    ("variant", "most"),
    [
        (Variant(), 1),
        (Variant(history_total_missing=True), 2),
        (Variant(history_order="ascending"), 3),
    ],
    ids=["newest first", "without a total", "oldest first"],
)
@pytest.mark.parametrize("records", [51, 52, 53, 104, 130, 156])
async def test_first_page_takes_few_requests(
    box: EmulatedBox,
    set_up: SetUp,
    card: Card,
    variant: Variant,
    most: int,
    records: int,
) -> None:
    """It is the same page in whichever order a box returns records."""
    box.state.variant = variant
    await set_up()
    for minute in range(records):
        await record(box, ago(hours=1, minutes=minute), box.people[minute % 3])
    before = history_requests(box)

    page = await card.page()

    assert 0 < history_requests(box) - before <= most
    times = [row["occurred_at"] for row in page["recognitions"]]
    assert len(times) == 50
    assert times == sorted(times, reverse=True)
    assert page["before"] is not None
    older = await card.page(before=page["before"])
    assert len(older["recognitions"]) == min(50, records - 50)
    assert older["recognitions"][0]["occurred_at"] < times[-1]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 30, 100])
async def test_pages_of_three_boxes_list_each_recognition_once(
    boxes: Boxes, third: EmulatedBox, card: Card, order: str, limit: int
) -> None:
    """Several happen in one moment, at one door or another."""
    random = Random(f"{order} {limit}")
    expected: Counter[tuple[str, str, str | None]] = Counter()
    moments = [ago(hours=1, seconds=random.randrange(30)) for _ in range(90)]
    entry_ids = (*ENTRY_IDS.values(), THIRD)
    for moment in moments:
        entry_id, box = random.choice([*zip(entry_ids, (*boxes, third), strict=True)])
        box.state.variant = Variant(
            history_order="ascending" if order == "ascending" else "descending"
        )
        who = random.choice([None, None, *box.people[:4]])
        what = (entry_id, moment.isoformat(), who and who.identity_id)
        # A person at one moment and place is one recognition.
        if who is None or what not in expected:
            await record(box, moment, who)
            expected[what] += 1

    pages = await card.pages(limit=limit)

    rows = [row for page in pages for row in page]
    assert (
        Counter(
            (row["entry_id"], row["occurred_at"], row["identity_id"]) for row in rows
        )
        == expected
    )
    assert len(set(keys(rows))) == len(rows)
    times = [row["occurred_at"] for row in rows]
    assert times == sorted(times, reverse=True)
    assert {len(page) for page in pages[:-1]} <= {limit}
    assert 0 < len(pages[-1]) <= limit


async def test_new_recognition_does_not_move_the_pages(
    box: EmulatedBox, set_up: SetUp, card: Card
) -> None:
    """The next page begins where the last ended."""
    await set_up()
    for minute in range(6):
        await record(box, ago(hours=1, minutes=minute), box.people[0])
    first = await card.page(limit=2)
    await record(box, ago(minutes=1), box.people[0])
    second = await card.page(limit=2, before=first["before"])

    everything = keys(await card.rows())
    assert everything[1:5] == keys(first["recognitions"]) + keys(second["recognitions"])


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize("limit", [1, 2, 50])
async def test_clocks_of_boxes_are_corrected(
    hass: HomeAssistant, boxes: Boxes, card: Card, dialect: Dialect, limit: int
) -> None:
    """The pages are in the order in which things happened."""
    ahead = timedelta(minutes=30)
    boxes.flat.state.clock_offset = ahead.total_seconds()
    flat = hass.config_entries.async_get_entry(ENTRY_IDS["flat"])
    assert flat is not None
    await flat.runtime_data.client.clock.measure()
    for minute in range(4):
        await record(boxes.nested, ago(hours=2, minutes=2 * minute))
        await record(boxes.flat, ago(hours=2, minutes=2 * minute + 1) + ahead)

    rows = [row for page in await card.pages(limit=limit) for row in page]

    nested, other = ENTRY_IDS["nested"], ENTRY_IDS["flat"]
    assert [row["entry_id"] for row in rows] == [nested, other] * 4
    first = dt_util.parse_datetime(rows[1]["occurred_at"], raise_on_error=True)
    assert abs(first - ago(hours=2, minutes=1)) < timedelta(minutes=1)


async def test_box_that_is_away_is_silent_and_continues_later(
    hass: HomeAssistant, boxes: Boxes, card: Card
) -> None:
    """Its recognitions are listed once it is back."""
    for minute in range(6):
        for box in boxes:
            await record(box, ago(hours=1, minutes=minute))
    everything = set(keys(await card.rows()))
    first = await card.page(limit=4)
    assert first["silent"] == []

    flat = hass.config_entries.async_get_entry(ENTRY_IDS["flat"])
    assert flat is not None
    await boxes.flat.stop()
    coordinator = flat.runtime_data
    await until(lambda: not coordinator.data.connected)
    second = await card.page(limit=2, before=first["before"])
    assert second["silent"] == [{"entry_id": flat.entry_id, "title": "New box"}]
    assert {row["entry_id"] for row in second["recognitions"]} == {ENTRY_IDS["nested"]}

    await boxes.flat.start()
    await until_listening(flat)
    seen = [*first["recognitions"], *second["recognitions"]]
    page = second
    while (before := page["before"]) is not None:
        page = await card.page(limit=3, before=before)
        seen += page["recognitions"]
    assert page["silent"] == []
    assert len(seen) == len(everything)
    assert set(keys(seen)) == everything


async def test_list_ends_where_only_silent_boxes_are_left(
    hass: HomeAssistant, boxes: Boxes, card: Card
) -> None:
    """A card that scrolls must not ask again and again."""
    for box in boxes:
        await record(box, ago(hours=1))
        await record(box, ago(hours=2))
    first = await card.page(limit=1)
    for entry_id in ENTRY_IDS.values():
        await hass.config_entries.async_unload(entry_id)

    page = await card.page(before=first["before"])

    assert page["recognitions"] == []
    assert page["before"] is None
    assert [box["title"] for box in page["silent"]] == ["New box", "Old box"]


async def test_box_whose_history_fails_is_silent(
    box: EmulatedBox, set_up: SetUp, card: Card
) -> None:
    """It is connected all the same."""
    await set_up()
    await record(box, ago(hours=1))
    box.state.initializing = True

    page = await card.page()

    box.state.initializing = False
    assert page["recognitions"] == []
    assert [silent["entry_id"] for silent in page["silent"]] == [ENTRY_ID]
    assert len(await card.rows()) == 1
