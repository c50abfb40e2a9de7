"""The logbook rows of recognitions."""

from datetime import datetime, timedelta
import time
from typing import Any

import pytest
from pytest_homeassistant_custom_component.components.recorder.common import (  # type: ignore[import-untyped]  # It ships no py.typed.
    async_wait_recording_done,
)

from custom_components.se_aibox.const import EVENT_RECOVERED
from custom_components.se_aibox.people.following import PeopleConfigEntry
from custom_components.se_aibox.text import async_words, moment_text
from emulator import EmulatedBox, Identity
from homeassistant.components.recorder import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.translation import async_load_integrations
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from tests.integration.people.followed_people import device_id_of, follow
from tests.integration.recognition.automation_helpers import (
    COLLEAGUE,
    CULPRIT,
    FRIEND,
    Door,
    doors_of,
)

from .conftest import SetUp, WebSocketGenerator
from .helpers import ENTRY_ID, RECOGNITION, FiredEvents, let_time_pass

pytest_plugins = ["tests.integration.people.people_fixtures"]

type Row = dict[str, Any]

pytestmark = pytest.mark.parametrize("dialect", ["nested"])

EVENT_ENTITY = "event.front_door_recognition"


@pytest.fixture(autouse=True)
def _custom_integrations(
    recorder_mock: Recorder, enable_custom_integrations: None
) -> None:
    """Start the recorder before Home Assistant, as it requires."""


@pytest.fixture
async def front_door(hass: HomeAssistant, box: EmulatedBox, set_up: SetUp) -> Door:
    """Set up the logbook and a box, and return its front door."""
    assert await async_setup_component(hass, "logbook", {})
    return doors_of(hass, box, await set_up())[0]


async def rows(
    hass: HomeAssistant, websocket: WebSocketGenerator, since: datetime, **about: object
) -> list[Row]:
    """Return the rows that the logbook shows."""
    await async_wait_recording_done(hass)
    client = await websocket()
    await client.send_json_auto_id(
        {
            "type": "logbook/get_events",
            "start_time": since.isoformat(),
            "end_time": dt_util.utcnow().isoformat(),
            **about,
        }
    )
    answer = await client.receive_json()
    assert answer["success"], answer
    return list(answer["result"])


def ours(shown: list[Row]) -> list[Row]:
    """Return the rows of the integration's own events."""
    return [row for row in shown if row.get("domain") == "se_aibox"]


@pytest.mark.parametrize(
    ("language", "messages"),
    [
        ("en", ["recognized 小明 (Employee)", "saw a stranger"]),
        ("zh-Hans", ["识别到小明（员工）", "发现陌生人"]),
        ("de", ["recognized 小明 (Employee)", "saw a stranger"]),
    ],
)
async def test_row_names_the_person_in_the_configured_language(
    hass: HomeAssistant,
    front_door: Door,
    hass_ws_client: WebSocketGenerator,
    language: str,
    messages: list[str],
) -> None:
    """The name of an entity would begin the row in place of the device's."""
    hass.config.language = language
    await async_load_integrations(hass, {"se_aibox"})
    since = dt_util.utcnow()
    await front_door.sees(FRIEND)
    await front_door.sees()
    found = ours(
        await rows(hass, hass_ws_client, since, device_ids=[front_door.device_id])
    )
    assert [row["message"] for row in found] == messages
    assert [row["icon"] for row in found] == [
        "mdi:face-recognition",
        "mdi:account-question",
    ]
    for row in found:
        assert row["name"] == "Front door"
        assert "entity_id" not in row


async def test_event_names_no_entity_of_another_integration(
    hass: HomeAssistant, front_door: Door, hass_ws_client: WebSocketGenerator
) -> None:
    """Such an entity can be on the same device."""
    registry = er.async_get(hass)
    registry.async_remove(EVENT_ENTITY)
    registry.async_get_or_create(
        "event", "doorbell", "1", device_id=front_door.device_id
    )
    fired = FiredEvents(hass, RECOGNITION)
    since = dt_util.utcnow()
    await front_door.sees(FRIEND)
    assert (await fired.next())["entity_id"] is None
    [row] = ours(
        await rows(hass, hass_ws_client, since, device_ids=[front_door.device_id])
    )
    assert row["message"] == "recognized 小明 (Employee)"


async def test_names_of_any_length_are_cut(
    hass: HomeAssistant, front_door: Door, hass_ws_client: WebSocketGenerator
) -> None:
    """A row has one line."""
    dr.async_get(hass).async_update_device(
        front_door.device_id, name_by_user="Gate\n" * 50
    )
    since = dt_util.utcnow()
    await front_door.sees(Identity("10099", "王" * 200))
    (row,) = ours(await rows(hass, hass_ws_client, since))
    assert row["name"] == f"{'Gate ' * 7}Gate…"
    assert row["message"] == f"recognized {'王' * 40}… (Employee)"


async def test_name_with_markup_is_text(
    hass: HomeAssistant, front_door: Door, hass_ws_client: WebSocketGenerator
) -> None:
    """Placeholders in it are not filled in."""
    await async_load_integrations(hass, {"se_aibox"})
    since = dt_util.utcnow()
    name = "<b>[Tom](http://a)</b> {name} {0} {{a}}"
    await front_door.sees(Identity("10099", name))
    [row] = ours(
        await rows(hass, hass_ws_client, since, device_ids=[front_door.device_id])
    )
    assert row["message"] == f"recognized {name} (Employee)"


async def test_row_is_english_while_the_language_is_not_loaded(
    hass: HomeAssistant, front_door: Door, hass_ws_client: WebSocketGenerator
) -> None:
    """A missing translation must not cost a row."""
    hass.config.language = "fr"
    since = dt_util.utcnow()
    await front_door.sees(FRIEND)
    (row,) = ours(await rows(hass, hass_ws_client, since))
    assert row["message"] == "recognized 小明 (Employee)"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("", "recognized Unnamed (66600) (Blocklisted)"),
        # What boxes write in place of a name.
        ("佚名", "recognized Unnamed (66600) (Blocklisted)"),
        (
            "<b>{person_type}</b> {{ 1 }}",
            "recognized <b>{person_type}</b> {{ 1 }} (Blocklisted)",
        ),
    ],
)
async def test_row_shows_the_name_or_else_the_identity_id(
    hass: HomeAssistant,
    front_door: Door,
    hass_ws_client: WebSocketGenerator,
    name: str,
    shown: str,
) -> None:
    """Placeholders in a name are not filled in."""
    since = dt_util.utcnow()
    await front_door.sees(CULPRIT, overrides={"identity_name": name})
    (row,) = ours(await rows(hass, hass_ws_client, since))
    assert row["message"] == shown


async def test_row_follows_the_renamed_device(
    hass: HomeAssistant, front_door: Door, hass_ws_client: WebSocketGenerator
) -> None:
    """A removed device has the name from its recognition."""
    registry = dr.async_get(hass)
    device_id = front_door.device_id
    since = dt_util.utcnow()
    await front_door.sees(FRIEND)
    registry.async_update_device(device_id, name_by_user="Gate")
    (row,) = ours(await rows(hass, hass_ws_client, since))
    assert row["name"] == "Gate"
    registry.async_remove_device(device_id)
    (row,) = ours(await rows(hass, hass_ws_client, since))
    assert row["name"] == "Front door"


async def test_recognition_adds_one_row_besides_the_states(
    hass: HomeAssistant, front_door: Door, hass_ws_client: WebSocketGenerator
) -> None:
    """The pages of the device and of its event entity have it."""
    since = dt_util.utcnow()
    await front_door.sees(FRIEND)
    everything = await rows(hass, hass_ws_client, since)
    assert len(ours(everything)) == 1
    here = await rows(hass, hass_ws_client, since, device_ids=[front_door.device_id])
    assert len(ours(here)) == 1
    entity = await rows(hass, hass_ws_client, since, entity_ids=[EVENT_ENTITY])
    assert len(ours(entity)) == 1
    other = "sensor.front_door_last_person"
    assert not ours(await rows(hass, hass_ws_client, since, entity_ids=[other]))


def entities_of(hass: HomeAssistant, device_id: str) -> list[str]:
    """Return the entities that the page of a device requests."""
    entries = er.async_entries_for_device(er.async_get(hass), device_id)
    return [entry.entity_id for entry in entries]


async def row_keys(
    hass: HomeAssistant, websocket: WebSocketGenerator, since: datetime, device_id: str
) -> list[str]:
    """Return the rows since then on the page of a device.

    The logbook of everything must have them too.

    """
    # Some states change back by themselves.
    let_time_pass(hass, timedelta(seconds=31))
    everywhere = await rows(hass, websocket, since)
    page = await rows(
        hass,
        websocket,
        since,
        device_ids=[device_id],
        entity_ids=entities_of(hass, device_id),
    )
    assert [row for row in everywhere if row in page] == page
    return [row.get("message") or row["entity_id"] for row in page]


async def test_new_door_has_no_rows_until_a_face_is_seen(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """Nor does a new name of its box add any."""
    assert await async_setup_component(hass, "logbook", {})
    since = dt_util.utcnow()
    entry = await set_up()
    door = doors_of(hass, box, entry)[0]
    hass.config_entries.async_update_entry(entry, title="Gatehouse")
    await hass.async_block_till_done()
    assert await row_keys(hass, hass_ws_client, since, door.device_id) == []
    await door.sees(FRIEND)
    assert sorted(await row_keys(hass, hass_ws_client, since, door.device_id)) == [
        EVENT_ENTITY,
        "recognized 小明 (Employee)",
        "sensor.front_door_last_person",
    ]


async def test_recognition_adds_at_most_three_rows(
    hass: HomeAssistant, front_door: Door, hass_ws_client: WebSocketGenerator
) -> None:
    """The row of the sensor is added if the person is another one."""
    added: list[tuple[int, list[str]]] = []
    for identity in (FRIEND, FRIEND, COLLEAGUE, None, None):
        since = dt_util.utcnow()
        await front_door.sees(identity)
        everywhere = len(await rows(hass, hass_ws_client, since))
        found = await row_keys(hass, hass_ws_client, since, front_door.device_id)
        added.append((everywhere, sorted(found)))
    person = "sensor.front_door_last_person"
    friend, colleague = "recognized 小明 (Employee)", "recognized Tom (Employee)"
    assert added == [
        (3, [EVENT_ENTITY, friend, person]),
        (2, [EVENT_ENTITY, friend]),
        (3, [EVENT_ENTITY, colleague, person]),
        (3, [EVENT_ENTITY, "saw a stranger", person]),
        (2, [EVENT_ENTITY, "saw a stranger"]),
    ]


async def test_followed_person_has_a_sentence_and_at_most_five_rows(
    hass: HomeAssistant,
    box: EmulatedBox,
    front_door: Door,
    people: PeopleConfigEntry,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """The page of the person has the same sentence as that of the door."""
    box.state.enroll(COLLEAGUE)
    entry = hass.config_entries.async_get_known_entry(ENTRY_ID)
    gate = doors_of(hass, box, entry)[1]
    tom = device_id_of(hass, await follow(hass, people, "Tom", COLLEAGUE.identity_id))
    now = round(time.time() * 1000)
    names: list[str] = []
    added: list[tuple[int, list[str]]] = []
    for door, moment in (
        (front_door, now - 9000),
        (front_door, now - 6000),
        (gate, now),
    ):
        since = dt_util.utcnow()
        await door.sees(COLLEAGUE, timestamp_ms=moment)
        everywhere = await rows(hass, hass_ws_client, since)
        [sentence] = ours(everywhere)
        [there] = ours(
            await rows(hass, hass_ws_client, since, device_ids=[door.device_id])
        )
        [on_entity_page] = ours(
            await rows(
                hass, hass_ws_client, since, entity_ids=["event.tom_recognition"]
            )
        )
        assert there == on_entity_page == sentence
        names.append(sentence["name"])
        shown = await row_keys(hass, hass_ws_client, since, tom)
        added.append((len(everywhere), sorted(shown)))
    assert names == ["Front door", "Front door", box.devices[1].name]
    event, place = "event.tom_recognition", "sensor.tom_last_location"
    recognized = "recognized Tom (Employee)"
    assert added == [
        (5, [event, recognized, place]),
        (3, [event, recognized]),
        (5, [event, recognized, place]),
    ]


@pytest.mark.parametrize(
    ("language", "who", "expected"),
    [
        ("en", FRIEND, "recognized 小明 (Employee) at {}, recovered later"),
        ("en", None, "saw a stranger at {}, recovered later"),
        ("zh-Hans", FRIEND, "{} 曾识别到小明（员工），事后补取"),
        ("zh-Hans", None, "{} 曾发现陌生人，事后补取"),
    ],
)
@pytest.mark.parametrize("ago", [timedelta(minutes=5), timedelta(days=1)])
async def test_recovered_recognition_adds_one_row_with_its_time(
    hass: HomeAssistant,
    box: EmulatedBox,
    front_door: Door,
    hass_ws_client: WebSocketGenerator,
    language: str,
    who: Identity | None,
    expected: str,
    ago: timedelta,
) -> None:
    """The time is in the time zone of the user."""
    # It is noon there.
    west = dt_util.utcnow().hour - 12
    await hass.config.async_set_time_zone(f"Etc/GMT{west:+}")
    hass.config.language = language
    await async_load_integrations(hass, {"se_aibox"})
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    since = dt_util.utcnow()
    when = dt_util.now() - ago
    await box.recognize(
        box.devices[0], who, timestamp_ms=round(when.timestamp() * 1000)
    )
    await recovered.next()
    [row] = await rows(hass, hass_ws_client, since)
    said = moment_text(await async_words(hass), when, dt_util.now(), language)
    assert row["message"] == expected.format(said)
    assert row["name"] == "Front door"
