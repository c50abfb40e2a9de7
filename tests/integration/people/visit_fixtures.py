"""Fixtures: visitors on a box of each dialect, and a clock that may be set."""

import pytest

from custom_components.se_aibox.people.following import PeopleConfigEntry
from homeassistant.core import HomeAssistant

from .followed_people import Boxes
from .visit_helpers import Clock, Visits


@pytest.fixture
def visits(
    hass: HomeAssistant,
    boxes: Boxes,
    people: PeopleConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> Visits:
    """Enroll visitors on two boxes; their clock is Home Assistant's."""
    return Visits(hass, boxes, Clock(hass, monkeypatch))
