"""Setup, unload and reload of a box."""

from datetime import timedelta
import errno
import os

import pytest

from custom_components.se_aibox.const import DOMAIN
from emulator import CannedAnswer, EmulatedBox, PictureKind
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_exception_message

from .conftest import Look, SetUp
from .helpers import (
    ENTRY_ID,
    FiredEvents,
    device_list_path,
    jpeg,
    let_time_pass,
    make_entry,
    our_tasks,
    state_becomes,
    state_of,
    until,
    until_everything_is_asked,
    until_listening,
)

pytest_plugins = ["tests.integration.entity_fixtures"]

CONNECTION = "binary_sensor.bm1684_180_connection"
SEEN = "binary_sensor.front_door_recently_seen"
RETRY = timedelta(minutes=2)


async def test_unload_closes_the_socket_and_ends_every_task(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The entities become unavailable."""
    entry = await set_up()
    assert our_tasks()
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert entry.state is ConfigEntryState.NOT_LOADED
    assert not our_tasks()
    await until(lambda: not box.subscriptions)
    assert state_of(hass, "sensor.front_door_last_person") == "unavailable"


async def test_unload_during_a_hanging_handshake(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """The unload does not wait for the box."""
    box.events.silent = True
    entry = make_entry(box)
    await hass.config_entries.async_add(entry)
    assert entry.state is ConfigEntryState.LOADED
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert not our_tasks()


async def test_stop_of_home_assistant_closes_the_socket(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """No task is left."""
    await set_up()
    await hass.async_stop()
    await until(lambda: not box.subscriptions)
    assert not our_tasks()


@pytest.mark.usefixtures("every_entity_enabled")
async def test_reload_restores_states_without_events(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """Only *Recently seen* changes: the recognition is no reason to act any more."""
    entry = await set_up()
    front_door, *_ = box.devices
    await box.recognize(front_door, box.people[0])
    await fired.next()
    before = {state.entity_id: state.state for state in hass.states.async_all()}

    assert await hass.config_entries.async_reload(entry.entry_id)
    await until_listening(entry)
    await until_everything_is_asked()
    after = {state.entity_id: state.state for state in hass.states.async_all()}
    assert before.pop(SEEN) == "on"
    assert after.pop(SEEN) == "off"
    assert after == before

    second = await box.recognize(front_door, box.people[1])
    assert (await fired.next())["identity_id"] == second.identity_id
    assert state_of(hass, "sensor.front_door_last_person") == second.identity_name
    assert fired.unread == 0


async def test_unload_of_one_box_leaves_the_other_alone(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents, look: Look
) -> None:
    """Events and pictures of the other still arrive."""
    first = await set_up()
    async with EmulatedBox("flat", seed=2, device_count=1) as other:
        second = make_entry(other, entry_id="01SEAIBOX0000000000SECOND")
        await hass.config_entries.async_add(second)
        await until_listening(second)
        await hass.config_entries.async_unload(first.entry_id)
        await other.recognize(identity=other.people[3])
        event = await fired.next()
        assert event["entry_id"] == second.entry_id
        response = await look(event["pictures"]["face"])
        assert await response.read() == jpeg(other, PictureKind.FACE)
        # Its box stops at the end of the block.
        await hass.config_entries.async_unload(second.entry_id)


async def test_setup_is_retried_while_the_box_is_down(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """The entry shows the reason."""
    await box.port("rest").close()
    entry = make_entry(box)
    await hass.config_entries.async_add(entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "cannot_connect"
    assert entry.error_reason_translation_placeholders == {
        "host": "127.0.0.1",
        "reason": os.strerror(errno.ECONNREFUSED),
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


async def test_setup_is_retried_while_the_box_is_starting(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """The reason differs from that of a box that is down."""
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


async def test_setup_is_retried_while_another_server_answers(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """The reason is not that it is down, and nothing subscribes to it."""
    box.answer_instead[device_list_path(box)] = CannedAnswer(body=b"<html></html>")
    entry = make_entry(box)
    await hass.config_entries.async_add(entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "device_list_unreadable"
    assert not box.subscriptions


async def test_setup_succeeds_with_a_closed_events_port(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """The connection is off until the port opens."""
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
async def test_options_select_the_pictures(
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    pictures: list[str],
    kinds: set[str],
) -> None:
    """The subscription and the event have no others."""
    await set_up({"pictures": pictures})
    [subscription] = box.subscriptions
    assert subscription.face is ("captured" in pictures)
    assert subscription.reference is ("reference" in pictures)
    await box.recognize(identity=box.people[0])
    assert set((await fired.next())["pictures"]) == kinds


@pytest.mark.parametrize("missing", ["pictures", "capture_devices"])
async def test_missing_option_selects_everything(
    hass: HomeAssistant, box: EmulatedBox, missing: str
) -> None:
    """The subscription has all devices and pictures."""
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
