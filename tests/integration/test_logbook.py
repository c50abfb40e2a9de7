"""Who was recognised where, in the logbook."""

from collections.abc import Awaitable, Callable
from datetime import datetime
import time
from typing import Any

import pytest
from pytest_homeassistant_custom_component.components.recorder.common import (  # type: ignore[import-untyped]  # It ships no py.typed.
    async_wait_recording_done,
)

from emulator import EmulatedBox
from homeassistant.components.recorder import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.translation import async_load_integrations
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from .automation_fixtures import CULPRIT, FRIEND, Door, doors_of
from .conftest import SetUp

type WebSocket = Callable[[], Awaitable[Any]]
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
    hass: HomeAssistant, websocket: WebSocket, since: datetime, **about: object
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
    hass_ws_client: WebSocket,
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


async def test_language_not_loaded_yet(
    hass: HomeAssistant, front_door: Door, hass_ws_client: WebSocket
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
    hass_ws_client: WebSocket,
    name: str,
    shown: str,
) -> None:
    """A name is shown as it is, whatever is in it; who has none is shown by the identity id."""
    since = dt_util.utcnow()
    await front_door.sees(CULPRIT, overrides={"identity_name": name})
    (row,) = ours(await rows(hass, hass_ws_client, since))
    assert row["message"] == shown


async def test_device_renamed_and_removed(
    hass: HomeAssistant, front_door: Door, hass_ws_client: WebSocket
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
    hass: HomeAssistant, front_door: Door, hass_ws_client: WebSocket
) -> None:
    """A face adds one row that is no state, also on the device's page, and none on an entity's."""
    await front_door.sees(timestamp_ms=round(time.time() * 1000) - 5000)
    since = dt_util.utcnow()
    await front_door.sees(FRIEND)
    everything = await rows(hass, hass_ws_client, since)
    assert len(ours(everything)) == 1
    here = await rows(hass, hass_ws_client, since, device_ids=[front_door.device_id])
    assert len(ours(here)) == 1
    entity = await rows(hass, hass_ws_client, since, entity_ids=[EVENT_ENTITY])
    assert not ours(entity)
