"""Filters of a list and of a subscription."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from custom_components.se_aibox.frontend import reading
from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import EmulatedBox, Identity, PersonType
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
from tests.integration.conftest import SetUp
from tests.integration.helpers import ENTRY_ID, history_requests, record
from tests.integration.people.followed_people import device_id_of, follow

from .feed_helpers import Card, CommandError, Row, names

pytest_plugins = [
    "tests.integration.frontend.feed_fixtures",
    "tests.integration.people.people_fixtures",
]

ANNA = Identity("20001", "Anna Weber", PersonType.VISITOR)
CHIEF = Identity("30001", "Ms. Wu", PersonType.VIP)
TOM = Identity("10042", "Tom")
NAMELESS = Identity("40001", "佚名")
EVERYBODY = (ANNA, CHIEF, TOM, NAMELESS, None)


async def fill(box: EmulatedBox) -> None:
    """Record everybody at each of two doors, the newest first in `EVERYBODY`."""
    for number, who in enumerate(EVERYBODY):
        for door in range(2):
            moment = dt_util.utcnow() - timedelta(minutes=10 * number + door + 1)
            await record(box, moment, who, door)


def door_id(hass: HomeAssistant, number: int) -> str:
    """Return the device id of a door by its name."""
    name = ("Front door", "大门", "Lobby turnstile")[number]
    return next(
        device.id
        for device in dr.async_entries_for_config_entry(dr.async_get(hass), ENTRY_ID)
        if device.name == name
    )


def box_id(hass: HomeAssistant) -> str:
    """Return the device id of the box."""
    device = dr.async_get(hass).async_get_device_by_identifier(
        ("se_aibox", ENTRY_ID), ENTRY_ID
    )
    assert device is not None
    return device.id


def who(rows: list[Row]) -> list[str | None]:
    """Return the identity ids, without repeats."""
    return [*dict.fromkeys(row["identity_id"] for row in rows)]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, ["20001", "30001", "10042", "40001", None]),
        (
            {"entry_ids": [], "device_ids": [], "person_types": [], "person": " "},
            ["20001", "30001", "10042", "40001", None],
        ),
        ({"entry_ids": [ENTRY_ID], "person_types": ["vip"]}, ["30001"]),
        ({"entry_ids": ["another"]}, []),
        ({"device_ids": ["another"]}, []),
        ({"person_types": ["visitor", "vip"]}, ["20001", "30001"]),
        ({"person_types": ["employee"]}, ["10042", "40001"]),
        ({"person_types": ["stranger"]}, [None]),
        ({"person_types": ["vip", "stranger"]}, ["30001", None]),
        ({"person": "10042"}, ["10042"]),
        ({"person": "tom"}, ["10042"]),
        ({"person": "anna w"}, ["20001"]),
        ({"person": "we"}, ["20001"]),
        ({"person": "40001"}, ["40001"]),
        # The box's word for no name is no name.
        ({"person": "佚名"}, []),
        ({"person": "nobody"}, []),
        ({"person": "tom", "person_types": ["vip"]}, []),
    ],
)
async def test_filter_finds_in_the_list_what_it_lets_through_live(
    box: EmulatedBox,
    set_up: SetUp,
    card: Card,
    wanted: Mapping[str, object],
    expected: list[str | None],
) -> None:
    """A list and a subscription must agree."""
    await set_up()
    await fill(box)

    rows = await card.rows(filter=wanted)

    assert who(rows) == expected
    assert len(rows) == 2 * len(expected)
    subscribed = await card.subscribe(filter=wanted)
    everything = await card.subscribe()
    for one in EVERYBODY:
        await box.recognize(box.devices[0], one)
        seen, _ = await everything.recognition()
        if seen["identity_id"] in expected:
            row, _ = await subscribed.recognition()
            assert row == seen
    assert not [event for event in subscribed.waiting if event["type"] == "recognition"]


async def test_device_limits_to_a_door_a_box_or_a_followed_person(
    hass: HomeAssistant,
    people: PeopleConfigEntry,
    box: EmulatedBox,
    set_up: SetUp,
    card: Card,
) -> None:
    """A followed person counts at every door, besides all who pass a chosen one."""
    await set_up()
    box.state.enroll(TOM)
    person = device_id_of(hass, await follow(hass, people, "Father", TOM.identity_id))
    await fill(box)
    front, gate = door_id(hass, 0), door_id(hass, 1)

    for device_ids, expected in (
        ([front], [(each and each.identity_id, front) for each in EVERYBODY]),
        ([person], [(TOM.identity_id, front), (TOM.identity_id, gate)]),
        (
            [gate, person],
            [
                *((each and each.identity_id, gate) for each in EVERYBODY),
                (TOM.identity_id, front),
            ],
        ),
        (
            [box_id(hass)],
            [
                (each and each.identity_id, door)
                for each in EVERYBODY
                for door in (front, gate)
            ],
        ),
    ):
        rows = await card.rows(filter={"device_ids": device_ids})
        found = [(row["identity_id"], row["device_id"]) for row in rows]
        assert sorted(found, key=str) == sorted(expected, key=str)
        for row in rows:
            is_tom = row["identity_id"] == TOM.identity_id
            assert row["followed_device_ids"] == ([person] if is_tom else [])
    called = await card.rows(filter={"person": "fath"})
    assert names(called) == ["Tom", "Tom"]
    by_id = {"device_ids": [person], "person": "nobody"}
    assert await card.rows(filter=by_id) == []

    subscribed = await card.subscribe(filter={"device_ids": [person]})
    state = await subscribed.state()
    assert state["people"] == [{"device_id": person, "name": "Father"}]
    assert state["today"] is None
    await box.recognize(box.devices[0], ANNA)
    await box.recognize(box.devices[1], TOM)
    row, today = await subscribed.recognition()
    assert (row["identity_id"], row["device_id"]) == (TOM.identity_id, gate)
    assert today is None


@pytest.mark.parametrize("most_rows", [4, 500])
async def test_filter_that_the_box_lacks_is_checked_page_by_page(
    box: EmulatedBox,
    set_up: SetUp,
    card: Card,
    monkeypatch: pytest.MonkeyPatch,
    most_rows: int,
) -> None:
    """A page may be short although there are more."""
    monkeypatch.setattr(reading, "_MOST_ROWS", most_rows)
    monkeypatch.setattr(reading, "_MOST_PER_PAGE", 2)
    await set_up()
    for minute in range(20):
        moment = dt_util.utcnow() - timedelta(minutes=minute + 1)
        await record(box, moment, None if minute in (0, 9, 10, 19) else TOM)
    strangers = {"person_types": ["stranger"]}

    pages = await card.pages(filter=strangers, limit=3)

    assert len([row for page in pages for row in page]) == 4
    assert (len(pages) > 2) is (most_rows == 4)


async def test_type_that_the_box_knows_is_asked_for(
    box: EmulatedBox, set_up: SetUp, card: Card
) -> None:
    """One request is enough however many others there are."""
    await set_up()
    for minute in range(70):
        moment = dt_util.utcnow() - timedelta(minutes=minute + 1)
        await record(box, moment, TOM if minute else ANNA)
    await card.rows()
    before = history_requests(box)

    assert len(await card.rows(filter={"person_types": ["visitor"]})) == 1
    assert history_requests(box) == before + 1


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize(
    "arguments",
    [
        {"limit": 0},
        {"limit": 101},
        {"limit": "many"},
        {"limit": 1.5},
        {"before": ""},
        {"before": "yesterday"},
        {"before": 7},
        {"before": "box:1:0," * 5000},
        {"filter": []},
        {"filter": {"entry_ids": "all"}},
        {"filter": {"entry_ids": [7]}},
        {"filter": {"device_ids": ["x"] * 1001}},
        {"filter": {"person_types": ["admin"]}},
        {"filter": {"person": "x" * 256}},
        {"filter": {"person": 7}},
        {"filter": {"anything": "else"}},
        {"anything": "else"},
    ],
)
async def test_invalid_message_is_refused(
    set_up: SetUp,
    card: Card,
    arguments: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """No box is asked."""
    await set_up()
    with pytest.raises(CommandError, match="invalid_format"):
        await card.page(**arguments)
    if "limit" not in arguments and "before" not in arguments:
        with pytest.raises(CommandError, match="invalid_format"):
            await card.subscribe(**arguments)
    # Home Assistant logs each as an error.
    caplog.clear()
