"""The blueprint that locks several boxes down."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from emulator import CannedAnswer, EmulatedBox
from homeassistant.core import HomeAssistant
from tests.integration.helpers import FiredEvents, state_becomes, state_of
from tests.integration.people.followed_people import Boxes

from .blueprint_helpers import END, Phone, report, use_blueprint

type Guard = Callable[..., Awaitable[None]]

pytest_plugins = [
    "tests.integration.blueprints.blueprint_fixtures",
    "tests.integration.entity_fixtures",
    "tests.integration.people.people_fixtures",
]

pytestmark = pytest.mark.usefixtures("every_entity_enabled")

SWITCH = "input_boolean.lockdown"
PANEL = "alarm_control_panel.house"
SELECTS = [f"select.{age}_box_pass_mode_control" for age in ("old", "new")]


@pytest.fixture
def guard(hass: HomeAssistant, boxes: Boxes, tmp_path: Path, phone: Phone) -> Guard:
    """Return a function that sets up the automation for both boxes."""

    async def _guard(**inputs: object) -> None:
        hass.states.async_set(SWITCH, "off")
        hass.states.async_set(PANEL, "armed_away")
        given: dict[str, object] = {
            "alarms": [SWITCH, PANEL],
            "boxes": SELECTS,
            "phones": [phone.device_id],
            "actions": [
                report(
                    message="{{ message }}",
                    locked="{{ locked }}",
                    not_locked="{{ not_locked }}",
                )
            ],
        }
        await use_blueprint(hass, tmp_path, "lockdown", **given | inputs)

    return _guard


def modes(boxes: Boxes) -> set[str]:
    """Return the pass modes of the boxes."""
    return {box.settings.pass_mode for box in boxes}


@pytest.mark.parametrize(("trigger", "to"), [(SWITCH, "on"), (PANEL, "triggered")])
async def test_alarm_locks_every_box_down_until_a_user_ends_it(
    hass: HomeAssistant,
    boxes: Boxes,
    guard: Guard,
    phone: Phone,
    reports: FiredEvents,
    trigger: str,
    to: str,
) -> None:
    """The end of the alarm does not end the lockdown."""
    await guard()
    hass.states.async_set(trigger, to)
    assert await reports.next() == {
        "message": "Nobody passes: Old box, New box",
        "locked": ["Old box", "New box"],
        "not_locked": [],
    }
    notification = await phone.next()
    assert notification["title"] == f"Lockdown{END}"
    assert notification["message"] == f"Nobody passes: Old box, New box{END}"
    assert notification["data"]["channel"] == "alarm_stream"
    hass.states.async_set(SWITCH, "off")
    hass.states.async_set(PANEL, "disarmed")
    await hass.async_block_till_done()
    assert modes(boxes) == {"allforbidden"}
    assert [state_of(hass, select) for select in SELECTS] == ["nobody"] * 2


def ignore(box: EmulatedBox) -> None:
    """Let a box refuse changes."""
    path = {
        "nested": "/SophonConfig/api/Configs",
        "flat": "/sophon/v2/face/setconfigs",
    }[box.dialect]
    box.answer_instead[path] = CannedAnswer(404, b"<html>404</html>")


@pytest.mark.parametrize("number", [0, 1])
async def test_box_that_does_not_obey_is_reported(
    hass: HomeAssistant,
    boxes: Boxes,
    guard: Guard,
    phone: Phone,
    reports: FiredEvents,
    caplog: pytest.LogCaptureFixture,
    number: int,
) -> None:
    """The others are locked down anyway."""
    await guard(patience={"milliseconds": 10}, urgent=False)
    ignore([*boxes][number])
    hass.states.async_set(SWITCH, "on")
    names = ["Old box", "New box"]
    stubborn = names.pop(number)
    assert await reports.next() == {
        "message": f"NOT locked down: {stubborn}",
        "locked": names,
        "not_locked": [stubborn],
    }
    notification = await phone.next()
    assert notification["message"] == f"NOT locked down: {stubborn}{END}"
    assert "channel" not in notification["data"]
    await hass.async_block_till_done()
    assert modes(boxes) == {"allforbidden", "normal"}
    caplog.clear()


async def test_lockdown_of_no_box_is_reported_as_none(
    hass: HomeAssistant, boxes: Boxes, guard: Guard, reports: FiredEvents
) -> None:
    """Who removed the last one must not believe that nobody passes."""
    await guard(boxes=[])
    hass.states.async_set(SWITCH, "on")
    assert await reports.next() == {
        "message": "NOT locked down:",
        "locked": [],
        "not_locked": [],
    }
    assert modes(boxes) == {"normal"}


async def test_box_that_obeys_late_is_waited_for(
    hass: HomeAssistant,
    boxes: Boxes,
    guard: Guard,
    reports: FiredEvents,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A user may do it in the web page of the box."""
    await guard()
    ignore(boxes.flat)
    hass.states.async_set(SWITCH, "on")
    await state_becomes(hass, SELECTS[0], "nobody")
    boxes.flat.settings.pass_mode = "allforbidden"
    entry = hass.config_entries.async_get_known_entry("01SEAIBOX0000000000000FLAT")
    await entry.runtime_data.polls.pass_mode.async_refresh()
    assert (await reports.next())["not_locked"] == []
    await hass.async_block_till_done()
    caplog.clear()


@pytest.mark.parametrize("before", ["unavailable", "unknown", None])
async def test_alarm_that_comes_back_locks_nothing_down(
    hass: HomeAssistant, boxes: Boxes, guard: Guard, before: str | None
) -> None:
    """It may be an old one, whose lockdown was ended."""
    await guard()
    for entity_id, state in ((SWITCH, "on"), (PANEL, "triggered")):
        if before is None:
            hass.states.async_remove(entity_id)
        else:
            hass.states.async_set(entity_id, before)
        hass.states.async_set(entity_id, state)
    await hass.async_block_till_done()
    assert modes(boxes) == {"normal"}
