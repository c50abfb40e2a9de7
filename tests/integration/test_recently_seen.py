"""The binary sensor *Recently seen*."""

from datetime import timedelta

import pytest

# It ships no py.typed.
from pytest_homeassistant_custom_component.common import async_fire_time_changed_exact  # type: ignore[import-untyped]

from emulator import EmulatedBox, Variant
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .conftest import SetUp
from .helpers import let_time_pass, state_becomes, state_of

pytest_plugins = ["tests.integration.entity_fixtures"]

SEEN = "binary_sensor.front_door_recently_seen"
ELSEWHERE = "binary_sensor.lobby_turnstile_recently_seen"
COUNT = "sensor.front_door_recognitions"
CONNECTION = "binary_sensor.bm1684_180_connection"

pytestmark = pytest.mark.usefixtures("every_entity_enabled")


async def test_sensor_is_on_for_30_seconds_after_a_recognition(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A stranger counts; other capture devices stay off."""
    await set_up()
    assert state_of(hass, SEEN) == "off"
    await box.recognize(box.devices[0])
    await state_becomes(hass, SEEN, "on")
    assert state_of(hass, ELSEWHERE) == "off"

    let_time_pass(hass, timedelta(seconds=25))
    assert state_of(hass, SEEN) == "on"
    let_time_pass(hass, timedelta(seconds=31))
    assert state_of(hass, SEEN) == "off"


@pytest.mark.parametrize("dialect", ["nested"])
async def test_time_restarts_with_each_recognition(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """It ends after the last one, not after the first."""
    await set_up()
    front_door, *_ = box.devices
    await box.recognize(front_door, box.people[0])
    await state_becomes(hass, SEEN, "on")
    end_of_the_first = dt_util.utcnow() + timedelta(seconds=30)
    await box.recognize(front_door, box.people[0])
    await state_becomes(hass, COUNT, "2")

    async_fire_time_changed_exact(hass, end_of_the_first)
    assert state_of(hass, SEEN) == "on"
    let_time_pass(hass, timedelta(seconds=31))
    assert state_of(hass, SEEN) == "off"


@pytest.mark.parametrize("dialect", ["nested"])
async def test_hold_time_is_an_option(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The default is 30 seconds."""
    await set_up({"hold_time": 120})
    await box.recognize(box.devices[0])
    await state_becomes(hass, SEEN, "on")
    let_time_pass(hass, timedelta(seconds=110))
    assert state_of(hass, SEEN) == "on"
    let_time_pass(hass, timedelta(seconds=121))
    assert state_of(hass, SEEN) == "off"


async def test_sensor_is_off_after_a_disconnection(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """While disconnected, it is unavailable."""
    entry = await set_up()
    await box.recognize(box.devices[0])
    await state_becomes(hass, SEEN, "on")
    await box.port("events").close()
    await state_becomes(hass, SEEN, "unavailable")

    await box.port("events").open()
    await state_becomes(hass, CONNECTION, "on")
    assert state_of(hass, SEEN) == "off"
    # Wait for the refresh that follows the connection.
    await entry.runtime_data.async_refresh()
    let_time_pass(hass, timedelta(seconds=31))
    assert state_of(hass, SEEN) == "off"


async def test_sensor_is_off_after_a_reload(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """No timer is left behind."""
    entry = await set_up()
    await box.recognize(box.devices[0])
    await state_becomes(hass, SEEN, "on")
    assert await hass.config_entries.async_reload(entry.entry_id)
    await state_becomes(hass, CONNECTION, "on")
    assert state_of(hass, SEEN) == "off"


async def test_first_recognition_at_an_unlisted_device_counts(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The list is read for that recognition."""
    await set_up()
    box.state.variant = Variant(pushes_unlisted=True)
    device = box.add_device(name="Side door")
    box.devices.remove(device)
    await box.recognize(device.device_id)
    box.devices.append(device)
    await state_becomes(hass, "binary_sensor.side_door_recently_seen", "on")
    assert state_of(hass, "sensor.side_door_recognitions") == "1"
