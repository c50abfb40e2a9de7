"""Fixtures for capture devices that appear and disappear."""

import pytest

from custom_components.se_aibox.box import device_list, unlisted
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from homeassistant.helpers import update_coordinator
from tests.integration.helpers import until

from .device_list_helpers import load


@pytest.fixture
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the waits between two readings of the device list."""
    # Two answers count as two, however soon one follows the other.
    monkeypatch.setattr(device_list, "_SECONDS_TO_BE_GONE", 0)
    monkeypatch.setattr(unlisted, "delay", lambda *_: 0.01)
    monkeypatch.setattr(update_coordinator, "REQUEST_REFRESH_DEFAULT_COOLDOWN", 0.01)


@pytest.fixture
async def entry(hass: HomeAssistant, box: EmulatedBox) -> SeAiBoxConfigEntry:
    """Set up a box that reports changes of its list."""
    entry = await load(hass, box)
    if box.dialect == "flat":
        await until(lambda: box.broadcasts.listeners == 1)
    return entry
