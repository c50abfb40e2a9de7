"""Visitors are deleted from every box when their visit is over."""

import pytest

from homeassistant.core import HomeAssistant
from tests.integration.box.repairs_helpers import issues

from .visit_helpers import ANNA_ID, Visits, on

pytest_plugins = [
    "tests.integration.people.people_fixtures",
    "tests.integration.people.visit_fixtures",
]


async def test_visitor_is_deleted_from_both_boxes_at_the_end(
    hass: HomeAssistant, visits: Visits
) -> None:
    """Not before."""
    await visits.enroll()
    assert visits.open_on == [{"nested", "flat"}]
    await visits.clock.minute()
    assert all(on(box) for box in visits.boxes)
    await visits.end()
    assert not any(on(box) for box in visits.boxes)
    assert visits.open_on == [set()]
    assert issues(hass) == []
