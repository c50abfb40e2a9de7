"""Opening a door: its own, once, now or never."""

from dataclasses import replace

import pytest

from emulator import CannedAnswer, EmulatedBox, Relay, Variant
from homeassistant.components.button import ButtonEntity
from homeassistant.components.button.const import DOMAIN as BUTTON_DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_component import DATA_INSTANCES

from .conftest import SetUp
from .helpers import requests_to, state_becomes, state_of

OPEN = "button.front_door_open_door"
CONNECTION = "binary_sensor.bm1684_180_connection"
CALL = "/SophonFogSys/api/EventAction"

nested = pytest.mark.parametrize("dialect", ["nested"])


async def press(hass: HomeAssistant) -> None:
    """Press the button."""
    await hass.services.async_call(
        "button", "press", {"entity_id": OPEN}, blocking=True
    )


@nested
async def test_opens_its_own_door(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The channel is the bound relay's, as the box has it when the button is pressed."""
    entry = await set_up()
    front_door = box.devices[0]
    assert front_door.relay is not None
    box.devices[0] = replace(front_door, relay=replace(front_door.relay, channel=3))
    await entry.runtime_data.async_refresh()
    await press(hass)
    [action] = box.door_actions
    assert (action.mode, action.channel) == ("opendoor", 3)
    assert action.action_ip == front_door.ip
    assert action.port == front_door.relay.port
    assert action.seconds == front_door.relay.delay_time
    assert not box.errors


async def test_only_where_there_is_a_door(
    entity_registry: er.EntityRegistry, box: EmulatedBox, set_up: SetUp
) -> None:
    """One button for the one relay, and none where the box has no call for it."""
    entry = await set_up()
    entities = er.async_entries_for_config_entry(entity_registry, entry.entry_id)
    buttons = [entity.entity_id for entity in entities if entity.domain == "button"]
    assert buttons == ([OPEN] if box.dialect == "nested" else [])


@nested
@pytest.mark.parametrize("channel", [0, -1])
async def test_never_every_door(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, channel: int
) -> None:
    """A relay without a channel of its own would open every door: it has no button."""
    box.devices[0] = replace(
        box.devices[0], relay=Relay("192.0.2.120", 50_000, channel)
    )
    await set_up()
    assert hass.states.get(OPEN) is None


@nested
async def test_relay_that_is_unbound(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The button goes unavailable; a press that was already under way opens nothing."""
    entry = await set_up()
    button = hass.data[DATA_INSTANCES][BUTTON_DOMAIN].get_entity(OPEN)
    assert isinstance(button, ButtonEntity)
    box.devices[0] = replace(box.devices[0], relay=None)
    await entry.runtime_data.async_refresh()
    assert state_of(hass, OPEN) == "unavailable"
    with pytest.raises(HomeAssistantError) as raised:
        await button.async_press()
    assert raised.value.translation_key == "door_has_no_relay"
    assert not requests_to(box, CALL)


@nested
@pytest.mark.parametrize(
    "answer",
    [
        CannedAnswer(
            400, b'{"error": {"code": 17, "message": "relay busy", "status": "BUSY"}}'
        ),
        CannedAnswer(404, b"<html>404</html>"),
        CannedAnswer(500, b"<html>500</html>"),
        CannedAnswer(200, b"opened, perhaps"),
    ],
)
async def test_box_that_refuses(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, answer: CannedAnswer
) -> None:
    """A refusal is an error in words, and one attempt is all there is."""
    await set_up()
    box.answer_instead[CALL] = answer
    with pytest.raises(HomeAssistantError) as raised:
        await press(hass)
    assert raised.value.translation_key == "door_refused"
    assert "{" not in str(raised.value)
    assert requests_to(box, CALL) == 1


@nested
async def test_box_that_knows_the_relay_only(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Firmware that wants the relay's address refuses; nothing else is tried."""
    box.variant = Variant(action_ip="relay")
    await set_up()
    with pytest.raises(HomeAssistantError) as raised:
        await press(hass)
    assert raised.value.translation_key == "door_refused"
    assert not box.door_actions
    assert requests_to(box, CALL) == 1


@nested
async def test_box_that_does_not_answer(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """It is said that nobody knows; when the box is back, no door opens by itself."""
    entry = await set_up()
    await box.stop_rest_port()
    with pytest.raises(HomeAssistantError) as raised:
        await press(hass)
    assert raised.value.translation_key == "door_no_answer"
    await box.start_rest_port()
    await entry.runtime_data.async_refresh()
    assert not box.door_actions
    assert not requests_to(box, CALL)


@nested
async def test_without_the_event_socket(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The door opens over REST, whatever became of the socket."""
    await set_up()
    await box.stop_events_port()
    await state_becomes(hass, CONNECTION, "off")
    await press(hass)
    assert len(box.door_actions) == 1
