"""The roll call of a site, with two boxes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from custom_components.se_aibox.const import EVENT_RECOVERED
from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import Identity
from homeassistant.components.homeassistant import async_should_expose
from homeassistant.components.homeassistant.exposed_entities import (
    DATA_EXPOSED_ENTITIES,
    KNOWN_ASSISTANTS,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from tests.integration.box.recovery_helpers import disconnect
from tests.integration.conftest import WebSocketGenerator
from tests.integration.helpers import (
    FiredEvents,
    let_time_pass,
    record,
    state_of,
    until_listening,
)
from tests.integration.people.followed_people import ENTRY_IDS, TOM, follow, person_of
from tests.integration.recognition.automation_helpers import CHIEF, FRIEND, GUEST

from .roll_call_helpers import (
    BUTTON,
    LIST,
    MISSING,
    check,
    gather_in_the_room,
    items,
    missing,
    start,
)
from .site_helpers import SITE_ENTRY_ID, Office

pytest_plugins = [
    "tests.integration.people.people_fixtures",
    "tests.integration.site.site_fixtures",
]

KEY = f"se_aibox.roll_call.{SITE_ENTRY_ID}"
type Storage = dict[str, Any]


async def both_enter(office: Office) -> None:
    """Let two people enter, one by each box."""
    await office.sees(office.entrance, FRIEND)
    await office.sees(office.other_entrance, GUEST)


async def miss_an_exit(
    hass: HomeAssistant, office: Office, minutes_ago: float = 0
) -> None:
    """Let the friend leave while the box is disconnected, and reconnect it."""
    box = office.boxes.nested
    entry = hass.config_entries.async_get_known_entry(ENTRY_IDS[box.dialect])
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    await disconnect(box, entry)
    moment = dt_util.utcnow() - timedelta(minutes=minutes_ago)
    await record(box, moment, FRIEND, 1)
    await box.port("events").open()
    await recovered.next()
    await until_listening(entry)
    await hass.async_block_till_done()


async def test_list_is_unknown_before_the_first_roll_call(
    hass: HomeAssistant, office: Office
) -> None:
    """Zero would mean that everyone is safe."""
    assert state_of(hass, LIST) == state_of(hass, MISSING) == "unknown"
    assert await items(hass) == []
    await office.sees(office.exit, FRIEND)
    assert state_of(hass, MISSING) == "unknown"
    with pytest.raises(KeyError):
        office.site.roll_calls.async_check("uid", is_accounted=True)
    assert not office.site.roll_calls.async_erase(lambda _: True)


async def test_button_lists_the_people_inside(
    hass: HomeAssistant, office: Office
) -> None:
    """Longest inside first, as text."""
    await both_enter(office)
    await start(hass)
    assert state_of(hass, LIST) == state_of(hass, MISSING) == "2"
    assert await missing(hass) == ["小明", "Anna"]
    sensor = hass.states.get(MISSING)
    assert sensor is not None
    assert sensor.attributes["people"] == ["小明", "Anna"]
    started_at = datetime.fromisoformat(sensor.attributes["started_at"])
    assert started_at <= dt_util.utcnow()
    assert state_of(hass, BUTTON) != "unknown"


async def test_names_are_not_recorded(hass: HomeAssistant, office: Office) -> None:
    """The list has them in no state, and the sensor in an unrecorded attribute."""
    await both_enter(office)
    await start(hass)
    todo, sensor = hass.states.get(LIST), hass.states.get(MISSING)
    assert todo is not None
    assert "Anna" not in str(todo.as_dict())
    assert sensor is not None
    assert sensor.state_info is not None
    assert "people" in sensor.state_info["unrecorded_attributes"]
    assert "Anna" not in str({**sensor.attributes, "people": None})


async def test_exit_and_assembly_point_check_off(
    hass: HomeAssistant, office: Office
) -> None:
    """Each by a box of its own. An entrance and a stranger do not."""
    await gather_in_the_room(office)
    await both_enter(office)
    await start(hass)
    await office.sees(office.other_entrance, GUEST)
    await office.sees(office.room, None)
    assert state_of(hass, MISSING) == "2"
    await office.sees(office.exit, FRIEND)
    assert await missing(hass) == ["Anna"]
    await office.sees(office.room, GUEST)
    assert state_of(hass, LIST) == state_of(hass, MISSING) == "0"
    done = await items(hass, "completed")
    assert [item["summary"] for item in done] == ["小明", "Anna"]
    assert all(dt_util.parse_datetime(item["completed"]) for item in done)


async def test_device_inside_does_not_check_off(
    hass: HomeAssistant, office: Office
) -> None:
    """The room is no assembly point yet."""
    await both_enter(office)
    await start(hass)
    await office.sees(office.room, GUEST)
    assert state_of(hass, MISSING) == "2"
    await gather_in_the_room(office)
    await office.sees(office.room, GUEST)
    assert await missing(hass) == ["小明"]


async def test_person_is_checked_off_by_hand_and_back(
    hass: HomeAssistant, office: Office
) -> None:
    """By name or uid."""
    await both_enter(office)
    await start(hass)
    await check(hass, "Anna")
    assert await missing(hass) == ["小明"]
    [anna] = await items(hass, "completed")
    await check(hass, anna["uid"], "needs_action")
    assert await missing(hass) == ["小明", "Anna"]


async def test_frontend_checks_off_with_the_name_as_it_is(
    hass: HomeAssistant, office: Office
) -> None:
    """It always sends the name, from which Home Assistant removes blanks."""
    await office.sees(office.entrance, Identity("4711", " Tom "))
    await start(hass)
    [item] = await items(hass)
    await hass.services.async_call(
        "todo",
        "update_item",
        {"item": item["uid"], "rename": item["summary"], "status": "completed"},
        target={"entity_id": LIST},
        blocking=True,
    )
    assert await missing(hass) == []


async def test_person_cannot_be_renamed(hass: HomeAssistant, office: Office) -> None:
    """Nor added or removed."""
    await both_enter(office)
    await start(hass)
    with pytest.raises(ServiceValidationError) as raised:
        await hass.services.async_call(
            "todo",
            "update_item",
            {"item": "Anna", "rename": "Ann", "status": "completed"},
            target={"entity_id": LIST},
            blocking=True,
        )
    assert raised.value.translation_key == "roll_call_only_checked"
    assert state_of(hass, MISSING) == "2"
    state = hass.states.get(LIST)
    assert state is not None
    assert state.attributes["supported_features"] == 4


async def test_recovered_exit_after_the_start_checks_off(
    hass: HomeAssistant, office: Office
) -> None:
    """The box was disconnected."""
    await both_enter(office)
    await start(hass)
    await miss_an_exit(hass, office)
    assert await missing(hass) == ["Anna"]


async def test_recovered_exit_before_the_start_does_not(
    hass: HomeAssistant, office: Office
) -> None:
    """A person who left before the alarm stays on the list until checked by hand."""
    await both_enter(office)
    await start(hass)
    await miss_an_exit(hass, office, minutes_ago=3)
    assert await missing(hass) == ["小明", "Anna"]


async def test_exit_from_the_future_does_not(
    hass: HomeAssistant, office: Office
) -> None:
    """Its time is unknown, perhaps before the start."""
    await both_enter(office)
    await start(hass)
    box = office.boxes.nested
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    later = dt_util.utcnow() + timedelta(minutes=3)
    await box.recognize(
        box.devices[1], FRIEND, timestamp_ms=round(later.timestamp() * 1000)
    )
    await recovered.next()
    await hass.async_block_till_done()
    assert await missing(hass) == ["小明", "Anna"]


@pytest.mark.parametrize("missing_box", [False, True])
async def test_recovered_exit_of_a_box_with_wrong_times_does_not(
    hass: HomeAssistant,
    office: Office,
    missing_box: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nor of one that is being unloaded."""
    entry = hass.config_entries.async_get_known_entry(ENTRY_IDS["nested"])
    raised: Callable[[object], bool] = lambda fault: fault == "times_off"  # noqa: E731
    await both_enter(office)
    await start(hass)
    if missing_box:
        monkeypatch.setattr(
            "custom_components.se_aibox.site.roll_call_keeper.async_loaded_box",
            lambda *_: None,
        )
    else:
        monkeypatch.setattr(entry.runtime_data.issues, "is_raised", raised)
    await miss_an_exit(hass, office)
    assert await missing(hass) == ["小明", "Anna"]


async def test_second_roll_call_replaces_the_first(
    hass: HomeAssistant, office: Office
) -> None:
    """A check on the old list does not count."""
    await both_enter(office)
    await start(hass)
    [_, anna] = await items(hass)
    await office.sees(office.exit, GUEST)
    await office.sees(office.entrance, CHIEF)
    assert await missing(hass) == ["小明"]
    await start(hass)
    assert await missing(hass) == ["小明", "Ms. Wu"]
    with pytest.raises(ServiceValidationError):
        await check(hass, anna["uid"])
    await office.sees(office.exit, CHIEF)
    assert await missing(hass) == ["小明"]


async def test_person_who_enters_during_a_roll_call_is_not_on_the_list(
    hass: HomeAssistant, office: Office
) -> None:
    """They may be a fire fighter. The next list has them."""
    await both_enter(office)
    await start(hass)
    await office.sees(office.entrance, CHIEF)
    await office.sees(office.exit, CHIEF)
    assert await missing(hass) == ["小明", "Anna"]


async def test_person_who_is_forgotten_during_a_roll_call_stays_on_the_list(
    hass: HomeAssistant, office: Office
) -> None:
    """They were not seen to leave."""
    await both_enter(office)
    await start(hass)
    office.hours_pass(17)
    assert office.site.count == 0
    assert await missing(hass) == ["小明", "Anna"]


async def test_person_with_two_ids_is_one_item_checked_off_by_either(
    hass: HomeAssistant, office: Office, people: PeopleConfigEntry
) -> None:
    """Also by an id that was never seen inside, and followed only later."""
    tom = person_of(office.boxes.nested, TOM)
    other = next(each for each in office.boxes.flat.people if each.identity_id != TOM)
    await gather_in_the_room(office)
    await office.sees(office.entrance, tom)
    await office.sees(office.entrance, GUEST)
    await start(hass)
    await office.sees(office.room, other)
    assert state_of(hass, MISSING) == "2"
    await follow(hass, people, "Tom", TOM, other.identity_id)
    await office.sees(office.room, other)
    assert await missing(hass) == ["Anna"]


async def test_roll_call_goes_on_after_a_restart(
    hass: HomeAssistant, office: Office, hass_storage: Storage
) -> None:
    """It is saved within a second or two, and fires nothing."""
    await both_enter(office)
    await start(hass)
    await check(hass, "Anna")
    let_time_pass(hass, timedelta(seconds=2))
    await hass.async_block_till_done()
    assert len(hass_storage[KEY]["data"]["roll_call"]["listed"]) == 2
    before = office.site.roll_calls.current
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    assert office.site.roll_calls.current == before
    assert await missing(hass) == ["小明"]
    await office.sees(office.exit, FRIEND)
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    assert state_of(hass, MISSING) == "0"


async def test_roll_call_is_erased_after_a_week_and_with_the_site(
    hass: HomeAssistant, office: Office, hass_storage: Storage
) -> None:
    """It is personal data."""
    await both_enter(office)
    await start(hass)
    office.hours_pass(7 * 24 - 1)
    assert state_of(hass, MISSING) == "2"
    office.hours_pass(7 * 24)
    await hass.async_block_till_done()
    assert state_of(hass, MISSING) == state_of(hass, LIST) == "unknown"
    await hass.config_entries.async_unload(office.entry.entry_id)
    assert hass_storage[KEY]["data"] == {"roll_call": None}
    assert await hass.config_entries.async_setup(office.entry.entry_id)
    assert office.site.roll_calls.current is None
    await hass.config_entries.async_remove(office.entry.entry_id)
    assert KEY not in hass_storage


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"roll_call": []},
        {"roll_call": {"started_at": "x", "listed": []}},
        {"roll_call": {"started_at": "2026-11-30T12:00:00+00:00", "listed": [{}]}},
        {
            "roll_call": {
                "started_at": "2026-11-30T12:00:00+00:00",
                "listed": [{"uid": "1", "accounted_at": None, "identities": []}],
            }
        },
    ],
)
async def test_damaged_roll_call_is_a_repair(
    hass: HomeAssistant, office: Office, hass_storage: Storage, data: object
) -> None:
    """The books are kept. The repair goes with the site."""
    await office.sees(office.entrance, FRIEND)
    await hass.config_entries.async_unload(office.entry.entry_id)
    hass_storage[KEY] = {"version": 1, "minor_version": 1, "key": KEY, "data": data}
    assert await hass.config_entries.async_setup(office.entry.entry_id)
    issue_id = f"site_roll_call_lost_{SITE_ENTRY_ID}"
    assert ir.async_get(hass).async_get_issue("se_aibox", issue_id)
    assert office.names == ["小明"]
    assert state_of(hass, LIST) == "unknown"
    await hass.config_entries.async_remove(office.entry.entry_id)
    assert not ir.async_get(hass).async_get_issue("se_aibox", issue_id)


@pytest.mark.parametrize("assistant", KNOWN_ASSISTANTS)
async def test_list_is_not_exposed_until_the_user_exposes_it(
    hass: HomeAssistant,
    office: Office,
    hass_ws_client: WebSocketGenerator,
    assistant: str,
) -> None:
    """New entities may be exposed by default. The user's choice stays."""
    assert await async_setup_component(hass, "homeassistant", {})
    exposed = hass.data[DATA_EXPOSED_ENTITIES]
    exposed.async_set_expose_new_entities(assistant, True)
    assert not async_should_expose(hass, assistant, LIST)
    assert not async_should_expose(hass, assistant, MISSING)
    assert not async_should_expose(hass, assistant, BUTTON)
    client = await hass_ws_client()
    await client.send_json_auto_id(
        {
            "type": "homeassistant/expose_entity",
            "assistants": [assistant],
            "entity_ids": [LIST],
            "should_expose": True,
        }
    )
    assert (await client.receive_json())["success"]
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    assert async_should_expose(hass, assistant, LIST)


async def test_phone_sees_each_change_of_the_list(
    hass: HomeAssistant, office: Office, hass_ws_client: WebSocketGenerator
) -> None:
    """The panel of to-do lists subscribes to it."""
    await both_enter(office)
    client = await hass_ws_client()
    await client.send_json_auto_id({"type": "todo/item/subscribe", "entity_id": LIST})
    assert (await client.receive_json())["success"]
    assert (await client.receive_json())["event"] == {"items": []}
    await start(hass)
    await office.sees(office.exit, FRIEND)
    started, checked = [
        [
            (item["summary"], item["status"])
            for item in (await client.receive_json())["event"]["items"]
        ]
        for _ in range(2)
    ]
    assert started == [("小明", "needs_action"), ("Anna", "needs_action")]
    assert checked == [("小明", "completed"), ("Anna", "needs_action")]
