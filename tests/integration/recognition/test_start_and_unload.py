"""Recognitions while Home Assistant starts, and while a box is unloaded."""

from unittest.mock import patch

import pytest

from custom_components.se_aibox.const import EVENT_RECOVERED
from emulator import EmulatedBox
from homeassistant.config_entries import ConfigEntries, ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant
from tests.integration.conftest import SetUp
from tests.integration.helpers import (
    FiredEvents,
    state_becomes,
    state_of,
    until_listening,
)

CONNECTION = "binary_sensor.bm1684_180_connection"
COUNTER = "sensor.front_door_recognitions"


async def test_recognition_before_the_start_is_over_is_recovered(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """No automation could have acted upon it."""
    entry = await set_up()
    await hass.config_entries.async_unload(entry.entry_id)
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    hass.set_state(CoreState.starting)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert state_of(hass, CONNECTION) == "off"
    early = await box.recognize(box.devices[0], box.people[0])
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    assert (await recovered.next())["identity_id"] == early.identity_id
    await until_listening(entry)
    assert fired.unread == 0
    assert state_of(hass, COUNTER) == "1"
    await box.recognize(box.devices[0], box.people[1])
    await fired.next()


async def test_recognition_during_an_unload_is_recovered_by_the_next_setup(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """Neither the bus nor an entity saw it before."""
    entry = await set_up()
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    unload_platforms = ConfigEntries.async_unload_platforms

    async def _recognize_first(self: ConfigEntries, *args: object) -> bool:
        await box.recognize(box.devices[0], box.people[0])
        return await unload_platforms(self, *args)  # type: ignore[arg-type]  # as given

    with patch.object(ConfigEntries, "async_unload_platforms", _recognize_first):
        await hass.config_entries.async_unload(entry.entry_id)
    assert (fired.unread, recovered.unread) == (0, 0)
    await hass.config_entries.async_setup(entry.entry_id)
    assert (await recovered.next())["identity_id"] == box.people[0].identity_id
    await until_listening(entry)
    assert fired.unread == 0
    assert state_of(hass, COUNTER) == "1"


async def test_box_that_cannot_be_unloaded_is_listened_to(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Its entities still exist."""
    entry = await set_up()

    async def _fail(*_: object) -> bool:
        return False

    with patch.object(ConfigEntries, "async_unload_platforms", _fail):
        assert not await hass.config_entries.async_unload(entry.entry_id)
    assert entry.state is ConfigEntryState.FAILED_UNLOAD
    await state_becomes(hass, CONNECTION, "on")
    await until_listening(entry)
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    # Home Assistant 2026.11 logs the failure as an error.
    caplog.clear()
