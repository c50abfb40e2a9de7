"""The health of a box."""

from datetime import timedelta

import orjson
import pytest

from emulator import CannedAnswer, EmulatedBox
from homeassistant.core import HomeAssistant, State
from homeassistant.util import dt as dt_util
from tests.integration.conftest import SetUp
from tests.integration.helpers import (
    FiredEvents,
    let_time_pass,
    restore,
    state_becomes,
    state_of,
    state_where,
)

pytest_plugins = ["tests.integration.entity_fixtures"]

NEXT_POLL = timedelta(seconds=61)
CONNECTION = "binary_sensor.bm1684_180_connection"
LAST_BOOT = "sensor.bm1684_180_last_boot"
FAN = "sensor.bm1684_180_fan_speed"
CORE = "sensor.bm1684_180_core_temperature"
READINGS = {
    "core_temperature": ("44.0", "°C"),
    "board_temperature": ("38.5", "°C"),
    "cpu_usage": ("27.0", "%"),
    "tpu_usage": ("41.0", "%"),
    "memory_usage": ("12.5", "%"),
    "storage_usage": ("31.5", "%"),
    "fan_speed": ("4470.0", "rpm"),
}

pytestmark = pytest.mark.usefixtures("every_entity_enabled")


def canned(box: EmulatedBox, nested_name: str, flat_name: str, body: object) -> None:
    """Replace the answer to a call of the system API."""
    path = (
        f"/SophonSystem/api/{nested_name}"
        if box.dialect == "nested"
        else f"/sophon/v2/system/{flat_name}"
    )
    box.answer_instead[path] = CannedAnswer(200, orjson.dumps(body), "application/json")


async def test_readings_have_value_and_unit(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The next poll updates them."""
    await set_up()
    await state_becomes(hass, CORE, "44.0")
    for key, (value, unit) in READINGS.items():
        state = hass.states.get(f"sensor.bm1684_180_{key}")
        assert state is not None, key
        assert (state.state, state.attributes["unit_of_measurement"]) == (value, unit)
        assert state.attributes["state_class"] == "measurement"

    box.state.health.core_temperature = 61.0
    let_time_pass(hass, NEXT_POLL)
    await state_becomes(hass, CORE, "61.0")


async def test_last_boot_changes_only_with_a_boot(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The box rounds its uptime; a reload changes nothing either."""
    entry = await set_up()
    first = await state_where(
        hass, LAST_BOOT, lambda state: state.state != "unavailable"
    )
    box.state.health.uptime = "3 hours, 58 minutes"
    box.state.health.core_temperature = 50.0
    let_time_pass(hass, NEXT_POLL)
    await state_becomes(hass, CORE, "50.0")
    assert state_of(hass, LAST_BOOT) == first.state

    assert await hass.config_entries.async_reload(entry.entry_id)
    await state_becomes(hass, CORE, "50.0")
    assert state_of(hass, LAST_BOOT) == first.state
    # Wait for the refresh that follows the connection.
    await entry.runtime_data.async_refresh()

    box.state.health.uptime = "0 minutes"
    let_time_pass(hass, NEXT_POLL)
    state = await state_where(hass, LAST_BOOT, lambda state: state.state != first.state)
    booted = dt_util.parse_datetime(state.state)
    assert booted is not None
    assert abs(dt_util.utcnow() - booted) < timedelta(minutes=1)


@pytest.mark.parametrize("dialect", ["nested"])
async def test_last_boot_is_stored_again_without_a_reading(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The system port is closed between two starts."""
    boot = dt_util.utcnow().replace(microsecond=0) - timedelta(hours=3, minutes=56)
    stored = {
        "native_value": {
            "__type": "<class 'datetime.datetime'>",
            "isoformat": boot.isoformat(),
        },
        "native_unit_of_measurement": None,
    }
    await restore(hass, (State(LAST_BOOT, "any"), stored))
    await box.port("system").close()
    entry = await set_up(accepts_silence=True)
    assert state_of(hass, LAST_BOOT) == "unavailable"
    assert await hass.config_entries.async_unload(entry.entry_id)
    await box.port("system").open()
    assert await hass.config_entries.async_setup(entry.entry_id)
    await state_becomes(hass, LAST_BOOT, boot.isoformat())


async def test_unusable_reading_is_unknown_and_logged_once(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Other readings are shown."""
    fan = {"fan_speed": "whirring"}
    canned(box, "fan", "getfanspeed", {"data": fan, **fan})
    canned(box, "uptime", "getuptime", {"data": [{"uptime": ["long"]}], "uptime": []})
    entry = await set_up()
    await state_becomes(hass, FAN, "unknown")
    await state_becomes(hass, LAST_BOOT, "unknown")
    assert state_of(hass, CORE) == "44.0"
    await entry.runtime_data.polls.health.async_refresh()
    lines = [line for line in caplog.messages if "read fan_speed" in line]
    assert lines == [
        "BM1684-180 health: cannot read fan_speed: fan_speed is not a number"
    ]
    assert "whirring" not in caplog.text

    box.answer_instead.clear()
    let_time_pass(hass, NEXT_POLL)
    await state_becomes(hass, FAN, "4470.0")


async def test_closed_system_port_costs_health_only(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is logged once, and health returns with the port."""
    await box.port("system").close()
    entry = await set_up(accepts_silence=True)
    for key in (*READINGS, "last_boot"):
        assert state_of(hass, f"sensor.bm1684_180_{key}") == "unavailable"
    assert state_of(hass, CONNECTION) == "on"
    await state_becomes(hass, "sensor.bm1684_180_pass_mode", "normal")
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()

    for _ in range(2):
        await entry.runtime_data.polls.health.async_refresh()
    lines = [line for line in caplog.messages if "health is not available" in line]
    assert len(lines) == 1

    await box.port("system").open()
    let_time_pass(hass, NEXT_POLL)
    await state_becomes(hass, CORE, "44.0")


async def test_health_is_unavailable_while_disconnected(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """It returns with the connection."""
    await set_up()
    await state_becomes(hass, CORE, "44.0")
    await box.port("events").close()
    await state_becomes(hass, CORE, "unavailable")
    await box.port("events").open()
    await state_becomes(hass, CORE, "44.0")
