"""The attendance calendar of a site, which reads the history on demand."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest

from custom_components.se_aibox import calendar as calendar_module
from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import EmulatedSe3
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from tests.integration.actions.attendance_helpers import BERLIN, days_ago, past
from tests.integration.conftest import ClientGenerator
from tests.integration.helpers import (
    RECOGNITION,
    FiredEvents,
    history_requests,
    state_of,
)
from tests.integration.people.followed_people import TOM, follow, person_of
from tests.integration.recognition.automation_helpers import FRIEND, GUEST
from tests.integration.se3.se3_helpers import add, make_se3_entry

from .site_helpers import Office

pytest_plugins = [
    "tests.integration.entity_fixtures",
    "tests.integration.people.people_fixtures",
    "tests.integration.se3.se3_fixtures",
    "tests.integration.site.site_fixtures",
]

CALENDAR = "calendar.office_attendance"
MONTH = 42


@pytest.fixture
async def calendar(
    hass: HomeAssistant, every_entity_enabled: None, office: Office
) -> Office:
    """Set up a site with its calendar, where a day is 24 hours long."""
    await hass.config.async_set_time_zone("Asia/Shanghai")
    return office


async def look(
    hass: HomeAssistant, hass_client: ClientGenerator, days: float, until: float = -1
) -> tuple[HTTPStatus, Any]:
    """Ask as the frontend does; return the answer."""
    client = await hass_client()
    start, end = (
        dt_util.start_of_local_day() - timedelta(days=each) for each in (days, until)
    )
    answer = await client.get(
        f"/api/calendars/{CALENDAR}",
        params={"start": start.isoformat(), "end": end.isoformat()},
    )
    return HTTPStatus(answer.status), await answer.json()


def asked(office: Office) -> int:
    """Return how many pages of history were requested."""
    return sum(map(history_requests, office.boxes))


async def test_calendar_is_disabled_by_default(
    hass: HomeAssistant, office: Office, entity_registry: er.EntityRegistry
) -> None:
    """It shows the working hours of all people to all users."""
    entity = entity_registry.async_get(CALENDAR)
    assert entity is not None
    assert entity.disabled_by is er.RegistryEntryDisabler.INTEGRATION


async def test_day_of_a_person_is_one_event(
    hass: HomeAssistant, calendar: Office, hass_client: ClientGenerator
) -> None:
    """From the first to the last sighting; there is no current event."""
    office = calendar
    await past(office, office.entrance, days_ago(1, 8), FRIEND)
    await past(office, office.exit, days_ago(1, 12), FRIEND)
    await past(office, office.exit, days_ago(1, 17), FRIEND)
    await past(office, office.room, days_ago(2, 9), GUEST)
    status, events = await look(hass, hass_client, 7)
    assert status is HTTPStatus.OK
    doors = office.boxes.nested.devices
    assert [
        (each["summary"], each["start"], each["end"], each["description"])
        for each in events
    ] == [
        (
            "Anna",
            {"dateTime": days_ago(2, 9).isoformat()},
            {"dateTime": days_ago(2, 9).isoformat()},
            office.boxes.flat.devices[1].name,
        ),
        (
            "小明",
            {"dateTime": days_ago(1, 8).isoformat()},
            {"dateTime": days_ago(1, 17).isoformat()},
            f"{doors[0].name} – {doors[1].name}",
        ),
    ]
    assert state_of(hass, CALENDAR) == "off"
    # Sightings outside the span of a cut-off day are left out.
    assert (await look(hass, hass_client, 1.4, 0.7))[1] == []


async def test_finished_day_is_read_once(
    hass: HomeAssistant, calendar: Office, hass_client: ClientGenerator
) -> None:
    """A month view must not storm a box; only today is read again."""
    office = calendar
    await past(office, office.entrance, days_ago(20, 8), FRIEND)
    before = asked(office)
    status, events = await look(hass, hass_client, MONTH - 1)
    assert (status, len(events)) == (HTTPStatus.OK, 1)
    # An empty page may be asked for in each unit of time until the first row.
    first = asked(office) - before
    assert MONTH * 2 <= first <= MONTH * 4
    before = asked(office)
    assert await look(hass, hass_client, MONTH - 1) == (status, events)
    # Today, and yesterday for the first hour after midnight.
    assert asked(office) - before <= 8


async def test_kept_days_are_few_and_forgotten_when_their_meaning_changes(
    hass: HomeAssistant,
    calendar: Office,
    people: PeopleConfigEntry,
    hass_client: ClientGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The events of a day depend on the options and the followed people."""
    office = calendar
    monkeypatch.setattr(calendar_module, "_MOST_KEPT_DAYS", 3)
    who = person_of(office.boxes.nested, TOM)
    await past(office, office.entrance, days_ago(4, 8), who)
    await past(office, office.exit, days_ago(4, 9), who)
    assert len((await look(hass, hass_client, 8, 2))[1]) == 1
    before = asked(office)
    await look(hass, hass_client, 4, 2)
    assert asked(office) == before
    await look(hass, hass_client, 8, 6)
    assert asked(office) > before
    await office.change(person_types=["visitor"])
    assert (await look(hass, hass_client, 8, 2))[1] == []
    await office.change(person_types=["employee"])
    assert len((await look(hass, hass_client, 8, 2))[1]) == 1
    before = asked(office)
    await follow(hass, people, "Tom", TOM)
    assert len((await look(hass, hass_client, 4, 2))[1]) == 1
    assert asked(office) > before


async def test_box_that_is_away_is_an_error_in_words(
    hass: HomeAssistant, calendar: Office, hass_client: ClientGenerator
) -> None:
    """An incomplete list would mislead, and is not kept."""
    office = calendar
    await past(office, office.other_entrance, days_ago(2, 8), FRIEND)
    await office.boxes.nested.port("rest").close()
    status, answer = await look(hass, hass_client, 3)
    assert status is HTTPStatus.INTERNAL_SERVER_ERROR
    assert "could not be read from Old box" in answer["message"]


async def test_box_without_a_history_is_left_out(
    hass: HomeAssistant,
    calendar: Office,
    se3: EmulatedSe3,
    base: str,
    hass_client: ClientGenerator,
) -> None:
    """With an SE3, the calendar would always be an error."""
    office = calendar
    await add(hass, make_se3_entry(se3))
    pushed = FiredEvents(hass, RECOGNITION)
    await se3.recognize(se3.devices[0], se3.people[0])
    door = (await pushed.next())["device_id"]
    await office.change(inside=[office.room, door])
    await past(office, office.entrance, days_ago(1, 8), FRIEND)
    status, events = await look(hass, hass_client, 3)
    assert status is HTTPStatus.OK
    assert [each["summary"] for each in events] == ["小明"]


@pytest.mark.parametrize(
    ("days", "limit", "message"),
    [
        (MONTH, 20_000, "At most 42 days"),
        (3, 1, "more than 1 records"),
    ],
)
async def test_too_large_a_question_is_an_error_in_words(
    hass: HomeAssistant,
    calendar: Office,
    hass_client: ClientGenerator,
    monkeypatch: pytest.MonkeyPatch,
    days: int,
    limit: int,
    message: str,
) -> None:
    """Too many days, or too many records."""
    office = calendar
    monkeypatch.setattr(calendar_module, "_MOST_RECORDS", limit)
    for hour in (8, 9):
        await past(office, office.entrance, days_ago(2, hour), FRIEND)
    status, answer = await look(hass, hass_client, days)
    assert status is HTTPStatus.INTERNAL_SERVER_ERROR
    assert message in answer["message"]


async def test_future_has_no_events_and_no_questions(
    hass: HomeAssistant, calendar: Office, hass_client: ClientGenerator
) -> None:
    """No one was seen then."""
    before = asked(calendar)
    assert await look(hass, hass_client, -3, -400) == (HTTPStatus.OK, [])
    assert asked(calendar) == before


async def test_passage_does_not_write_the_calendar(
    hass: HomeAssistant, calendar: Office
) -> None:
    """Each open calendar would ask the boxes again."""
    state = hass.states.get(CALENDAR)
    assert state is not None
    await calendar.sees(calendar.entrance, FRIEND)
    after = hass.states.get(CALENDAR)
    assert after is not None
    assert after.last_reported == state.last_reported


async def test_days_of_the_calendar_begin_at_the_time_in_the_options(
    hass: HomeAssistant, calendar: Office, hass_client: ClientGenerator
) -> None:
    """A night shift is one event."""
    office = calendar
    await hass.config.async_set_time_zone(BERLIN)
    await past(office, office.entrance, days_ago(3, 22), FRIEND)
    await past(office, office.exit, days_ago(2, 4), FRIEND)
    assert len((await look(hass, hass_client, 7))[1]) == 2
    await office.change(day_begins_at="05:00:00")
    [event] = (await look(hass, hass_client, 7))[1]
    assert event["end"] == {"dateTime": days_ago(2, 4).isoformat()}
