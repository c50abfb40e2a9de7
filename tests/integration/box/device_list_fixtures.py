"""What the tests of capture devices that come and go stand on."""

import pytest

from custom_components.se_aibox.box import device_list, unlisted
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from homeassistant.helpers import update_coordinator
from tests.integration.helpers import until

from .device_list_helpers import load


@pytest.fixture
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take two answers for two, however fast, and read again as soon as a broadcast says so or somebody waits."""
    monkeypatch.setattr(device_list, "_SECONDS_TO_BE_GONE", 0)
    monkeypatch.setattr(unlisted, "delay", lambda *_: 0.01)
    monkeypatch.setattr(update_coordinator, "REQUEST_REFRESH_DEFAULT_COOLDOWN", 0.01)


@pytest.fixture
async def entry(hass: HomeAssistant, box: EmulatedBox) -> SeAiBoxConfigEntry:
    """Set up a box that knows whom to tell of changes."""
    entry = await load(hass, box)
    if box.dialect == "flat":
        await until(lambda: box.broadcasts.listeners == 1)
    return entry
