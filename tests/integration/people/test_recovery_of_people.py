"""Followed people in recovered recognitions."""

from datetime import timedelta

import pytest

from custom_components.se_aibox.const import EVENT_RECOVERED
from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from tests.integration.box.recovery_helpers import (
    COUNT,
    disconnect,
    miss,
    moment_in,
    moment_of,
)
from tests.integration.conftest import SetUp
from tests.integration.helpers import (
    FiredEvents,
    state_becomes,
    state_of,
    until_listening,
)

from .followed_people import follow

pytest_plugins = [
    "tests.integration.entity_fixtures",
    "tests.integration.people.people_fixtures",
]

pytestmark = pytest.mark.usefixtures("every_entity_enabled")


async def test_recovered_recognition_moves_last_seen_forward_only(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    people: PeopleConfigEntry,
    fired: FiredEvents,
) -> None:
    """It does not change the place."""
    entry = await set_up()
    await follow(hass, people, "Tom", box.people[0].identity_id)
    await disconnect(box, entry)
    missed = await miss(box, 3)
    await box.port("events").open()
    await state_becomes(hass, COUNT, "1")
    seen = moment_in(hass, "sensor.tom_last_seen")
    assert abs(seen - moment_of(missed)) < timedelta(seconds=1)
    assert state_of(hass, "sensor.tom_last_location") == "unknown"

    await until_listening(entry)
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    await hass.async_block_till_done()
    seen = moment_in(hass, "sensor.tom_last_seen")
    await disconnect(box, entry)
    await miss(box, 2)
    await box.port("events").open()
    await state_becomes(hass, COUNT, "3")
    assert moment_in(hass, "sensor.tom_last_seen") == seen


async def test_recovered_recognition_with_another_name_is_not_the_person(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    people: PeopleConfigEntry,
    fired: FiredEvents,
) -> None:
    """The user has not confirmed the name."""
    entry = await set_up()
    await follow(hass, people, "Tom", box.people[0].identity_id)
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    await hass.async_block_till_done()
    seen = state_of(hass, "sensor.tom_last_seen")
    await disconnect(box, entry)
    box.state.rename_person(box.people[0].identity_id, "Mallory")
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    await miss(box, 0)
    await box.port("events").open()
    assert (await recovered.next())["identity_name"] == "Mallory"
    assert state_of(hass, "sensor.tom_last_seen") == seen
