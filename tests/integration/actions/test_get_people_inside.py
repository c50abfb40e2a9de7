"""The action that returns who is inside sites."""

from datetime import datetime
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser  # type: ignore[import-untyped]  # It ships no py.typed.

from custom_components.se_aibox.actions import get_people_inside
from custom_components.se_aibox.people.following import PeopleConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError, Unauthorized
from homeassistant.util import dt as dt_util
from tests.integration.people.followed_people import (
    ENTRY_IDS,
    TOM,
    device_id_of,
    follow,
    person_of,
)
from tests.integration.recognition.automation_helpers import FRIEND, GUEST
from tests.integration.site.site_helpers import Office, make_site_entry, site_options

from .action_helpers import act

pytest_plugins = [
    "tests.integration.people.people_fixtures",
    "tests.integration.site.site_fixtures",
]


async def inside(hass: HomeAssistant, **target: object) -> list[dict[str, Any]]:
    """Return the sites in the response."""
    response = await act(hass, "get_people_inside", {}, target=target)
    sites: list[dict[str, Any]] = response["sites"]
    return sites


async def test_response_has_who_is_inside_since_when(
    hass: HomeAssistant, office: Office, people: PeopleConfigEntry
) -> None:
    """Longest first, with where they were seen last."""
    tom = await follow(hass, people, "Tom", TOM)
    await office.sees(office.entrance, person_of(office.boxes.nested, TOM))
    await office.sees(office.other_entrance, GUEST)
    await office.sees(office.room, GUEST)
    [site] = await inside(hass, device_id=office.site.device_id)
    seen = site.pop("people")
    assert site == {
        "site_entry_id": office.entry.entry_id,
        "site_device_id": office.site.device_id,
        "site_name": "Office",
        "count_inside": 2,
        "up_to_date": True,
    }
    times = [
        [datetime.fromisoformat(each.pop(key)) for key in ("inside_since", "last_seen")]
        for each in seen
    ]
    assert times[0][0] == times[0][1] < times[1][0] < times[1][1] <= dt_util.utcnow()
    assert seen == [
        {
            "entry_id": ENTRY_IDS["nested"],
            "identity_id": TOM,
            "identity_name": "Tom",
            "person_type": "employee",
            "followed_device_ids": [device_id_of(hass, tom)],
            "device_id": office.entrance,
            "capture_device_name": office.boxes.nested.devices[0].name,
        },
        {
            "entry_id": ENTRY_IDS["flat"],
            "identity_id": GUEST.identity_id,
            "identity_name": "Anna",
            "person_type": "visitor",
            "followed_device_ids": [],
            "device_id": office.room,
            "capture_device_name": office.boxes.flat.devices[1].name,
        },
    ]


async def test_every_targeted_site_answers(hass: HomeAssistant, office: Office) -> None:
    """Its entity may be the target."""
    other = make_site_entry(site_options(["gone"]), "Campus", "01OTHERSITE")
    await hass.config_entries.async_add(other)
    await hass.async_block_till_done()
    found = await inside(
        hass,
        entity_id="binary_sensor.office_occupied",
        device_id=other.runtime_data.device_id,
    )
    assert {each["site_name"]: each["up_to_date"] for each in found} == {
        "Office": True,
        "Campus": False,
    }


async def test_no_more_than_a_thousand_people_are_listed(
    hass: HomeAssistant, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All count."""
    monkeypatch.setattr(get_people_inside, "_MOST_PEOPLE", 1)
    await office.sees(office.entrance, FRIEND)
    await office.sees(office.entrance, GUEST)
    [site] = await inside(hass, device_id=office.site.device_id)
    assert site["count_inside"] == 2
    assert [each["identity_name"] for each in site["people"]] == ["小明"]


async def test_target_without_a_site_is_refused(
    hass: HomeAssistant, office: Office
) -> None:
    """A capture device is none."""
    with pytest.raises(ServiceValidationError) as raised:
        await inside(hass, device_id=office.entrance)
    assert raised.value.translation_key == "no_site_targeted"


async def test_user_who_may_not_read_the_site_is_refused(
    hass: HomeAssistant, office: Office, hass_read_only_user: MockUser
) -> None:
    """Everybody else may ask."""
    target = {"device_id": office.site.device_id}
    user = hass_read_only_user
    response = await act(hass, "get_people_inside", {}, target=target, user=user)
    assert response["sites"]
    user.mock_policy({})
    with pytest.raises(Unauthorized):
        await act(hass, "get_people_inside", {}, target=target, user=user)
