"""The sensor that counts recognitions."""

import pytest

from emulator import EmulatedBox, Variant
from homeassistant.core import HomeAssistant, State

from .conftest import SetUp
from .helpers import restore, state_becomes, state_of

COUNT = "sensor.front_door_recognitions"
CONNECTION = "binary_sensor.bm1684_180_connection"
SINCE = "2026-01-02T03:04:05+00:00"


async def test_each_recognition_counts_once(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Strangers count too; another write of the state does not."""
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
    """The box sends the same id again."""
    await set_up()
    box.state.variant = Variant(duplicates=2)
    await box.recognize(box.devices[0], box.people[0])
    box.state.variant = Variant()
    await box.recognize(box.devices[0], box.people[1])
    await state_becomes(hass, "sensor.front_door_last_person", box.people[1].name)
    assert state_of(hass, COUNT) == "2"


async def test_count_continues_after_a_reload(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The last reset stays the same."""
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
async def test_count_continues_after_a_restart(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Home Assistant has stored count and last reset."""
    await restore(hass, (State(COUNT, "41"), {"count": 41, "since": SINCE}))
    await set_up()
    assert state_of(hass, COUNT) == "41"
    await box.recognize(box.devices[0])
    state = await state_becomes(hass, COUNT, "42")
    assert state.attributes["last_reset"] == SINCE


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize(
    "stored", [{}, {"count": "many", "since": SINCE}, {"count": 41, "since": "once"}]
)
async def test_count_starts_at_zero_without_usable_stored_data(
    hass: HomeAssistant, set_up: SetUp, stored: dict[str, object]
) -> None:
    """The last reset is new as well."""
    await restore(hass, (State(COUNT, "41"), stored))
    await set_up()
    state = await state_becomes(hass, COUNT, "0")
    assert state.attributes["last_reset"] != SINCE
