"""Nothing acts on an old recognition, or on one from the future."""

import time

import pytest

from custom_components.se_aibox.aibox.models import ClockReading
from custom_components.se_aibox.const import EVENT_RECOVERED
from custom_components.se_aibox.recognition.sighting import SIGNAL_LIVE, Sighting
from emulator import EmulatedBox
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from tests.integration.conftest import SetUp
from tests.integration.helpers import FiredEvents, held, state_of, until

pytest_plugins = ["tests.integration.entity_fixtures"]

MINUTES = 60.0


@pytest.mark.usefixtures("every_entity_enabled")
@pytest.mark.parametrize("age", [2 * MINUTES, -2 * MINUTES, 24 * 60 * MINUTES])
async def test_stale_recognition_is_delivered_as_recovered(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents, age: float
) -> None:
    """It changes no person, picture or event, and runs no trigger."""
    await set_up()
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    triggering: list[Sighting] = []

    @callback
    def _trigger(sighting: Sighting) -> None:
        triggering.append(sighting)

    async_dispatcher_connect(hass, SIGNAL_LIVE, _trigger)
    moment = round((time.time() - age) * 1000)
    await box.recognize(box.devices[0], box.people[0], timestamp_ms=moment)
    assert (await recovered.next())["identity_name"] == "Tom"
    for entity in (
        "event.front_door_recognition",
        "sensor.front_door_last_person",
        "sensor.front_door_last_person_type",
        "image.front_door_face",
    ):
        assert state_of(hass, entity) == "unknown"
    assert state_of(hass, "binary_sensor.front_door_recently_seen") == "off"
    assert (fired.unread, triggering) == (0, [])

    await box.recognize(box.devices[0], box.people[1])
    assert (await fired.next())["identity_name"] == "小明"
    assert len(triggering) == 1


async def test_limit_is_an_option(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """The default is 60 seconds."""
    await set_up({"freshness_limit": 300})
    moment = round((time.time() - 2 * MINUTES) * 1000)
    await box.recognize(box.devices[0], box.people[0], timestamp_ms=moment)
    assert (await fired.next())["identity_name"] == "Tom"


async def test_wrong_clock_of_the_box_is_corrected(
    box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """Its recognitions are delivered as live."""
    box.state.clock_offset = 10 * MINUTES
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    assert (await fired.next())["identity_name"] == "Tom"


async def test_recognition_by_a_clock_off_by_millennia_is_recovered(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The time of the recognition is right, but cannot be trusted."""
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    box.state.clock_offset = 2900 * 365 * 24 * 60 * MINUTES
    await set_up()
    moment = round(time.time() * 1000)
    await box.recognize(box.devices[0], box.people[0], timestamp_ms=moment)
    assert (await recovered.next())["identity_name"] == "Tom"


async def test_clock_that_jumped_is_measured_again_once(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """Only the recognitions before that are not live."""
    entry = await set_up()
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    box.state.clock_offset = -10 * MINUTES
    async with held(entry.runtime_data.polls.clock, "_ask") as measurements:
        for _ in range(3):
            await box.recognize(box.devices[0], box.people[0])
        for _ in range(3):
            await recovered.next()
        await until(lambda: bool(measurements.call_count))
    await until(lambda: _clock_error(hass) < -9 * MINUTES)
    assert measurements.call_count == 1
    await box.recognize(box.devices[0], box.people[0])
    assert (await fired.next())["identity_name"] == "Tom"


def _clock_error(hass: HomeAssistant) -> float:
    [entry] = hass.config_entries.async_loaded_entries("se_aibox")
    reading: ClockReading = entry.runtime_data.client.clock.reading
    return reading.offset.total_seconds()
