"""Simulating a recognition: it runs an automation, and nothing else notices."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import voluptuous as vol

from custom_components.se_aibox.people.following import PeopleConfigEntry
from custom_components.se_aibox.recognition.memory import async_get_memory
from emulator import EmulatedBox
from homeassistant.auth.models import User
from homeassistant.const import EVENT_STATE_CHANGED, MATCH_ALL
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, Unauthorized
from homeassistant.helpers import device_registry as dr
from tests.integration.blueprints.blueprint_helpers import use_blueprint
from tests.integration.conftest import SetUp, WebSocketGenerator
from tests.integration.helpers import RECOGNITION, FiredEvents, history_requests
from tests.integration.people.followed_people import (
    PEOPLE_ENTRY_ID,
    TOM,
    device_id_of,
    follow,
)
from tests.integration.recognition.automation_helpers import (
    COLLEAGUE,
    FRIEND,
    Config,
    Door,
    automate,
    box_device_id,
    doors_of,
    not_triggered,
    recognized,
    replace_clock,
    seen,
)

from .action_helpers import act

pytest_plugins = [
    "tests.integration.blueprints.blueprint_fixtures",
    "tests.integration.entity_fixtures",
    "tests.integration.people.people_fixtures",
]

nested = pytest.mark.parametrize("dialect", ["nested"])


async def simulate(hass: HomeAssistant, door: Door, **data: object) -> None:
    """Simulate a recognition at a door."""
    await act(hass, "simulate_recognition", {"device_id": door.device_id, **data})
    await hass.async_block_till_done()


async def followed(hass: HomeAssistant, name: str, identity_id: str) -> str:
    """Follow somebody, and return their device."""
    people = hass.config_entries.async_get_known_entry(PEOPLE_ENTRY_ID)
    return device_id_of(hass, await follow(hass, people, name, identity_id))


def at(door: Door) -> Config:
    """Return the target for a door."""
    return {"device_id": door.device_id}


async def trigger_of(runs: FiredEvents) -> dict[str, Any]:
    """Return the trigger of the next run."""
    trigger: dict[str, Any] = (await runs.next())["trigger"]
    return trigger


@pytest.fixture
async def door(hass: HomeAssistant, box: EmulatedBox, set_up: SetUp) -> Door:
    """Return the front door of a box that is set up."""
    front_door, *_ = doors_of(hass, box, await set_up())
    return front_door


async def test_simulation_runs_only_triggers_that_want_it(
    hass: HomeAssistant, door: Door
) -> None:
    """The option is off by default."""
    runs = await automate(
        hass,
        [
            {**recognized(at(door)), "id": "by default"},
            {**recognized(at(door), simulated=False), "id": "off"},
            {**recognized(at(door), simulated=True), "id": "on"},
        ],
    )
    await simulate(hass, door, person_type="visitor")
    trigger = await trigger_of(runs)
    assert runs.unread == 0
    assert trigger["id"] == "on"
    assert trigger["simulated"] is True
    assert trigger["recognition_id"].startswith("simulated-")
    assert (trigger["person_type"], trigger["matched"]) == ("visitor", True)
    assert trigger["identity_name"] == "Simulated person"
    assert trigger["identity_id"] == trigger["recognition_id"]
    assert trigger["device_id"] == door.device_id
    assert trigger["capture_device_name"] == "Front door"
    assert (trigger["score"], trigger["group_name"]) == (None, None)
    assert (trigger["pictures"], trigger["media_ids"]) == ({}, {})
    assert trigger["earlier_sightings"] == []
    assert trigger["description"].startswith("simulated: ")


@nested
async def test_real_recognition_is_not_marked_as_simulated(
    hass: HomeAssistant, door: Door
) -> None:
    """A trigger with the option fires for both."""
    runs = await automate(hass, recognized(at(door), simulated=True))
    await door.sees(FRIEND)
    trigger = await trigger_of(runs)
    assert (trigger["simulated"], trigger["identity_name"]) == (False, "小明")


@nested
@pytest.mark.parametrize(
    ("person_type", "fired"),
    [
        ("employee", ["person_recognized"]),
        ("visitor", ["person_recognized"]),
        ("vip", ["person_recognized"]),
        ("stranger", ["stranger_seen"]),
        ("blocklisted", ["blocklisted_person_seen"]),
        ("other", []),
    ],
)
async def test_person_type_decides_which_triggers_run(
    hass: HomeAssistant, door: Door, person_type: str, fired: list[str]
) -> None:
    """As with somebody who is there."""
    runs = await automate(
        hass,
        [
            {**recognized(at(door), simulated=True), "id": "person_recognized"},
            *(
                {**seen(key, at(door), simulated=True), "id": key}
                for key in ("stranger_seen", "blocklisted_person_seen")
            ),
        ],
    )
    await simulate(hass, door, person_type=person_type)
    assert runs.unread == len(fired)
    assert [(await trigger_of(runs))["id"] for _ in fired] == fired


@nested
async def test_simulation_at_another_door_runs_nothing(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The target counts."""
    front_door, gate, *_ = doors_of(hass, box, await set_up())
    runs = await automate(hass, recognized(at(front_door), simulated=True))
    await simulate(hass, gate)
    assert runs.unread == 0
    await simulate(hass, front_door)
    assert (await trigger_of(runs))["person_type"] == "employee"
    # An automation that is off does not listen.
    await hass.services.async_call(
        "automation", "turn_off", {"entity_id": "automation.report"}, blocking=True
    )
    await simulate(hass, front_door)
    assert runs.unread == 0


@pytest.mark.usefixtures("every_entity_enabled")
async def test_simulation_changes_nothing_but_the_automation(
    hass: HomeAssistant, box: EmulatedBox, door: Door
) -> None:
    """No state, no event, no memory, no request."""
    await door.sees(FRIEND)
    runs = await automate(
        hass,
        [
            recognized(at(door), simulated=True),
            seen("stranger_seen", at(door), simulated=True),
        ],
    )
    fired: list[Event[Any]] = []

    @callback
    def _note(event: Event[Any]) -> None:
        fired.append(event)

    before = history_requests(box)
    hass.bus.async_listen(MATCH_ALL, _note)
    for person_type in ("employee", "stranger"):
        await simulate(hass, door, person_type=person_type)
    assert runs.unread == 2
    changed = {
        event.data["entity_id"]
        for event in fired
        if event.event_type == EVENT_STATE_CHANGED
    }
    assert changed <= {"automation.report"}
    types = {str(event.event_type) for event in fired}
    assert RECOGNITION not in types
    assert not {each for each in types if each.startswith("se_aibox")}
    memory = async_get_memory(hass)
    device_ids = frozenset({door.device_id})
    assert not memory.async_any(
        device_ids, timedelta(hours=1), lambda each: each.simulated
    )
    assert history_requests(box) == before


@nested
async def test_simulation_neither_waits_nor_quiets_a_trigger(
    hass: HomeAssistant, door: Door
) -> None:
    """What is at most every ten minutes stays free for who is really there."""
    replace_clock(hass)
    runs = await automate(
        hass,
        [
            recognized(at(door), simulated=True, at_most_every="00:10:00"),
            seen(
                "stranger_seen",
                at(door),
                simulated=True,
                at_most_every="00:10:00",
                unaccompanied_for="00:10:00",
            ),
        ],
    )
    for person_type in ("employee", "employee", "stranger", "stranger"):
        await simulate(hass, door, person_type=person_type)
        assert (await trigger_of(runs))["simulated"] is True
    await door.sees(COLLEAGUE)
    assert (await trigger_of(runs))["simulated"] is False
    await simulate(hass, door)
    assert (await trigger_of(runs))["simulated"] is True


@nested
async def test_simulated_person_is_no_company_for_a_stranger(
    hass: HomeAssistant, door: Door
) -> None:
    """Nobody is with the stranger who waits."""
    runs = await automate(
        hass,
        seen("stranger_seen", at(door), simulated=True, unaccompanied_for="00:00:01"),
    )
    await door.sees()
    await simulate(hass, door, person_type="vip")
    assert (await trigger_of(runs))["reason"] == "unaccompanied"


@nested
async def test_simulation_has_no_score_to_be_too_low(
    hass: HomeAssistant, door: Door
) -> None:
    """Neither a group; an unheard-of type still counts."""
    runs = await automate(
        hass,
        recognized(at(door), simulated=True, minimum_score=90, groups=["Office"]),
    )
    await simulate(hass, door)
    assert (await trigger_of(runs))["score"] is None


@pytest.mark.usefixtures("people")
async def test_followed_person_is_simulated_under_the_id_of_the_box(
    hass: HomeAssistant, box: EmulatedBox, door: Door
) -> None:
    """Triggers that name the person run, and those that target them."""
    [anna] = [one for one in box.people if one.name == "Anna Schmidt"]
    tom = await followed(hass, "Tom", TOM)
    other = await followed(hass, "Anna", anna.identity_id)
    runs = await automate(
        hass,
        [
            {**recognized(at(door), simulated=True, people=["Tom"]), "id": "people"},
            {**recognized(at(door), simulated=True, followed=[tom]), "id": "followed"},
            {**recognized({"device_id": tom}, simulated=True), "id": "target"},
            {**recognized({"device_id": other}, simulated=True), "id": "anna"},
            {
                **recognized(at(door), simulated=True, people=["Anna Schmidt"]),
                "id": "anna",
            },
        ],
    )
    await simulate(hass, door, followed=tom)
    found = [await trigger_of(runs) for _ in range(3)]
    assert runs.unread == 0
    assert {each["id"] for each in found} == {"people", "followed", "target"}
    for each in found:
        assert (each["identity_id"], each["identity_name"]) == (TOM, "Tom")
        assert each["entity_id"] == "event.tom_recognition"
        assert each["person_type"] == "employee"
    state = hass.states.get("event.tom_recognition")
    assert state is not None
    assert state.state == "unknown"


@nested
async def test_type_that_a_trigger_does_not_want_is_in_its_trace(
    hass: HomeAssistant,
    door: Door,
    people: PeopleConfigEntry,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """A followed person may be simulated as of any type."""
    tom = await followed(hass, "Tom", TOM)
    runs = await automate(hass, recognized(at(door), simulated=True, followed=[tom]))
    await simulate(hass, door, followed=tom, person_type="other")
    assert runs.unread == 0
    assert (await not_triggered(hass_ws_client))["reason"] == "type_unknown"


@nested
async def test_what_cannot_be_simulated_is_refused_in_words(
    hass: HomeAssistant,
    box: EmulatedBox,
    door: Door,
    people: PeopleConfigEntry,
    device_registry: dr.DeviceRegistry,
) -> None:
    """Each has an error of its own."""
    tom = await followed(hass, "Tom", TOM)
    entry = hass.config_entries.async_get_known_entry(
        dr.async_get(hass).async_get(door.device_id).config_entry_id  # type: ignore[union-attr]  # It is registered.
    )
    for data, key in (
        ({"device_id": box_device_id(hass, entry)}, "not_a_capture_device"),
        ({"device_id": tom}, "not_a_capture_device"),
        ({"followed": door.device_id}, "not_a_followed_person"),
        ({"followed": tom, "person_type": "stranger"}, "stranger_is_nobody"),
    ):
        with pytest.raises(HomeAssistantError) as raised:
            await simulate(hass, door, **data)
        assert raised.value.translation_key == key
        assert str(raised.value)
    with pytest.raises(vol.Invalid):
        await simulate(hass, door, person_type="boss")
    nobody = device_id_of(hass, await follow(hass, people, "Nobody", "no-such-id"))
    with pytest.raises(HomeAssistantError) as raised:
        await simulate(hass, door, followed=nobody)
    assert raised.value.translation_key == "person_has_no_identity"
    box.remove_device(box.devices[0].device_id)
    await entry.runtime_data.async_refresh()
    data = entry.runtime_data.data
    entry.runtime_data.data = type(data)(data.info, {}, {})
    with pytest.raises(HomeAssistantError) as raised:
        await simulate(hass, door)
    assert raised.value.translation_key == "capture_device_not_listed"


@nested
async def test_only_administrators_and_automations_simulate(
    hass: HomeAssistant, door: Door, hass_read_only_user: User
) -> None:
    """Somebody else might set off an alarm."""
    data = {"device_id": door.device_id}
    with pytest.raises(Unauthorized):
        await act(hass, "simulate_recognition", data, user=hass_read_only_user)


@nested
async def test_simulation_opens_no_door_by_the_blueprint(
    hass: HomeAssistant, door: Door, tmp_path: Path
) -> None:
    """Its trigger does not listen, and its condition refuses."""
    opened = FiredEvents(hass, "opened")
    await use_blueprint(
        hass,
        tmp_path,
        "open_door",
        where=[door.device_id],
        people=["Simulated person"],
        minimum_score=0,
        door=[{"event": "opened"}],
    )
    await simulate(hass, door)
    assert opened.unread == 0
