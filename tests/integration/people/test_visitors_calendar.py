"""The calendar of visitors."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from tests.integration.conftest import ClientGenerator
from tests.integration.helpers import state_of

from .visit_helpers import Visits

pytest_plugins = [
    "tests.integration.entity_fixtures",
    "tests.integration.people.people_fixtures",
    "tests.integration.people.visit_fixtures",
]

CALENDAR = "calendar.visitors"


async def look(
    hass: HomeAssistant, hass_client: ClientGenerator, first: float, last: float
) -> list[dict[str, Any]]:
    """Return the events between some hours from now, as the frontend asks."""
    client = await hass_client()
    now = dt_util.utcnow()
    start, end = (now + timedelta(hours=each) for each in (first, last))
    answer = await client.get(
        f"/api/calendars/{CALENDAR}",
        params={"start": start.isoformat(), "end": end.isoformat()},
    )
    assert answer.status == HTTPStatus.OK
    events: list[dict[str, Any]] = await answer.json()
    return events


@pytest.mark.usefixtures("people")
async def test_calendar_is_disabled_by_default(
    entity_registry: er.EntityRegistry,
) -> None:
    """It shows visitors and their hosts to all users."""
    entity = entity_registry.async_get(CALENDAR)
    assert entity is not None
    assert entity.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    assert entity.device_id is None


@pytest.mark.usefixtures("every_entity_enabled")
async def test_visit_on_several_boxes_is_one_event(
    hass: HomeAssistant, hass_client: ClientGenerator, visits: Visits
) -> None:
    """With the host, the company and the purpose."""
    assert state_of(hass, CALENDAR) == "off"
    visitor = await visits.enroll()
    [event] = await look(hass, hass_client, -1, 24)
    assert event["summary"] == "Anna Smith"
    assert event["description"] == "Host: Tom\nCompany: Acme\nPurpose: Interview"
    assert event["location"] == "New box, Old box"
    assert event["start"] == {
        "dateTime": dt_util.as_local(visitor.valid_from).isoformat()
    }
    assert event["end"] == {
        "dateTime": dt_util.as_local(visitor.valid_until).isoformat()
    }
    assert state_of(hass, CALENDAR) == "on"
    assert await look(hass, hass_client, 2, 3) == []
    assert await look(hass, hass_client, -3, -2) == []


@pytest.mark.usefixtures("every_entity_enabled")
async def test_state_is_about_the_current_visit_or_the_next_one(
    hass: HomeAssistant, hass_client: ClientGenerator, visits: Visits
) -> None:
    """Details that were not given are left out."""
    begin = visits.clock.now() + timedelta(hours=2)
    await visits.enroll(
        visits.boxes.flat,
        identity_id="V200",
        name="Ben",
        hours=3,
        valid_from=begin,
        company=None,
        purpose=None,
    )
    state = hass.states.get(CALENDAR)
    assert state is not None
    assert (state.state, state.attributes["message"]) == ("off", "Ben")
    assert state.attributes["description"] == "Host: Tom"
    await visits.enroll(visits.boxes.flat)
    state = hass.states.get(CALENDAR)
    assert state is not None
    assert (state.state, state.attributes["message"]) == ("on", "Anna Smith")
    assert [each["summary"] for each in await look(hass, hass_client, 0, 9)] == [
        "Anna Smith",
        "Ben",
    ]
    # It ends, and the next one has not begun.
    await visits.end()
    state = hass.states.get(CALENDAR)
    assert state is not None
    assert (state.state, state.attributes["message"]) == ("off", "Ben")


@pytest.mark.usefixtures("every_entity_enabled")
async def test_name_and_details_are_not_recorded(
    hass: HomeAssistant, visits: Visits
) -> None:
    """Home Assistant itself leaves out the description."""
    await visits.enroll()
    state = hass.states.get(CALENDAR)
    assert state is not None
    assert state.state_info is not None
    unrecorded = state.state_info["unrecorded_attributes"]
    assert {"message", "location", "description"} <= unrecorded
