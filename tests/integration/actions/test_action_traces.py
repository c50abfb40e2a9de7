"""The traces of automations that act on people, which users share."""

import base64
from dataclasses import replace
import json
import logging
from pathlib import Path

import orjson
import pytest

from emulator import CannedAnswer, EmulatedBox
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from tests.emulator.pictures import photo
from tests.integration.canary import CANARY, PERSON, seed
from tests.integration.conftest import SetUp, WebSocketGenerator

from .action_helpers import keep, of_box

AUTOMATION = "acts"
# What the user types; everything else that the box stores of him is a canary.
WHO = {"identity_id": "10023", "name": "Tom"}
ACTIONS: dict[str, dict[str, object]] = {
    "enroll_person": of_box(
        identity_id="10024", name="Tim", permission_group="employee"
    ),
    "update_person": of_box(**WHO, department="Sales"),
    "delete_person": of_box(**WHO),
    "forget_person": dict(WHO),
    "get_groups": of_box(),
}


TOM = replace(
    PERSON,
    identity_id=WHO["identity_id"],
    name=WHO["name"],
    extra={"department": CANARY, "mobile": CANARY},
)


async def run(
    hass: HomeAssistant, action: str, data: dict[str, object], *, responds: bool
) -> None:
    """Run an automation with one action."""
    step: dict[str, object] = {"action": f"se_aibox.{action}", "data": data}
    if responds:
        step["response_variable"] = "response"
    config = {
        "id": AUTOMATION,
        "alias": AUTOMATION,
        "triggers": {"trigger": "event", "event_type": "never"},
        # A variable of a step is in the trace of the next one.
        "actions": [{**step, "continue_on_error": True}, {"event": "ran"}],
    }
    assert await async_setup_component(hass, "automation", {"automation": [config]})
    await hass.services.async_call(
        "automation",
        "trigger",
        {"entity_id": f"automation.{AUTOMATION}"},
        blocking=True,
    )


async def trace_of(hass_ws_client: WebSocketGenerator) -> str:
    """Return the only trace, as the frontend downloads it."""
    client = await hass_ws_client()
    await client.send_json_auto_id({"type": "trace/list", "domain": "automation"})
    [listed] = (await client.receive_json())["result"]
    await client.send_json_auto_id(
        {
            "type": "trace/get",
            "domain": "automation",
            "item_id": AUTOMATION,
            "run_id": listed["run_id"],
        }
    )
    trace = (await client.receive_json())["result"]
    assert "action/1" in trace["trace"]
    return json.dumps(trace, ensure_ascii=False)


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("action", ACTIONS)
async def test_trace_has_nothing_of_a_person_that_the_user_did_not_type(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    box: EmulatedBox,
    set_up: SetUp,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    action: str,
    fails: bool,
) -> None:
    """Also if the box refuses it with a text of its own; and no picture."""
    seed(box)
    box.people[:] = [TOM]
    await set_up()
    data = dict(ACTIONS[action])
    content = photo()
    if action == "enroll_person":
        data["file"] = keep(hass, tmp_path, "tim.jpg", content)
    if fails:
        says = {"code": CANARY, "message": f"{CANARY} is not at home"}
        box.answer_instead["*"] = CannedAnswer(
            400, orjson.dumps({"error": says}), "application/json"
        )
    await run(hass, action, data, responds=not fails or action == "get_groups")
    trace = await trace_of(hass_ws_client)
    assert f"se_aibox.{action}" in trace
    # The response is in it.
    assert fails or '"boxes"' in trace
    if fails:
        assert "could not do this" in trace
        # Home Assistant logs the error of the action.
        errors = [each for each in caplog.records if each.levelno >= logging.ERROR]
        assert errors
        assert CANARY not in "".join(each.getMessage() for each in errors)
        caplog.clear()
    # The capture devices of a group are no people.
    assert CANARY not in trace.replace(f"door-{CANARY}", "")
    assert base64.b64encode(content).decode()[:40] not in trace
