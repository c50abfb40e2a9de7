"""Who was recognised where, in the logbook."""

from datetime import datetime, timedelta
import time
from typing import Any

import pytest
from pytest_homeassistant_custom_component.components.recorder.common import (  # type: ignore[import-untyped]  # It ships no py.typed.
    async_wait_recording_done,
)

from custom_components.se_aibox.const import EVENT_RECOVERED
from custom_components.se_aibox.people.following import PeopleConfigEntry
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
from .helpers import ENTRY_ID, Heard, let_time_pass

pytest_plugins = ["tests.integration.people.people_fixtures"]

type Row = dict[str, Any]

pytestmark = pytest.mark.parametrize("dialect", ["nested"])

EVENT_ENTITY = "event.front_door_recognition"


@pytest.fixture(autouse=True)
def _custom_integrations(
    recorder_mock: Recorder, enable_custom_integrations: None
) -> None:
    """Let Home Assistant find the integration; the recorder must be there before Home Assistant."""


@pytest.fixture
async def front_door(hass: HomeAssistant, box: EmulatedBox, set_up: SetUp) -> Door:
    """Set a box up beside the logbook."""
    assert await async_setup_component(hass, "logbook", {})
    return doors_of(hass, box, await set_up())[0]


async def rows(
    hass: HomeAssistant, websocket: WebSocketGenerator, since: datetime, **about: object
) -> list[Row]:
    """Return what the logbook shows."""
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
    """Return the rows that say who it was."""
    return [row for row in shown if row.get("domain") == "se_aibox"]


@pytest.mark.parametrize(
    ("language", "messages"),
    [
        ("en", ["recognized 小明 (Employee)", "saw a stranger"]),
        ("zh-Hans", ["识别到 小明（员工）", "发现陌生人"]),
        ("de", ["recognized 小明 (Employee)", "saw a stranger"]),
    ],
)
async def test_row(
    hass: HomeAssistant,
    front_door: Door,
    hass_ws_client: WebSocketGenerator,
    language: str,
    messages: list[str],
) -> None:
    """A row says who was seen where, in the language of Home Assistant, and leads to the event entity."""
    hass.config.language = language
    await async_load_integrations(hass, {"se_aibox"})
    since = dt_util.utcnow()
    await front_door.sees(FRIEND)
    await front_door.sees()
    found = ours(
        await rows(hass, hass_ws_client, since, device_ids=[front_door.device_id])
    )
    assert [row["message"] for row in found] == messages
    for row in found:
        assert row["name"] == "Front door"
        assert row["entity_id"] == EVENT_ENTITY


async def test_a_name_with_markup(
    hass: HomeAssistant, front_door: Door, hass_ws_client: WebSocketGenerator
) -> None:
    """A name is text, whatever it would be elsewhere."""
    await async_load_integrations(hass, {"se_aibox"})
    since = dt_util.utcnow()
    name = "<b onclick=alert(1)>[Tom](http://a)</b> {name} {0} {{ states }}"
    await front_door.sees(Identity("10099", name))
    [row] = ours(
        await rows(hass, hass_ws_client, since, device_ids=[front_door.device_id])
    )
    assert row["message"] == f"recognized {name} (Employee)"


async def test_language_not_loaded_yet(
    hass: HomeAssistant, front_door: Door, hass_ws_client: WebSocketGenerator
) -> None:
    """A row is never lost for want of a translation."""
    hass.config.language = "fr"
    since = dt_util.utcnow()
    await front_door.sees(FRIEND)
    (row,) = ours(await rows(hass, hass_ws_client, since))
    assert row["message"] == "recognized 小明 (Employee)"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("", "recognized 66600 (Blocklisted)"),
        (
            "<b>{person_type}</b> {{ 1 }}",
            "recognized <b>{person_type}</b> {{ 1 }} (Blocklisted)",
        ),
    ],
)
async def test_names_are_text(
    hass: HomeAssistant,
    front_door: Door,
    hass_ws_client: WebSocketGenerator,
    name: str,
    shown: str,
) -> None:
    """A name is shown as it is, whatever is in it; who has none is shown by the identity id."""
    since = dt_util.utcnow()
    await front_door.sees(CULPRIT, overrides={"identity_name": name})
    (row,) = ours(await rows(hass, hass_ws_client, since))
    assert row["message"] == shown


async def test_device_renamed_and_removed(
    hass: HomeAssistant, front_door: Door, hass_ws_client: WebSocketGenerator
) -> None:
    """A row says the name that the user gave; of a device that is gone, the name that it had."""
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
    assert row["entity_id"] is None


async def test_one_row_of_our_own_beside_the_entities(
    hass: HomeAssistant, front_door: Door, hass_ws_client: WebSocketGenerator
) -> None:
    """A face adds one row that is no state, also on the device's page, and none on an entity's."""
    since = dt_util.utcnow()
    await front_door.sees(FRIEND)
    everything = await rows(hass, hass_ws_client, since)
    assert len(ours(everything)) == 1
    here = await rows(hass, hass_ws_client, since, device_ids=[front_door.device_id])
    assert len(ours(here)) == 1
    entity = await rows(hass, hass_ws_client, since, entity_ids=[EVENT_ENTITY])
    assert not ours(entity)


def entities_of(hass: HomeAssistant, device_id: str) -> list[str]:
    """Return what a device's page asks for besides the device."""
    entries = er.async_entries_for_device(er.async_get(hass), device_id)
    return [entry.entity_id for entry in entries]


async def row_keys(
    hass: HomeAssistant, websocket: WebSocketGenerator, since: datetime, device_id: str
) -> list[str]:
    """Return what the rows are of that came since then, on a device's page and everywhere."""
    # Whatever a face changes back later.
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


async def test_at_most_three_rows_a_face(
    hass: HomeAssistant, front_door: Door, hass_ws_client: WebSocketGenerator
) -> None:
    """Whoever comes: our row, the event entity's and, if it is another one than before, the person's name."""
    told: list[tuple[int, list[str]]] = []
    for identity in (FRIEND, FRIEND, COLLEAGUE, None, None):
        since = dt_util.utcnow()
        await front_door.sees(identity)
        everywhere = len(await rows(hass, hass_ws_client, since))
        found = await row_keys(hass, hass_ws_client, since, front_door.device_id)
        told.append((everywhere, sorted(found)))
    person = "sensor.front_door_last_person"
    friend, colleague = "recognized 小明 (Employee)", "recognized Tom (Employee)"
    assert told == [
        (3, [EVENT_ENTITY, friend, person]),
        (2, [EVENT_ENTITY, friend]),
        (3, [EVENT_ENTITY, colleague, person]),
        (3, [EVENT_ENTITY, "saw a stranger", person]),
        (2, [EVENT_ENTITY, "saw a stranger"]),
    ]


async def test_rows_of_a_followed_person(
    hass: HomeAssistant,
    box: EmulatedBox,
    front_door: Door,
    people: PeopleConfigEntry,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """Whoever is followed has rows of their own: event, time and, if it is another one than before, place."""
    box.state.enrol(COLLEAGUE)
    entry = hass.config_entries.async_get_known_entry(ENTRY_ID)
    gate = doors_of(hass, box, entry)[1]
    tom = device_id_of(hass, await follow(hass, people, "Tom", COLLEAGUE.identity_id))
    now = round(time.time() * 1000)
    told: list[list[str]] = []
    for door, moment in (
        (front_door, now - 9000),
        (front_door, now - 6000),
        (gate, now),
    ):
        since = dt_util.utcnow()
        await door.sees(COLLEAGUE, timestamp_ms=moment)
        told.append(sorted(await row_keys(hass, hass_ws_client, since, tom)))
    event, seen, place = (
        "event.tom_recognition",
        "sensor.tom_last_seen",
        "sensor.tom_last_seen_at",
    )
    assert told == [[event, seen, place], [event, seen], [event, seen, place]]


@pytest.mark.parametrize(
    ("language", "who", "expected"),
    [
        ("en", FRIEND, "recognized 小明 (Employee) at {}, learned later"),
        ("en", None, "saw a stranger at {}, learned later"),
        ("zh-Hans", FRIEND, "{} 曾识别到 小明（员工），事后补录"),
        ("zh-Hans", None, "{} 曾发现陌生人，事后补录"),
    ],
)
@pytest.mark.parametrize(
    ("ago", "shape"),
    [(timedelta(minutes=5), "%H:%M"), (timedelta(days=1), "%Y-%m-%d %H:%M")],
)
async def test_learned_later(
    hass: HomeAssistant,
    box: EmulatedBox,
    front_door: Door,
    hass_ws_client: WebSocketGenerator,
    language: str,
    who: Identity | None,
    expected: str,
    ago: timedelta,
    shape: str,
) -> None:
    """Of a recognition that was recovered there is one row, which says when it was on the user's clock."""
    # It is noon there.
    west = dt_util.utcnow().hour - 12
    await hass.config.async_set_time_zone(f"Etc/GMT{west:+}")
    hass.config.language = language
    await async_load_integrations(hass, {"se_aibox"})
    recovered = Heard(hass, EVENT_RECOVERED)
    since = dt_util.utcnow()
    when = dt_util.now() - ago
    await box.recognize(
        box.devices[0], who, timestamp_ms=round(when.timestamp() * 1000)
    )
    await recovered.next()
    [row] = await rows(hass, hass_ws_client, since)
    assert row["message"] == expected.format(when.strftime(shape))
    assert (row["name"], row["entity_id"]) == ("Front door", EVENT_ENTITY)
