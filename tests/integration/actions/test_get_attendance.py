"""The action that returns who came when, by day."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser  # type: ignore[import-untyped]  # It ships no py.typed.

from custom_components.se_aibox.actions import attendance as attendance_module
from custom_components.se_aibox.aibox.history import BEGINNING
from custom_components.se_aibox.aibox.models import HistoryQuery
from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import EmulatedSe3, Identity
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import (
    HomeAssistantError,
    ServiceValidationError,
    Unauthorized,
)
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
from tests.integration.helpers import FiredEvents, history_requests
from tests.integration.people.followed_people import (
    ENTRY_IDS,
    TOM,
    device_id_of,
    follow,
    person_of,
)
from tests.integration.recognition.automation_helpers import (
    FRIEND,
    GUEST,
    box_device_id,
)
from tests.integration.se3.se3_helpers import add, make_se3_entry
from tests.integration.site.site_helpers import Office

from .action_helpers import act
from .attendance_helpers import BERLIN, attendance, brief, date_ago, days_ago, past

pytest_plugins = [
    "tests.integration.people.people_fixtures",
    "tests.integration.se3.se3_fixtures",
    "tests.integration.site.site_fixtures",
]


async def test_response_has_the_first_and_last_sighting_of_each_day(
    hass: HomeAssistant, office: Office, people: PeopleConfigEntry
) -> None:
    """Of both boxes together, with the time between ways in and out."""
    await hass.config.async_set_time_zone(BERLIN)
    tom = await follow(hass, people, "Tom", TOM)
    who = person_of(office.boxes.nested, TOM)
    await past(office, office.other_entrance, days_ago(2, 8), who)
    await past(office, office.exit, days_ago(2, 12), who)
    await past(office, office.entrance, days_ago(2, 13), who)
    await past(office, office.exit, days_ago(2, 17, 30), who)
    # At the very end of one day and beginning of the next.
    await past(office, office.room, days_ago(1, 0), GUEST)
    await past(office, office.room, days_ago(1, 9), GUEST)
    await past(office, office.entrance, days_ago(1, 10), None)
    response = await attendance(
        hass, office, start_date=date_ago(2), end_date=date_ago(0)
    )
    rows = response.pop("attendance")
    assert response == {
        "start_date": date_ago(2),
        "end_date": date_ago(0),
        "unread": [],
    }
    assert rows[0] == {
        "date": date_ago(2),
        "site_entry_id": office.entry.entry_id,
        "site_name": "Office",
        "entry_id": ENTRY_IDS["nested"],
        "identity_id": TOM,
        "identity_name": "Tom",
        "person_type": "employee",
        "followed_device_ids": [device_id_of(hass, tom)],
        "first": days_ago(2, 8).isoformat(),
        "first_at": office.boxes.flat.devices[0].name,
        "last": days_ago(2, 17, 30).isoformat(),
        "last_at": office.boxes.nested.devices[1].name,
        "recognitions": 4,
        "minutes_inside": 8 * 60 + 30,
    }
    assert brief({"attendance": rows[1:]}) == [
        (date_ago(1), "Anna", "00:00", "09:00", 2, 540)
    ]


async def test_without_dates_it_is_about_today(
    hass: HomeAssistant, office: Office, noon: None
) -> None:
    """The last hours may not be recovered yet, but are read."""
    await past(office, office.entrance, days_ago(1, 8), FRIEND)
    await past(office, office.entrance, dt_util.now() - timedelta(hours=1), FRIEND)
    rows = (await attendance(hass, office))["attendance"]
    assert [row["date"] for row in rows] == [date_ago(0)]
    # A template may give a time in place of a date.
    rows = (await attendance(hass, office, end_date=dt_util.now()))["attendance"]
    assert [row["date"] for row in rows] == [date_ago(0)]


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2025, 3, 30), 23), (date(2025, 10, 26), 25)]
)
async def test_day_on_which_the_clocks_change_is_whole(
    hass: HomeAssistant, office: Office, day: date, hours: int
) -> None:
    """From its first to its last minute, and nothing of its neighbors."""
    await hass.config.async_set_time_zone(BERLIN)
    # Otherwise nobody would be inside all day without being seen.
    await office.change(forget_after=48)
    start = dt_util.as_utc(dt_util.start_of_local_day(day))
    end = start + timedelta(hours=hours)
    minute = timedelta(minutes=1)
    await past(office, office.entrance, start, FRIEND)
    await past(office, office.exit, end - minute, FRIEND)
    for moment in (start - minute, end):
        await past(office, office.other_entrance, moment, GUEST)
    response = await attendance(hass, office, start_date=day, end_date=day)
    assert brief(response) == [
        (day.isoformat(), "小明", "00:00", "23:59", 2, hours * 60 - 1)
    ]


@pytest.mark.parametrize("by", ["option", "field"])
async def test_night_shift_is_one_day_where_the_day_begins_later(
    hass: HomeAssistant, office: Office, by: str
) -> None:
    """By the option of the site, or of the call."""
    await hass.config.async_set_time_zone(BERLIN)
    await past(office, office.entrance, days_ago(2, 22), FRIEND)
    await past(office, office.exit, days_ago(1, 4), FRIEND)
    days: dict[str, Any] = {"start_date": date_ago(2), "end_date": date_ago(1)}
    assert len((await attendance(hass, office, **days))["attendance"]) == 2
    if by == "option":
        await office.change(day_begins_at="05:00:00")
    else:
        days["day_begins_at"] = "05:00:00"
    assert brief(await attendance(hass, office, **days)) == [
        (date_ago(2), "小明", "22:00", "04:00", 2, 360)
    ]


async def test_capture_devices_without_a_site_have_no_time_inside(
    hass: HomeAssistant, office: Office
) -> None:
    """A box means all its capture devices; its site is not meant."""
    await past(office, office.entrance, days_ago(1, 8), FRIEND)
    await past(office, office.exit, days_ago(1, 9), GUEST)
    days = {"start_date": date_ago(1), "end_date": date_ago(1)}
    entry = hass.config_entries.async_get_known_entry(ENTRY_IDS["nested"])
    target = {"device_id": box_device_id(hass, entry)}
    response = await act(hass, "get_attendance", days, target=target)
    rows = response["attendance"]
    assert [(row["site_name"], row["minutes_inside"]) for row in rows] == [
        (None, None)
    ] * 2
    visitors = {**days, "person_types": ["visitor"]}
    response = await act(hass, "get_attendance", visitors, target=target)
    assert [row["identity_name"] for row in response["attendance"]] == ["Anna"]


async def test_capture_devices_beside_a_site_are_listed_apart(
    hass: HomeAssistant, office: Office
) -> None:
    """Those of the site count once."""
    await office.change(inside=[])
    await past(office, office.entrance, days_ago(1, 8), FRIEND)
    await past(office, office.room, days_ago(1, 9), FRIEND)
    target = {"device_id": [office.site.device_id, office.room, office.entrance]}
    days = {"start_date": date_ago(1), "end_date": date_ago(1)}
    response = await act(hass, "get_attendance", days, target=target)
    assert [(row["site_name"], row["first_at"]) for row in response["attendance"]] == [
        ("Office", office.boxes.nested.devices[0].name),
        (None, office.boxes.flat.devices[1].name),
    ]


async def test_boxes_that_are_away_are_named(
    hass: HomeAssistant, office: Office
) -> None:
    """The others are read; nobody is asked again on the next day."""
    await past(office, office.other_entrance, days_ago(2, 8), FRIEND)
    await office.boxes.nested.port("rest").close()
    days: dict[str, Any] = {"start_date": date_ago(3), "end_date": date_ago(1)}
    response = await attendance(hass, office, **days)
    assert len(response["attendance"]) == 1
    missing = {"entry_id": ENTRY_IDS["nested"], "box": "Old box", "since": date_ago(3)}
    assert response["unread"] == [{**missing, "reason": "no_answer"}]
    await hass.config_entries.async_unload(ENTRY_IDS["nested"])
    response = await attendance(hass, office, **days)
    assert response["unread"] == [{**missing, "reason": "not_loaded"}]


async def test_box_without_a_history_is_named(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, fired: FiredEvents
) -> None:
    """An SE3 only pushes."""
    entry = await add(hass, make_se3_entry(se3))
    await se3.recognize(se3.devices[0], se3.people[0])
    device_id = (await fired.next())["device_id"]
    response = await act(hass, "get_attendance", {}, target={"device_id": device_id})
    assert [each["reason"] for each in response["unread"]] == ["no_history"]
    assert response["attendance"] == []
    query = HistoryQuery(BEGINNING, dt_util.utcnow())
    pages = entry.runtime_data.history.async_pages(query)
    assert [page async for page in pages] == []


async def test_disabled_capture_device_is_silent(
    hass: HomeAssistant, office: Office, device_registry: dr.DeviceRegistry
) -> None:
    """A box would take an empty list of them for all."""
    box = office.boxes.nested
    await past(office, office.entrance, days_ago(1, 8), FRIEND)
    await office.change(exits=[])
    user = dr.DeviceEntryDisabler.USER
    device_registry.async_update_device(office.entrance, disabled_by=user)
    await hass.async_block_till_done()
    asked = history_requests(box)
    response = await attendance(hass, office, start_date=date_ago(1))
    assert (response["attendance"], response["unread"]) == ([], [])
    assert history_requests(box) == asked


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"start_date": date_ago(-1)}, "no_time_between"),
        ({"start_date": date_ago(1), "end_date": date_ago(2)}, "no_time_between"),
        ({"start_date": date_ago(70)}, "attendance_too_many_days"),
    ],
)
async def test_impossible_days_are_refused(
    hass: HomeAssistant, office: Office, data: dict[str, Any], key: str
) -> None:
    """No box is asked."""
    asked = sum(map(history_requests, office.boxes))
    with pytest.raises(ServiceValidationError) as raised:
        await attendance(hass, office, **data)
    assert raised.value.translation_key == key
    assert sum(map(history_requests, office.boxes)) == asked


async def test_target_without_a_capture_device_is_refused(
    hass: HomeAssistant, office: Office, people: PeopleConfigEntry
) -> None:
    """A followed person is none."""
    tom = await follow(hass, people, "Tom", TOM)
    target = {"device_id": device_id_of(hass, tom)}
    with pytest.raises(ServiceValidationError) as raised:
        await act(hass, "get_attendance", {}, target=target)
    assert raised.value.translation_key == "nothing_to_attend"


async def test_site_that_is_not_loaded_is_refused(
    hass: HomeAssistant, office: Office
) -> None:
    """Its capture devices would be answered for without it."""
    device_id = office.site.device_id
    await hass.config_entries.async_unload(office.entry.entry_id)
    with pytest.raises(ServiceValidationError) as raised:
        await act(hass, "get_attendance", {}, target={"device_id": device_id})
    assert raised.value.translation_key == "service_config_entry_not_loaded"


async def test_only_administrators_and_automations_may_ask(
    hass: HomeAssistant, office: Office, hass_read_only_user: MockUser
) -> None:
    """It is about everybody's working hours."""
    with pytest.raises(Unauthorized):
        await attendance(hass, office, user=hass_read_only_user)


async def test_too_many_records_are_an_error_in_words(
    hass: HomeAssistant, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over all days and boxes together."""
    monkeypatch.setattr(attendance_module, "_MOST_RECORDS", 3)
    days: dict[str, Any] = {"start_date": date_ago(2), "end_date": date_ago(1)}
    for hour in range(3):
        await past(office, office.entrance, days_ago(2, 8 + hour), FRIEND)
    assert len((await attendance(hass, office, **days))["attendance"]) == 1
    await past(office, office.other_entrance, days_ago(1, 8), FRIEND)
    with pytest.raises(HomeAssistantError) as raised:
        await attendance(hass, office, **days)
    assert raised.value.translation_key == "attendance_too_many_records"
    assert "more than 3 records" in str(raised.value)


async def test_many_people_and_pages_are_all_counted(
    hass: HomeAssistant, office: Office
) -> None:
    """More than a page, and more people than are folded at once."""
    for number in range(130):
        who = Identity(str(30_000 + number), f"Person {number}")
        await past(office, office.entrance, days_ago(1, 8, number % 60), who)
        await past(office, office.exit, days_ago(1, 9, number % 60), who)
    response = await attendance(
        hass, office, start_date=date_ago(1), end_date=date_ago(1)
    )
    rows = response["attendance"]
    assert len(rows) == 130
    assert {(row["recognitions"], row["minutes_inside"]) for row in rows} == {(2, 60)}
    assert [row["first"] for row in rows] == sorted(row["first"] for row in rows)


async def test_one_question_is_read_after_the_other(
    hass: HomeAssistant, office: Office
) -> None:
    """Both are answered."""
    await past(office, office.entrance, days_ago(1, 8), FRIEND)
    answers = await asyncio.gather(
        *(attendance(hass, office, start_date=date_ago(1)) for _ in range(3))
    )
    assert [len(each["attendance"]) for each in answers] == [1, 1, 1]
