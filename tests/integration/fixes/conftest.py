"""Fixtures for the tests of repair flows that change a box."""

import pytest

from custom_components.se_aibox.fixes import clock
from homeassistant.core import HomeAssistant


@pytest.fixture
async def clock_of_another_zone(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, no_minimum_duration: None
) -> None:
    """Use a time zone that is not the box's, and ask the clock again at once."""
    # The sign in such a name is the opposite of the offset's.
    await hass.config.async_set_time_zone("Etc/GMT-3")
    monkeypatch.setattr(clock, "_SECONDS_BETWEEN", 0)
