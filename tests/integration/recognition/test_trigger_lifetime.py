"""Automations across reloads, restarts and disconnections."""

from unittest.mock import patch

import pytest

from custom_components.se_aibox.recognition.sighting import SIGNAL_LIVE
from emulator import EmulatedBox
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers.dispatcher import DATA_DISPATCHER
from tests.integration.conftest import SetUp
from tests.integration.helpers import NEAR, restore, until, until_listening

from .automation_helpers import (
    COLLEAGUE,
    FRIEND,
    automate,
    automation,
    doors_of,
    recognized,
    seen,
)


async def test_automation_outlives_a_reload_of_the_entry(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The reload itself fires nothing."""
    entry = await set_up()
    front_door, *_ = doors_of(hass, box, entry)
    runs = await automate(hass, [recognized(NEAR), seen("stranger_seen", NEAR)])
    await front_door.sees(FRIEND)
    await front_door.sees()
    assert runs.unread == 2
    assert await hass.config_entries.async_unload(entry.entry_id)
    await until(lambda: not box.subscriptions)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until_listening(entry)
    await hass.async_block_till_done()
    assert runs.unread == 2
    await front_door.sees(FRIEND)
    assert runs.unread == 3


async def test_automation_set_up_before_the_box_fires(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """It fires once the box is set up."""
    runs = await automate(hass, recognized(NEAR))
    front_door, *_ = doors_of(hass, box, await set_up())
    assert runs.unread == 0
    await front_door.sees(FRIEND)
    assert runs.unread == 1


def listeners(hass: HomeAssistant) -> int:
    """Return the number of listeners to live recognitions."""
    return len(hass.data[DATA_DISPATCHER].get(SIGNAL_LIVE, ()))


@pytest.mark.parametrize("dialect", ["nested"])
async def test_reloaded_automation_fires_once(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A removed one leaves no listener."""
    front_door, *_ = doors_of(hass, box, await set_up())
    before = listeners(hass)
    runs = await automate(hass, recognized(NEAR))
    assert listeners(hass) == before + 1
    changed = automation(recognized(NEAR, people=["10042"]))
    for configured, expected in (([changed], 1), ([], 0)):
        with patch(
            "homeassistant.config.load_yaml_config_file",
            return_value={"automation": configured},
        ):
            await hass.services.async_call("automation", "reload", blocking=True)
        await hass.async_block_till_done()
        assert listeners(hass) == before + expected
        await front_door.sees(FRIEND)
        await front_door.sees(COLLEAGUE)
        assert runs.unread == 1


async def test_only_live_recognitions_fire(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Restored states, reconnects, polls and history records do not."""
    await restore(
        hass,
        (
            State("sensor.front_door_last_person", FRIEND.name),
            {"native_value": FRIEND.name, "native_unit_of_measurement": None},
        ),
        (
            State("event.front_door_recognition", "2026-11-01T08:00:00.000+00:00"),
            {"last_event_type": "employee", "last_event_attributes": {}},
        ),
    )
    triggers = [recognized(NEAR), seen("stranger_seen", NEAR)]
    runs = await automate(hass, triggers)
    entry = await set_up()
    front_door, *_ = doors_of(hass, box, entry)
    await box.recognize(box.devices[0], FRIEND, push=False)
    await box.drop()
    await until(lambda: entry.runtime_data.log.disconnections.total() == 1)
    await until_listening(entry)
    await hass.async_block_till_done()
    assert runs.unread == 0
    await front_door.sees(FRIEND)
    assert runs.unread == 1
