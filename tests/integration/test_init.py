"""Setting up, unloading and reloading a box."""

from datetime import timedelta

import pytest

from custom_components.se_aibox.const import DOMAIN
from emulator import CannedAnswer, EmulatedBox, PictureKind
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_exception_message

from .conftest import Look, SetUp
from .helpers import (
    ENTRY_ID,
    Heard,
    device_list_path,
    jpeg,
    let_time_pass,
    make_entry,
    our_tasks,
    state_becomes,
    state_of,
    until,
    until_everything_is_asked,
)

pytest_plugins = ["tests.integration.entity_fixtures"]

CONNECTION = "binary_sensor.bm1684_180_connection"
SEEN = "binary_sensor.front_door_recently_seen"
RETRY = timedelta(minutes=2)


async def test_unload_leaves_nothing_behind(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """An unloaded box sees its socket closed, and none of its tasks goes on."""
    entry = await set_up()
    assert our_tasks()
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert entry.state is ConfigEntryState.NOT_LOADED
    assert not our_tasks()
    await until(lambda: not box.subscriptions)
    assert state_of(hass, "sensor.front_door_last_person") == "unavailable"


async def test_unload_while_connecting(hass: HomeAssistant, box: EmulatedBox) -> None:
    """A box whose handshake hangs can be unloaded at once."""
    box.events.silent = True
    entry = make_entry(box)
    await hass.config_entries.async_add(entry)
    assert entry.state is ConfigEntryState.LOADED
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert not our_tasks()


async def test_stop_of_home_assistant(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The socket closes with Home Assistant."""
    await set_up()
    await hass.async_stop()
    await until(lambda: not box.subscriptions)
    assert not our_tasks()


@pytest.mark.usefixtures("every_entity_enabled")
async def test_reload(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, heard: Heard
) -> None:
    """A reloaded box keeps what it saw last, fires nothing of it, and hears again.

    That somebody was seen just now is no reason to act any more.
    """
    entry = await set_up()
    front_door, *_ = box.devices
    await box.recognize(front_door, box.people[0])
    await heard.next()
    before = {state.entity_id: state.state for state in hass.states.async_all()}

    assert await hass.config_entries.async_reload(entry.entry_id)
    await state_becomes(hass, CONNECTION, "on")
    await box.wait_for_subscription()
    await until_everything_is_asked()
    after = {state.entity_id: state.state for state in hass.states.async_all()}
    assert before.pop(SEEN) == "on"
    assert after.pop(SEEN) == "off"
    assert after == before

    second = await box.recognize(front_door, box.people[1])
    assert (await heard.next())["identity_id"] == second.identity_id
    assert state_of(hass, "sensor.front_door_last_person") == second.identity_name
    assert heard.unread == 0


async def test_two_boxes(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, heard: Heard, look: Look
) -> None:
    """A box that is unloaded takes nothing from the other: not its events, not its pictures."""
    first = await set_up()
    async with EmulatedBox("flat", seed=2, device_count=1) as other:
        second = make_entry(other, entry_id="01SEAIBOX0000000000SECOND")
        await hass.config_entries.async_add(second)
        await other.wait_for_subscription()
        await hass.config_entries.async_unload(first.entry_id)
        await other.recognize(identity=other.people[3])
        event = await heard.next()
        assert event["entry_id"] == second.entry_id
        response = await look(event["pictures"]["face"])
        assert await response.read() == jpeg(other, PictureKind.FACE)
        # Before its box goes away.
        await hass.config_entries.async_unload(second.entry_id)


async def test_box_down_at_start(hass: HomeAssistant, box: EmulatedBox) -> None:
    """A box that does not answer is tried again by itself, and says why until then."""
    await box.port("rest").close()
    entry = make_entry(box)
    await hass.config_entries.async_add(entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "cannot_connect"
    assert entry.error_reason_translation_placeholders == {
        "host": "127.0.0.1",
        "reason": "ClientConnectorError",
    }
    assert entry.reason == async_get_exception_message(
        DOMAIN, "cannot_connect", entry.error_reason_translation_placeholders
    )
    assert not our_tasks()
    assert not box.subscriptions
    assert hass.states.get(CONNECTION) is None

    await box.port("rest").open()
    let_time_pass(hass, RETRY)
    await state_becomes(hass, CONNECTION, "on")


async def test_box_still_starting(hass: HomeAssistant, box: EmulatedBox) -> None:
    """A box that is still starting is tried again by itself."""
    box.state.initializing = True
    entry = make_entry(box)
    await hass.config_entries.async_add(entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "still_starting"
    assert not our_tasks()
    assert not box.subscriptions

    box.state.initializing = False
    let_time_pass(hass, RETRY)
    await state_becomes(hass, CONNECTION, "on")


async def test_something_else_at_the_address(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """A stranger at the box's address is no box, and is not subscribed to."""
    box.answer_instead[device_list_path(box)] = CannedAnswer(body=b"<html></html>")
    entry = make_entry(box)
    await hass.config_entries.async_add(entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "cannot_connect"
    assert not box.subscriptions


async def test_events_port_closed_at_start(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """A box that answers but does not push is set up, and its connection tells."""
    await box.port("events").close()
    await hass.config_entries.async_add(make_entry(box))
    assert state_of(hass, CONNECTION) == "off"
    await box.port("events").open()
    await state_becomes(hass, CONNECTION, "on")


@pytest.mark.parametrize(
    ("pictures", "kinds"),
    [
        (["captured"], {"face", "scene"}),
        (["reference"], {"reference"}),
        ([], set()),
    ],
)
async def test_picture_options(
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    pictures: list[str],
    kinds: set[str],
) -> None:
    """The options decide which pictures are asked for and which are spoken of."""
    await set_up({"pictures": pictures})
    [subscription] = box.subscriptions
    assert subscription.face is ("captured" in pictures)
    assert subscription.reference is ("reference" in pictures)
    await box.recognize(identity=box.people[0])
    assert set((await heard.next())["pictures"]) == kinds


@pytest.mark.parametrize("missing", ["pictures", "capture_devices"])
async def test_missing_options(
    hass: HomeAssistant, box: EmulatedBox, missing: str
) -> None:
    """An entry of which an option is missing listens to everything."""
    entry = make_entry(box)
    options = {key: value for key, value in entry.options.items() if key != missing}
    hass.config_entries._entries[ENTRY_ID] = entry
    hass.config_entries.async_update_entry(entry, options=options)
    assert await hass.config_entries.async_setup(ENTRY_ID)
    await box.wait_for_subscription()
    [subscription] = box.subscriptions
    assert subscription.face
    assert subscription.reference
    assert len(subscription.device_ids) == 3
