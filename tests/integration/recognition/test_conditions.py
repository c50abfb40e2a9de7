"""The condition *Person is recently recognized* in real automations."""

from datetime import timedelta

import pytest

from custom_components.se_aibox.condition import CONDITIONS
from custom_components.se_aibox.recognition import memory
from emulator import EmulatedBox, Identity
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers.condition import async_get_all_descriptions
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from tests.integration.conftest import ClientGenerator, SetUp, WebSocketGenerator
from tests.integration.documents import example_ids, examples
from tests.integration.helpers import NEAR, restore, until_listening
from tests.integration.texts import assert_described, icons

from .automation_helpers import (
    ASK,
    CHIEF,
    COLLEAGUE,
    CULPRIT,
    FRIEND,
    GUEST,
    Clock,
    Door,
    automate,
    box_device_id,
    complaint_on_saving,
    doors_of,
    holds,
    recognized,
    recognized_within,
    replace_clock,
)

pytestmark = pytest.mark.parametrize("dialect", ["nested"])


@pytest.fixture
async def doors(hass: HomeAssistant, box: EmulatedBox, set_up: SetUp) -> list[Door]:
    """Set up a box and return its capture devices."""
    return doors_of(hass, box, await set_up())


@pytest.fixture
def clock(hass: HomeAssistant) -> Clock:
    """Replace the clock of the memory."""
    return replace_clock(hass)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, (FRIEND, GUEST, CHIEF)),
        ({"person_types": ["vip"]}, (CHIEF,)),
        ({"person_types": ["blocklisted"]}, (CULPRIT,)),
        ({"people": ["10023", "Anna"]}, (FRIEND, GUEST)),
        ({"people": ["10023", "Anna"], "person_types": ["visitor"]}, (GUEST,)),
    ],
)
async def test_condition_selects_people_and_types(
    hass: HomeAssistant,
    doors: list[Door],
    clock: Clock,
    options: dict[str, object],
    expected: tuple[Identity, ...],
) -> None:
    """Strangers never count."""
    front_door, *_ = doors
    runs = await automate(
        hass, ASK, recognized_within(NEAR, within={"seconds": 2}, **options)
    )
    assert not await holds(hass, runs)
    for identity in (FRIEND, GUEST, CHIEF, CULPRIT, None):
        await front_door.sees(identity)
        assert await holds(hass, runs) is (identity in expected)
        clock.tick(3)


@pytest.mark.parametrize("people", [83, [10.5], [True]])
async def test_number_is_refused_as_an_id(
    hass: HomeAssistant, set_up: SetUp, hass_client: ClientGenerator, people: object
) -> None:
    """YAML may have read a text with digits as another number."""
    await set_up()
    condition = recognized_within(NEAR, within="00:01:00", people=people)
    complaint = await complaint_on_saving(hass, hass_client, ASK, condition)
    assert "put ids into quotes" in complaint


async def test_condition_holds_for_the_given_time(
    hass: HomeAssistant, doors: list[Door], clock: Clock
) -> None:
    """The time counts from the last recognition of a person."""
    front_door, back_door, _ = doors
    runs = await automate(
        hass, ASK, recognized_within(NEAR, within="00:00:30", people=["10023"])
    )
    await front_door.sees(FRIEND)
    clock.tick(20)
    await front_door.sees(FRIEND)
    await front_door.sees(COLLEAGUE)
    clock.tick(29)
    assert await holds(hass, runs)
    clock.tick(2)
    await front_door.sees(COLLEAGUE)
    await back_door.sees(FRIEND)
    assert not await holds(hass, runs)


async def test_clock_set_back_does_not_renew_a_recognition(
    hass: HomeAssistant,
    doors: list[Door],
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It does not hide a recognition from just now either."""
    front_door, *_ = doors
    runs = await automate(hass, ASK, recognized_within(NEAR, within={"minutes": 1}))
    await front_door.sees(FRIEND)
    seen_at = dt_util.utcnow()

    def set_to(after: timedelta) -> None:
        monkeypatch.setattr(dt_util, "utcnow", lambda: seen_at + after)

    set_to(timedelta(hours=-1))
    assert await holds(hass, runs)
    clock.tick(3630)
    set_to(timedelta(seconds=30))
    assert not await holds(hass, runs)


async def test_condition_ends_while_the_machine_sleeps(
    hass: HomeAssistant,
    doors: list[Door],
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only the wall clock moves on."""
    front_door, *_ = doors
    runs = await automate(hass, ASK, recognized_within(NEAR, within={"minutes": 1}))
    await front_door.sees(FRIEND)
    later = dt_util.utcnow() + timedelta(hours=1)
    monkeypatch.setattr(dt_util, "utcnow", lambda: later)
    clock.tick(5)
    assert not await holds(hass, runs)


async def test_changed_type_does_not_hide_the_earlier_one(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The box may change the type of a person."""
    front_door, *_ = doors_of(hass, box, await set_up())
    runs = await automate(
        hass,
        ASK,
        recognized_within(NEAR, within={"seconds": 30}, person_types=["employee"]),
    )
    await front_door.sees(FRIEND)
    await front_door.sees(FRIEND, overrides={"ext_data": {"person_type": 2}})
    assert await holds(hass, runs)


async def test_targeted_box_covers_its_capture_devices(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A recognition at any of them counts."""
    entry = await set_up()
    _, back_door, _ = doors_of(hass, box, entry)
    target = {"device_id": box_device_id(hass, entry)}
    runs = await automate(hass, ASK, recognized_within(target, within={"seconds": 30}))
    await back_door.sees(FRIEND)
    assert await holds(hass, runs)


@pytest.mark.parametrize(
    "trigger",
    [
        recognized(NEAR),
        {"trigger": "event", "event_type": "se_aibox_recognition"},
        {"trigger": "state", "entity_id": "event.front_door_recognition"},
    ],
    ids=["trigger", "event", "state"],
)
async def test_condition_includes_the_recognition_that_runs_it(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, trigger: object
) -> None:
    """The automation is set up before the box."""
    runs = await automate(
        hass, trigger, recognized_within(NEAR, within={"seconds": 60}, people=["10023"])
    )
    front_door, *_ = doors_of(hass, box, await set_up())
    await front_door.sees(FRIEND)
    assert runs.unread == 1


async def test_condition_ignores_restored_and_recorded_people(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A reload of the box forgets no sighting."""
    await restore(
        hass,
        (
            State("sensor.front_door_last_person", FRIEND.name),
            {"native_value": FRIEND.name, "native_unit_of_measurement": None},
        ),
    )
    runs = await automate(hass, ASK, recognized_within(NEAR, within={"hours": 24}))
    assert not await holds(hass, runs)
    entry = await set_up()
    await box.recognize(box.devices[0], FRIEND, push=False)
    assert not await holds(hass, runs)
    front_door, *_ = doors_of(hass, box, entry)
    await front_door.sees(FRIEND)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await until_listening(entry)
    assert await holds(hass, runs)


async def test_full_memory_forgets_the_oldest_sighting(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The limit is two people here."""
    monkeypatch.setattr(memory, "_REMEMBERED", 2)
    front_door, *_ = doors_of(hass, box, await set_up())
    people = {"within": {"hours": 24}, "people": ["10023"]}
    runs = await automate(hass, ASK, recognized_within(NEAR, **people))
    for identity, expected in (
        (FRIEND, True),
        (GUEST, True),
        (FRIEND, True),
        (CHIEF, True),
        (GUEST, False),
    ):
        await front_door.sees(identity)
        assert await holds(hass, runs) is expected


async def test_editor_shows_live_whether_the_condition_holds(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """It unsubscribes when it is closed."""
    front_door, *_ = doors_of(hass, box, await set_up())
    client = await hass_ws_client()
    condition = recognized_within(NEAR, within={"seconds": 30})
    await client.send_json_auto_id(
        {"type": "subscribe_condition", "condition": condition}
    )
    subscribed = await client.receive_json()
    assert subscribed["success"]
    assert (await client.receive_json())["event"] == {"result": False}
    await front_door.sees(FRIEND)
    assert (await client.receive_json())["event"] == {"result": True}
    await client.send_json_auto_id(
        {"type": "unsubscribe_events", "subscription": subscribed["id"]}
    )
    assert (await client.receive_json())["success"]


NO_TARGET = "choose at least one box, capture device, person, area, floor or label"
NO_TIME = "set how long ago the person may have been recognized, at least one second"


@pytest.mark.parametrize(
    ("condition", "complaint"),
    [
        (recognized_within({}, within={"seconds": 30}), NO_TARGET),
        (recognized_within(NEAR, within={"seconds": 0}), NO_TIME),
        (recognized_within(NEAR, within="00:00:00.5"), NO_TIME),
        (recognized_within(NEAR), NO_TIME),
        (
            {"condition": "se_aibox.is_recognized_within", "target": NEAR},
            NO_TIME,
        ),
        (
            recognized_within(NEAR, within={"seconds": 30}, person_types=["stranger"]),
            "strangers are not recognized",
        ),
        (
            recognized_within(NEAR, within={"seconds": 30}, people=[""]),
            "an identity id or name must not be empty",
        ),
        (recognized_within(NEAR, within={"seconds": -5}), "should be positive"),
    ],
)
async def test_invalid_condition_is_rejected_with_a_reason(
    hass: HomeAssistant,
    set_up: SetUp,
    hass_client: ClientGenerator,
    condition: dict[str, object],
    complaint: str,
) -> None:
    """The editor shows the reason."""
    await set_up()
    assert complaint in await complaint_on_saving(hass, hass_client, ASK, condition)


async def test_every_condition_has_texts_and_an_icon(
    hass: HomeAssistant, set_up: SetUp
) -> None:
    """Fields and choices have texts, too."""
    await set_up()
    descriptions = await async_get_all_descriptions(hass)
    for key in CONDITIONS:
        description = descriptions[f"se_aibox.{key}"]
        assert description
        assert_described("conditions", key, description["fields"])
        assert icons()["conditions"][key]["condition"].startswith("mdi:")


@pytest.mark.parametrize("example", examples("conditions"), ids=example_ids)
async def test_examples_in_the_documents_are_valid(
    hass: HomeAssistant, set_up: SetUp, example: dict[str, object]
) -> None:
    """Home Assistant enables each of them."""
    await set_up()
    assert await async_setup_component(hass, "automation", {"automation": example})
    (state,) = hass.states.async_all("automation")
    assert state.state == "on"
