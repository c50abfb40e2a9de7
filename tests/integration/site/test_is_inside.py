"""The condition *Person is inside* in real automations."""

from typing import Any

import pytest

from custom_components.se_aibox.people.following import PeopleConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from tests.integration.conftest import ClientGenerator, WebSocketGenerator
from tests.integration.helpers import until
from tests.integration.people.followed_people import (
    ENTRY_IDS,
    TOM,
    device_id_of,
    follow,
    person_of,
)
from tests.integration.recognition.automation_helpers import (
    ASK,
    FRIEND,
    GUEST,
    automate,
    complaint_on_saving,
    holds,
)

from .site_helpers import Office

pytest_plugins = [
    "tests.integration.people.people_fixtures",
    "tests.integration.site.site_fixtures",
]

type Config = dict[str, Any]


def is_inside(office: Office, **options: object) -> Config:
    """Return the condition for the site."""
    return {
        "condition": "se_aibox.is_inside",
        "target": {"device_id": office.site.device_id},
        "options": options,
    }


async def test_condition_without_options_holds_while_anyone_is_inside(
    hass: HomeAssistant, office: Office
) -> None:
    """It needs no options: then everyone counts."""
    condition = is_inside(office)
    del condition["options"]
    runs = await automate(hass, ASK, condition)
    assert not await holds(hass, runs)
    await office.sees(office.entrance, FRIEND)
    assert await holds(hass, runs)
    await office.sees(office.exit, FRIEND)
    assert not await holds(hass, runs)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"people": [FRIEND.identity_id]}, True),
        ({"people": ["小明", "Nobody"]}, True),
        ({"people": [GUEST.identity_id]}, False),
        ({"person_types": ["employee"]}, True),
        ({"person_types": ["visitor"]}, False),
    ],
)
async def test_condition_may_be_about_some_people(
    hass: HomeAssistant, office: Office, options: Config, expected: bool
) -> None:
    """By id, name or type."""
    runs = await automate(hass, ASK, is_inside(office, **options))
    await office.sees(office.entrance, FRIEND)
    assert await holds(hass, runs) is expected


async def test_followed_person_is_inside_under_any_id(
    hass: HomeAssistant, office: Office, people: PeopleConfigEntry
) -> None:
    """Also under the one that was seen before."""
    other = next(each for each in office.boxes.flat.people if each.identity_id != TOM)
    tom = await follow(hass, people, "Tom", TOM, other.identity_id)
    await office.sees(office.entrance, person_of(office.boxes.nested, TOM))
    await office.sees(office.room, other)
    assert office.site.count == 1
    runs = await automate(
        hass,
        ASK,
        is_inside(office, people=[TOM]),
        is_inside(office, people=[other.identity_id]),
        is_inside(office, followed=[device_id_of(hass, tom)]),
    )
    assert await holds(hass, runs)


@pytest.mark.parametrize("negated", [False, True])
async def test_condition_is_an_error_until_the_books_are_up_to_date(
    hass: HomeAssistant,
    office: Office,
    negated: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither it nor its negation is true."""
    condition = is_inside(office)
    if negated:
        condition = {"condition": "not", "conditions": [condition]}
    else:
        await office.sees(office.entrance, FRIEND)
    runs = await automate(hass, ASK, condition)
    assert await holds(hass, runs)
    entry_id = ENTRY_IDS["nested"]
    await hass.config_entries.async_unload(entry_id)
    assert not await holds(hass, runs)
    assert "who is inside Office is not known until" in caplog.text
    await hass.config_entries.async_setup(entry_id)
    await until(office.may_be_trusted)
    assert await holds(hass, runs)
    caplog.clear()


@pytest.mark.parametrize("negated", [False, True])
async def test_condition_is_an_error_without_a_loaded_site(
    hass: HomeAssistant,
    office: Office,
    negated: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The target has only a box, or the site is disabled."""
    condition = is_inside(office)
    await hass.config_entries.async_unload(office.entry.entry_id)
    if negated:
        condition = {"condition": "not", "conditions": [condition]}
    runs = await automate(hass, ASK, condition)
    assert not await holds(hass, runs)
    assert "no site in the target is loaded" in caplog.text
    caplog.clear()


async def test_invalid_condition_is_rejected_with_a_reason(
    hass: HomeAssistant, office: Office, hass_client: ClientGenerator
) -> None:
    """The editor shows it."""
    condition = {**is_inside(office), "target": {}}
    assert "choose at least one site" in await complaint_on_saving(
        hass, hass_client, ASK, condition
    )


async def test_editor_shows_live_whether_the_condition_holds(
    hass: HomeAssistant, office: Office, hass_ws_client: WebSocketGenerator
) -> None:
    """It follows the books."""
    assert await async_setup_component(hass, "automation", {})
    client = await hass_ws_client()
    await client.send_json_auto_id(
        {"type": "subscribe_condition", "condition": is_inside(office)}
    )
    assert (await client.receive_json())["success"]
    assert (await client.receive_json())["event"]["result"] is False
    await office.sees(office.entrance, FRIEND)
    assert (await client.receive_json())["event"]["result"] is True
