"""What the recorder has of a person who was forgotten."""

from datetime import timedelta

import pytest

from homeassistant.components.recorder import Recorder, get_instance
from homeassistant.components.recorder.history import state_changes_during_period
from homeassistant.core import HomeAssistant, State
from homeassistant.util import dt as dt_util
from tests.integration.helpers import FiredEvents
from tests.integration.people.followed_people import TOM, Boxes, person_of
from tests.integration.people.seen_people import ENTITIES, EVENT

from .action_helpers import act

pytest_plugins = ["tests.integration.people.people_fixtures"]


@pytest.fixture(autouse=True)
def _custom_integrations(
    recorder_mock: Recorder, enable_custom_integrations: None
) -> None:
    """Start the recorder before Home Assistant, as it requires."""


async def recorded(hass: HomeAssistant, entity_id: str) -> list[State]:
    """Return what the recorder has of an entity."""
    instance = get_instance(hass)
    await instance.async_block_till_done()
    start = dt_util.utcnow() - timedelta(hours=1)
    found = await instance.async_add_executor_job(
        lambda: state_changes_during_period(hass, start, entity_id=entity_id)
    )
    return found.get(entity_id, [])


async def test_recorder_has_nothing_of_the_entities_any_more(
    hass: HomeAssistant, boxes: Boxes, fired: FiredEvents, tom: str
) -> None:
    """Not even that they were removed."""
    await boxes.flat.recognize(boxes.flat.devices[0], person_of(boxes.flat, TOM))
    await fired.next()
    await hass.async_block_till_done()
    assert await recorded(hass, EVENT)
    data = {"identity_id": TOM, "name": person_of(boxes.flat, TOM).name}
    response = await act(hass, "forget_person", data)
    assert response["erased"]["entities"] >= len(ENTITIES)
    await hass.async_block_till_done()
    for entity_id in ENTITIES:
        assert not await recorded(hass, entity_id)
