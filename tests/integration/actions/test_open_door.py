"""Opening a door: the right one, once, and never later."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry  # type: ignore[import-untyped]  # It ships no py.typed.
import voluptuous as vol

from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import CannedAnswer, EmulatedBox, Relay, Variant
from homeassistant.components.button import ButtonEntity
from homeassistant.components.button.const import DOMAIN as BUTTON_DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.entity_component import DATA_INSTANCES
from tests.integration.conftest import SetUp
from tests.integration.helpers import requests_to, state_becomes, state_of
from tests.integration.people.followed_people import TOM, device_id_of, follow
from tests.integration.recognition.automation_helpers import box_device_id, doors_of

from .action_helpers import act

OPEN = "button.front_door_open_door"
CONNECTION = "binary_sensor.bm1684_180_connection"
CALL = "/SophonFogSys/api/EventAction"

pytest_plugins = ["tests.integration.people.people_fixtures"]

nested = pytest.mark.parametrize("dialect", ["nested"])

type Open = Callable[[HomeAssistant], Awaitable[None]]


async def press(hass: HomeAssistant) -> None:
    """Press the button of the front door."""
    await hass.services.async_call(
        "button", "press", {"entity_id": OPEN}, blocking=True
    )


async def pulse(hass: HomeAssistant, **data: object) -> None:
    """Call the action for the front door."""
    entity = er.async_get(hass).async_get(OPEN)
    assert entity is not None
    await act(hass, "open_door", {"device_id": entity.device_id, **data})


# The button and the action behave the same.
both_ways = pytest.mark.parametrize("open_it", [press, pulse])


@both_ways
@nested
async def test_door_opens_through_the_relay_that_is_bound_now(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, open_it: Open
) -> None:
    """Its channel changed on the box after the setup."""
    entry = await set_up()
    front_door = box.devices[0]
    assert front_door.relay is not None
    box.devices[0] = replace(front_door, relay=replace(front_door.relay, channel=3))
    await entry.runtime_data.async_refresh()
    await open_it(hass)
    [action] = box.door_actions
    assert (action.mode, action.channel) == ("opendoor", 3)
    assert action.action_ip == front_door.relay.ip
    assert action.port == front_door.relay.port
    assert action.seconds == front_door.relay.delay_time
    assert not box.errors


async def test_only_a_capture_device_with_a_relay_has_a_button(
    entity_registry: er.EntityRegistry, box: EmulatedBox, set_up: SetUp
) -> None:
    """A flat box has none: it cannot open doors."""
    entry = await set_up()
    entities = er.async_entries_for_config_entry(entity_registry, entry.entry_id)
    buttons = [entity.entity_id for entity in entities if entity.domain == "button"]
    assert buttons == ([OPEN] if box.dialect == "nested" else [])


@nested
@pytest.mark.parametrize("channel", [0, -1])
async def test_relay_without_a_channel_has_no_button(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, channel: int
) -> None:
    """It would open every door."""
    box.devices[0] = replace(
        box.devices[0], relay=Relay("192.0.2.120", 50_000, channel)
    )
    await set_up()
    assert hass.states.get(OPEN) is None


@nested
async def test_press_of_a_button_whose_relay_was_unbound_opens_nothing(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The button is unavailable, but a press may be under way."""
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


@both_ways
@nested
@pytest.mark.parametrize(
    "answer",
    [
        CannedAnswer(
            400, b'{"error": {"code": 17, "message": "relay busy", "status": "BUSY"}}'
        ),
        CannedAnswer(404, b"<html>404</html>"),
    ],
)
async def test_refused_opening_is_an_error_and_is_not_retried(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    answer: CannedAnswer,
    open_it: Open,
) -> None:
    """The error has none of the answer's JSON."""
    await set_up()
    box.answer_instead[CALL] = answer
    with pytest.raises(HomeAssistantError) as raised:
        await open_it(hass)
    assert raised.value.translation_key == "door_refused"
    assert "{" not in str(raised.value)
    assert requests_to(box, CALL) == 1


@both_ways
@nested
@pytest.mark.parametrize(
    "answer",
    [
        CannedAnswer(500, b"<html>500</html>"),
        CannedAnswer(200, b"opened, perhaps"),
        # The connection breaks during the answer.
        CannedAnswer(200, b"{}", headers={"Content-Encoding": "gzip"}),
    ],
)
async def test_unclear_answer_says_that_nobody_knows(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    answer: CannedAnswer,
    open_it: Open,
) -> None:
    """The box received the request, and may have opened the door."""
    await set_up()
    box.answer_instead[CALL] = answer
    with pytest.raises(HomeAssistantError) as raised:
        await open_it(hass)
    assert raised.value.translation_key == "door_no_answer"
    assert requests_to(box, CALL) == 1


@both_ways
@nested
async def test_firmware_that_expects_the_device_address_refuses(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, open_it: Open
) -> None:
    """No other address is tried."""
    box.state.variant = Variant(action_ip="device")
    await set_up()
    with pytest.raises(HomeAssistantError) as raised:
        await open_it(hass)
    assert raised.value.translation_key == "door_refused"
    assert not box.door_actions
    assert requests_to(box, CALL) == 1


@both_ways
@nested
async def test_door_does_not_open_when_an_unreachable_box_returns(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, open_it: Open
) -> None:
    """Nothing was sent, so the error says that the door was not opened."""
    entry = await set_up()
    await box.port("rest").close()
    with pytest.raises(HomeAssistantError) as raised:
        await open_it(hass)
    assert raised.value.translation_key == "door_not_reached"
    assert "was not opened" in str(raised.value)
    await box.port("rest").open()
    await entry.runtime_data.async_refresh()
    assert not box.door_actions
    assert not requests_to(box, CALL)


@both_ways
@nested
async def test_door_opens_without_the_event_socket(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, open_it: Open
) -> None:
    """The request goes to the REST port."""
    await set_up()
    await box.port("events").close()
    await state_becomes(hass, CONNECTION, "off")
    await open_it(hass)
    assert len(box.door_actions) == 1


@nested
async def test_door_opens_for_the_requested_seconds(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """254 is the longest time after which the relay closes again."""
    await set_up()
    for seconds in (1, 254):
        await pulse(hass, seconds=seconds)
    assert [action.seconds for action in box.door_actions] == [1, 254]


@nested
@pytest.mark.parametrize(
    "seconds", [0, -1, 255, 100_000, "long", None, "{{ 5 }}", float("inf")]
)
async def test_invalid_seconds_open_nothing(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, seconds: object
) -> None:
    """With 255 seconds a relay stays open."""
    await set_up()
    with pytest.raises(vol.Invalid):
        await pulse(hass, seconds=seconds)
    assert not requests_to(box, CALL)


@nested
async def test_action_for_an_unbound_relay_is_refused(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """An automation that worked before gets the reason."""
    entry = await set_up()
    box.devices[0] = replace(box.devices[0], relay=None)
    await entry.runtime_data.async_refresh()
    with pytest.raises(HomeAssistantError) as raised:
        await pulse(hass)
    assert raised.value.translation_key == "door_has_no_relay"
    assert not requests_to(box, CALL)


@pytest.mark.parametrize("dialect", ["flat"])
async def test_flat_box_refuses_to_open_a_door(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """It has no such call."""
    front_door, *_ = doors_of(hass, box, await set_up())
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, "open_door", {"device_id": front_door.device_id})
    assert raised.value.translation_key == "box_opens_no_doors"


@nested
async def test_device_that_is_no_capture_device_is_refused(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    people: PeopleConfigEntry,
    device_registry: dr.DeviceRegistry,
) -> None:
    """Boxes, people, foreign devices and several devices are refused."""
    entry = await set_up()
    person = await follow(hass, people, "Tom", TOM)
    other = MockConfigEntry(domain="other")
    other.add_to_hass(hass)
    foreign = device_registry.async_get_or_create(
        config_entry_id=other.entry_id, identifiers={("other", "door")}
    )
    for device_id in (
        box_device_id(hass, entry),
        device_id_of(hass, person),
        foreign.id,
        "nothing",
        "",
    ):
        with pytest.raises(HomeAssistantError) as raised:
            await act(hass, "open_door", {"device_id": device_id})
        assert raised.value.translation_key == "not_a_capture_device", device_id
    with pytest.raises(vol.Invalid):
        await act(hass, "open_door", {"device_id": ["a", "b"]})
    with pytest.raises(vol.Invalid):
        await act(hass, "open_door", {}, target={"area_id": "hall"})
    assert not requests_to(box, CALL)


@nested
async def test_door_does_not_open_when_the_box_is_loaded_again(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The refused action is not kept."""
    entry = await set_up()
    assert await hass.config_entries.async_unload(entry.entry_id)
    with pytest.raises(ServiceValidationError) as raised:
        await pulse(hass)
    assert raised.value.translation_key == "service_config_entry_not_loaded"
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert not requests_to(box, CALL)
