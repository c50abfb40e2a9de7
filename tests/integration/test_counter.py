"""How many recognitions there were, for good."""

import pytest

# It ships no py.typed.
from pytest_homeassistant_custom_component.common import (  # type: ignore[import-untyped]
    mock_restore_cache_with_extra_data,
)

from emulator import EmulatedBox
from homeassistant.core import HomeAssistant, State

from .conftest import SetUp
from .helpers import state_becomes, state_of

COUNT = "sensor.front_door_recognitions"
CONNECTION = "binary_sensor.bm1684_180_connection"
SINCE = "2026-01-02T03:04:05+00:00"


async def test_counts_each_recognition_once(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Everybody counts, matched or not; a message that the box repeats, and another write of the state, do not."""
    entry = await set_up()
    front_door, _, turnstile = box.devices
    assert state_of(hass, COUNT) == "0"
    await box.recognize(front_door, box.people[0])
    await box.recognize(front_door)
    await box.recognize(turnstile, box.people[0])
    await state_becomes(hass, "sensor.lobby_turnstile_recognitions", "1")
    await entry.runtime_data.async_refresh()
    assert state_of(hass, COUNT) == "2"


@pytest.mark.parametrize("dialect", ["flat"])
async def test_repeated_message_counts_once(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """An id that the box says twice is one recognition."""
    await set_up()
    box.state.variant = box.state.variant.__class__(duplicates=2)
    await box.recognize(box.devices[0], box.people[0])
    box.state.variant = box.state.variant.__class__()
    await box.recognize(box.devices[0], box.people[1])
    await state_becomes(hass, "sensor.front_door_last_person", box.people[1].name)
    assert state_of(hass, COUNT) == "2"


async def test_goes_on_after_a_reload(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A reload neither loses the count nor counts again, and it is still the same meter."""
    entry = await set_up()
    await box.recognize(box.devices[0])
    state = await state_becomes(hass, COUNT, "1")
    began = state.attributes["last_reset"]
    for count in ("2", "3"):
        assert await hass.config_entries.async_reload(entry.entry_id)
        await state_becomes(hass, CONNECTION, "on")
        await box.wait_for_subscription()
        await box.recognize(box.devices[0])
        state = await state_becomes(hass, COUNT, count)
        assert state.attributes["last_reset"] == began


@pytest.mark.parametrize("dialect", ["nested"])
async def test_goes_on_after_a_restart(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """What was counted before Home Assistant stopped is still counted."""
    mock_restore_cache_with_extra_data(
        hass, [(State(COUNT, "41"), {"count": 41, "since": SINCE})]
    )
    await set_up()
    assert state_of(hass, COUNT) == "41"
    await box.recognize(box.devices[0])
    state = await state_becomes(hass, COUNT, "42")
    assert state.attributes["last_reset"] == SINCE


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize(
    "stored", [{}, {"count": "many", "since": SINCE}, {"count": 41, "since": "once"}]
)
async def test_starts_anew_without_a_usable_store(
    hass: HomeAssistant, set_up: SetUp, stored: dict[str, object]
) -> None:
    """What cannot be read is no count; the meter is a new one."""
    mock_restore_cache_with_extra_data(hass, [(State(COUNT, "41"), stored)])
    await set_up()
    state = await state_becomes(hass, COUNT, "0")
    assert state.attributes["last_reset"] != SINCE
