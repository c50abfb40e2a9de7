"""Why a trigger did not fire, in the trace of its automation."""

from typing import Any

import pytest

from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from tests.integration.conftest import SetUp, WebSocketGenerator
from tests.integration.helpers import NEAR

from .automation_helpers import (
    COLLEAGUE,
    FRIEND,
    automate,
    doors_of,
    not_triggered,
    recognized,
)


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"score": 90.5}, None),
        ({"score": 97.0}, None),
        ({"score": 90.4}, "score_too_low"),
        ({"omit": ("score",)}, "score_unknown"),
    ],
)
async def test_too_low_or_missing_score_does_not_fire(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    hass_ws_client: WebSocketGenerator,
    how: dict[str, Any],
    reason: str | None,
) -> None:
    """The trace of the automation has the reason."""
    front_door, *_ = doors_of(hass, box, await set_up())
    runs = await automate(hass, recognized(NEAR, minimum_score=90.5))
    await front_door.sees(FRIEND, **how)
    assert runs.unread == (0 if reason else 1)

    result = await not_triggered(hass_ws_client)
    assert result.get("reason") == reason
    if reason:
        assert result["data"]["identity_name"] == FRIEND.name
        assert result["data"]["minimum_score"] == 90.5


@pytest.mark.parametrize("called", [FRIEND.identity_id, FRIEND.name])
@pytest.mark.parametrize("person_types", [[], ["employee", "vip"]])
async def test_named_person_of_an_unknown_type_does_not_fire(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    hass_ws_client: WebSocketGenerator,
    called: str,
    person_types: list[str],
) -> None:
    """The trace has the type, because the user expects it to fire."""
    front_door, *_ = doors_of(hass, box, await set_up())
    trigger = recognized(NEAR, people=[called], person_types=person_types)
    runs = await automate(hass, trigger)
    changes = {"user_type": "boss", "ext_data": {"person_type": "boss"}}
    await front_door.sees(COLLEAGUE, overrides=changes)
    await front_door.sees(FRIEND, overrides=changes)
    assert runs.unread == 0

    result = await not_triggered(hass_ws_client)
    assert result["reason"] == "type_unknown"
    assert result["data"]["identity_name"] == FRIEND.name
    assert result["data"]["person_type"] == "boss"


@pytest.mark.parametrize("dialect", ["nested"])
async def test_live_view_of_the_editor_shows_only_firing_recognitions(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """It keeps no traces."""
    front_door, *_ = doors_of(hass, box, await set_up())
    client = await hass_ws_client()
    trigger = recognized(NEAR, minimum_score=90)
    await client.send_json_auto_id({"type": "subscribe_trigger", "trigger": trigger})
    assert (await client.receive_json())["success"]
    await front_door.sees(FRIEND, score=80.0)
    await front_door.sees(FRIEND, score=95.0)
    variables = (await client.receive_json())["event"]["variables"]
    assert variables["trigger"]["score"] == 95.0


async def test_missing_score_fires_without_a_minimum(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The trigger data have null as the score."""
    front_door, *_ = doors_of(hass, box, await set_up())
    runs = await automate(hass, recognized(NEAR))
    await front_door.sees(FRIEND, omit=("score",))
    assert (await runs.next())["trigger"]["score"] is None
