"""The minimum score of a trigger."""

from typing import Any

import pytest

from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from tests.integration.conftest import SetUp, WebSocketGenerator
from tests.integration.helpers import NEAR

from .automation_helpers import FRIEND, automate, doors_of, recognized


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

    client = await hass_ws_client()
    about = {"domain": "automation", "item_id": "report"}
    await client.send_json_auto_id({"type": "trace/list", **about})
    (listed,) = (await client.receive_json())["result"]
    run_id = {"run_id": listed["run_id"]}
    await client.send_json_auto_id({"type": "trace/get", **about, **run_id})
    trace = (await client.receive_json())["result"]["trace"]
    (step,) = trace["trigger/0"]
    assert step.get("result", {}).get("reason") == reason
    if reason:
        assert step["result"]["data"]["identity_name"] == FRIEND.name
        assert step["result"]["data"]["minimum_score"] == 90.5


@pytest.mark.parametrize("dialect", ["nested"])
async def test_live_view_of_the_editor_shows_only_what_fires(
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
