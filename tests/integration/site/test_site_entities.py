"""The entities of a site show its books."""

import pytest

from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import (
    Event,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
)
from tests.integration.box.recovery_helpers import disconnect
from tests.integration.helpers import state_becomes, state_of, until_listening
from tests.integration.people.followed_people import ENTRY_IDS
from tests.integration.recognition.automation_helpers import FRIEND, GUEST

from .site_helpers import PASSAGE, Office

pytest_plugins = [
    "tests.integration.people.people_fixtures",
    "tests.integration.site.site_fixtures",
]

INSIDE = "sensor.office_people_inside"
OCCUPIED = "binary_sensor.office_occupied"
EVENT = "event.office_passage"


def state(hass: HomeAssistant, entity_id: str) -> State:
    """Return the state of an entity."""
    found = hass.states.get(entity_id)
    assert found is not None
    return found


async def test_entities_show_the_people_inside(
    hass: HomeAssistant, office: Office
) -> None:
    """The event has the person and the place."""
    assert (state_of(hass, INSIDE), state_of(hass, OCCUPIED)) == ("0", "off")
    assert state_of(hass, EVENT) == "unknown"
    await office.sees(office.entrance, FRIEND)
    await office.sees(office.other_entrance, GUEST)
    assert (state_of(hass, INSIDE), state_of(hass, OCCUPIED)) == ("2", "on")
    inside = state(hass, INSIDE)
    assert inside.attributes["people"] == ["小明", "Anna"]
    assert inside.attributes["state_class"] == "measurement"
    passage = state(hass, EVENT).attributes
    assert passage["event_type"] == "entered"
    assert passage["count_inside"] == 2
    assert passage["identity_id"] == GUEST.identity_id
    assert passage["identity_name"] == "Anna"
    assert passage["capture_device_name"] == office.boxes.flat.devices[0].name
    assert passage["recognition_id"]
    await office.sees(office.exit, FRIEND)
    await office.sees(office.exit, GUEST)
    assert (state_of(hass, INSIDE), state_of(hass, OCCUPIED)) == ("0", "off")
    assert state(hass, EVENT).attributes["event_type"] == "left"


async def test_names_are_not_recorded(hass: HomeAssistant, office: Office) -> None:
    """They are personal data, and the event on the bus has them."""
    await office.sees(office.entrance, FRIEND)
    for entity_id, unrecorded in (
        (INSIDE, {"people"}),
        (EVENT, {"identity_id", "identity_name", "recognition_id"}),
    ):
        info = state(hass, entity_id).state_info
        assert info is not None
        assert unrecorded <= info["unrecorded_attributes"]


async def test_no_more_than_a_hundred_names_are_shown(
    hass: HomeAssistant, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All count."""
    monkeypatch.setattr("custom_components.se_aibox.sensor._MOST_NAMES", 1)
    await office.sees(office.entrance, FRIEND)
    await office.sees(office.entrance, GUEST)
    inside = state(hass, INSIDE)
    assert inside.state == "2"
    assert inside.attributes["people"] == ["小明"]


async def test_states_are_written_before_the_events(
    hass: HomeAssistant, office: Office
) -> None:
    """An automation that runs can read them."""
    order: list[str] = []

    @callback
    def _changed(event: Event[EventStateChangedData]) -> None:
        if "office" in event.data["entity_id"]:
            order.append(event.data["entity_id"])

    @callback
    def _passed(event: Event) -> None:
        order.append(str(event.event_type))

    hass.bus.async_listen(EVENT_STATE_CHANGED, _changed)
    hass.bus.async_listen(PASSAGE, _passed)
    await office.sees(office.entrance, FRIEND)
    assert set(order[:2]) == {INSIDE, OCCUPIED}
    assert order[2:] == [EVENT, PASSAGE]


async def test_forgotten_person_leaves_without_a_name(
    hass: HomeAssistant, office: Office
) -> None:
    """The event has no person."""
    await office.sees(office.entrance, FRIEND)
    office.hours_pass(17)
    await hass.async_block_till_done()
    assert state_of(hass, INSIDE) == "0"
    passage = state(hass, EVENT).attributes
    assert passage["event_type"] == "left_unseen"
    assert passage["count_inside"] == 0
    assert passage["identity_name"] is passage["capture_device_name"] is None


async def test_recovered_passage_shows_in_the_states_and_fires_no_event(
    hass: HomeAssistant, office: Office
) -> None:
    """No one passed just now."""
    box = office.boxes.nested
    entry = hass.config_entries.async_get_known_entry(ENTRY_IDS[box.dialect])
    await disconnect(box, entry)
    await box.recognize(box.devices[0], FRIEND)
    await box.port("events").open()
    await state_becomes(hass, INSIDE, "1")
    await until_listening(entry)
    assert state_of(hass, OCCUPIED) == "on"
    assert state_of(hass, EVENT) == "unknown"


async def test_reload_shows_the_same(hass: HomeAssistant, office: Office) -> None:
    """The event entity keeps its last passage."""
    await office.sees(office.entrance, FRIEND)
    before = state_of(hass, EVENT)
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    await hass.async_block_till_done()
    assert (state_of(hass, INSIDE), state_of(hass, OCCUPIED)) == ("1", "on")
    assert state_of(hass, EVENT) == before
