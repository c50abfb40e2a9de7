"""The blueprint that raises an alarm."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from emulator import EmulatedBox, Identity, PersonType
from homeassistant.core import HomeAssistant
from tests.integration.conftest import SetUp
from tests.integration.helpers import FiredEvents
from tests.integration.recognition.automation_helpers import (
    CULPRIT,
    FRIEND,
    Door,
    doors_of,
)

from .blueprint_helpers import END, SMALL, Clock, Phone, use_blueprint

type Watch = Callable[..., Awaitable[Door]]

pytest_plugins = ["tests.integration.blueprints.blueprint_fixtures"]

pytestmark = pytest.mark.parametrize("dialect", ["nested"])

STRANGER = "Stranger · Front door"
BLOCKLISTED = "Blocklisted: Mallory · Front door"


@pytest.fixture
def watch(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, tmp_path: Path, phone: Phone
) -> Watch:
    """Return a function that sets up the automation for the front door."""

    async def _watch(**inputs: object) -> Door:
        front_door, *_ = doors_of(hass, box, await set_up())
        given: dict[str, object] = {
            "where": {"device_id": [front_door.device_id]},
            "phones": [phone.device_id],
            "actions": [{"event": "siren"}],
        }
        await use_blueprint(hass, tmp_path, "alarm", **given | inputs)
        return front_door

    return _watch


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({}, [BLOCKLISTED, STRANGER]),
        ({"kinds": ["stranger"]}, [STRANGER]),
        ({"kinds": ["blocklisted"]}, [BLOCKLISTED]),
        ({"after": "10:00:00", "before": "11:00:00"}, []),
        ({"after": "22:00:00", "before": "06:00:00"}, [BLOCKLISTED, STRANGER]),
        (
            {"only_if": [{"condition": "state", "entity_id": "a.b", "state": "on"}]},
            [],
        ),
    ],
)
async def test_alarm_for_chosen_kinds_at_chosen_times(
    hass: HomeAssistant,
    watch: Watch,
    phone: Phone,
    clock: Clock,
    inputs: dict[str, Any],
    expected: list[str],
) -> None:
    """A friend never raises one."""
    hass.states.async_set("a.b", "off")
    sirens = FiredEvents(hass, "siren")
    door = await watch(**inputs)
    clock.set_to(23)
    for identity in (FRIEND, CULPRIT, None):
        await door.sees(identity)
    assert phone.messages() == expected
    assert sirens.unread == len(expected)


@pytest.mark.parametrize("urgent", [True, False])
async def test_urgent_alarm_sounds_on_a_silent_phone(
    watch: Watch, phone: Phone, urgent: bool
) -> None:
    """The notification shows the whole scene."""
    door = await watch(urgent=urgent)
    await door.sees()
    data = (await phone.next())["data"]
    assert data["image"].endswith(f"/scene{SMALL}")
    assert ("push" in data, data.get("channel") == "alarm_stream") == (urgent, urgent)


async def test_name_in_an_alarm_is_plain_text(watch: Watch, phone: Phone) -> None:
    """It is neither markup nor a command to the phone."""
    door = await watch(blocklisted_message="{{ who }}")
    await door.sees(Identity("1", "command_dnd", PersonType.BLACKLIST))
    await door.sees(Identity("1", "<h1>&amp;", PersonType.BLACKLIST))
    assert [(await phone.next())["message"] for _ in range(2)] == [
        f"command_dnd{END}",
        f"＜h1>＆amp;{END}",
    ]


async def test_failing_phone_or_action_does_not_stop_the_others(
    hass: HomeAssistant,
    watch: Watch,
    phone: Phone,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The error is logged."""
    sirens = FiredEvents(hass, "siren")
    other = Phone(hass, "Tablet")
    other.is_out_of_reach = True
    door = await watch(
        phones=[other.device_id, phone.device_id],
        actions=[{"event": "siren"}, {"action": "siren.nowhere"}],
    )
    await door.sees()
    assert phone.messages() == [STRANGER]
    assert sirens.unread == 1
    assert "siren.nowhere" in caplog.text
    caplog.clear()
