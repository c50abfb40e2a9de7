"""Fixtures of the tests of the blueprints."""

import pytest

from homeassistant.core import HomeAssistant
from tests.integration.helpers import FiredEvents

from .blueprint_helpers import REPORT, Clock, Phone


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return the clock of automations."""
    return Clock(monkeypatch)


@pytest.fixture
def phone(hass: HomeAssistant) -> Phone:
    """Return a phone."""
    return Phone(hass, "Ming's Phone")


@pytest.fixture
def reports(hass: HomeAssistant) -> FiredEvents:
    """Return the events that the action of `report` fires."""
    return FiredEvents(hass, REPORT)
