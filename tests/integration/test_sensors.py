"""The sensors of a capture device, and the pass mode."""

from datetime import timedelta

import pytest

from emulator import CannedAnswer, EmulatedBox
from homeassistant.core import HomeAssistant

from .conftest import SetUp
from .helpers import let_time_pass, state_becomes, state_of, until_listening

pytest_plugins = ["tests.integration.entity_fixtures"]

SCORE = "sensor.front_door_last_score"
PASS_MODE = "sensor.bm1684_180_pass_mode"
CONNECTION = "binary_sensor.bm1684_180_connection"
NEXT_POLL = timedelta(seconds=61)


@pytest.mark.usefixtures("every_entity_enabled")
async def test_score_is_shown_as_received(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A reload keeps it; a missing score is unknown."""
    entry = await set_up()
    assert state_of(hass, SCORE) == "unknown"
    front_door, *_ = box.devices
    await box.recognize(front_door, box.people[0], score=0.625)
    await state_becomes(hass, SCORE, "0.625")
    assert await hass.config_entries.async_reload(entry.entry_id)
    await state_becomes(hass, CONNECTION, "on")
    assert state_of(hass, SCORE) == "0.625"

    await until_listening(entry)
    await box.recognize(front_door, box.people[0], omit=("score",))
    await state_becomes(hass, SCORE, "unknown")


async def test_score_is_disabled_by_default(hass: HomeAssistant, set_up: SetUp) -> None:
    """Users can enable it."""
    await set_up()
    assert hass.states.get(SCORE) is None


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("normal", "normal"),
        ("allpass", "everyone"),
        ("allforbidden", "nobody"),
        ("sometimes", "unknown"),
    ],
)
async def test_pass_mode_follows_the_box(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, word: str, state: str
) -> None:
    """The box is polled every minute."""
    await set_up()
    await state_becomes(hass, PASS_MODE, "normal")
    box.settings.pass_mode = word
    let_time_pass(hass, NEXT_POLL)
    await state_becomes(hass, PASS_MODE, state)


def _asked(box: EmulatedBox, path: str) -> int:
    """Return how often the box was asked for its pass mode."""
    # One call of 2.0 is also for how many people fit.
    return sum(
        request.path == path and "GROUP_SIZE" not in str(request.body)
        for request in box.requests
    )


async def test_missing_pass_mode_is_unavailable_and_logged_once(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It becomes available by itself."""
    await set_up()
    await state_becomes(hass, PASS_MODE, "normal")
    path = (
        "/SophonConfig/api/Configs/PASSMODE"
        if box.dialect == "nested"
        else "/sophon/v2/face/getconfigs"
    )
    box.answer_instead[path] = CannedAnswer(404, b"<html>404</html>")
    let_time_pass(hass, NEXT_POLL)
    await state_becomes(hass, PASS_MODE, "unavailable")
    assert state_of(hass, CONNECTION) == "on"
    asked = _asked(box, path)
    entry = hass.config_entries.async_entries("se_aibox")[0]
    await entry.runtime_data.polls.pass_mode.async_refresh()
    assert _asked(box, path) == asked + 1

    box.answer_instead.clear()
    let_time_pass(hass, NEXT_POLL)
    await state_becomes(hass, PASS_MODE, "normal")
    lines = [line for line in caplog.messages if "pass mode is" in line]
    assert len(lines) == 2
    assert lines[-1].endswith("pass mode is available again")
