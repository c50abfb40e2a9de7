"""Recognitions recovered from the history of a box."""

from base64 import b64decode
from datetime import timedelta
import logging

import pytest

from custom_components.se_aibox.aibox import recovery
from custom_components.se_aibox.aibox.delivered import Delivered
from custom_components.se_aibox.const import EVENT_RECOVERED
from emulator import CannedAnswer, EmulatedBox, Variant
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.integration.conftest import SetUp
from tests.integration.helpers import (
    ENTRY_ID,
    Dialect,
    FiredEvents,
    history_path,
    history_requests,
    make_entry,
    state_becomes,
    state_of,
    until,
    until_listening,
)

from .recovery_helpers import COUNT, disconnect, miss, moment_in, moment_of

pytest_plugins = ["tests.integration.entity_fixtures"]

_LAST = "sensor.front_door_last_recognition"
_BOOKMARK = f"se_aibox.bookmark.{ENTRY_ID}"


def _warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [
        record.getMessage()
        for record in caplog.records
        if record.name == "custom_components.se_aibox"
        and record.levelno >= logging.WARNING
    ]


async def test_recovered_recognition_has_an_event_of_its_own(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """The event has the keys of a live one."""
    entry = await set_up()
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    await box.recognize(box.devices[0], box.people[0])
    live = await fired.next()
    await disconnect(box, entry)
    missed = await miss(box, 1)
    await box.port("events").open()
    event = await recovered.next()
    assert event.keys() == live.keys()
    different = {key for key in event if event[key] != live[key]}
    assert different <= {
        "recognition_id",
        "occurred_at",
        "received_at",
        "score",
        "attributes",
        "pictures",
        "timestamp",
    }
    assert dt_util.parse_datetime(str(event["occurred_at"])) == moment_of(missed)
    assert fired.unread == 0


@pytest.mark.usefixtures("every_entity_enabled")
async def test_recovery_updates_only_count_and_last_time(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """The time never moves back, and the last person stays."""
    entry = await set_up()
    await disconnect(box, entry)
    missed = await miss(box, 3)
    await box.port("events").open()
    await state_becomes(hass, COUNT, "1")
    assert abs(moment_in(hass, _LAST) - moment_of(missed)) < timedelta(seconds=1)
    assert state_of(hass, "sensor.front_door_last_person") == "unknown"

    await until_listening(entry)
    await box.recognize(box.devices[0], box.people[1])
    await fired.next()
    await hass.async_block_till_done()
    last = state_of(hass, _LAST)
    await disconnect(box, entry)
    await miss(box, 2)
    await box.port("events").open()
    await state_becomes(hass, COUNT, "3")
    assert state_of(hass, _LAST) == last
    assert state_of(hass, "sensor.front_door_last_person") == box.people[1].name


@pytest.mark.parametrize("all_selected", [True, False])
async def test_only_selected_devices_are_recovered(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, all_selected: bool
) -> None:
    """Deselected ones are not delivered live either."""
    entry = await set_up(
        {}
        if all_selected
        else {
            "capture_devices": [box.devices[1].device_id],
            "add_new_capture_devices": False,
        }
    )
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    await disconnect(box, entry)
    await miss(box, 2)
    await miss(box, 1, who=1, door=1)
    await box.port("events").open()
    if all_selected:
        assert (await recovered.next())["capture_device_name"] == "Front door"
    assert (await recovered.next())["identity_name"] == box.people[1].name
    await until_listening(entry)
    assert recovered.unread == 0


async def test_nothing_is_recovered_with_the_option_off(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """Live recognitions are delivered."""
    entry = await set_up({"recover_history": False})
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    await disconnect(box, entry)
    await miss(box, 1)
    await box.port("events").open()
    await until(lambda: entry.runtime_data.data.connected)
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    assert recovered.unread == 0


async def test_stored_bookmark_has_no_names_or_ids(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    hass_storage: dict[str, dict[str, object]],
) -> None:
    """It is removed with the entry."""
    entry = await set_up()
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    assert await hass.config_entries.async_unload(entry.entry_id)
    data = hass_storage[_BOOKMARK]["data"]
    assert isinstance(data, dict)
    assert set(data) == {"complete_until", "noted_at", "delivered"}
    delivered = b64decode(data["delivered"])
    assert len(Delivered(delivered)._rows) == 1
    for personal in (
        box.people[0].name,
        box.people[0].identity_id,
        box.devices[0].device_id,
    ):
        assert personal not in str(data)
        assert personal.encode() not in delivered
    await hass.config_entries.async_remove(entry.entry_id)
    assert _BOOKMARK not in hass_storage


async def test_unreadable_history_is_logged_once(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The recognition is recovered in the end."""
    entry = await set_up()
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    await disconnect(box, entry)
    await miss(box, 1)
    box.answer_instead[history_path(box)] = CannedAnswer(status=500)
    caplog.clear()
    asked = history_requests(box)
    await box.port("events").open()
    await until(lambda: history_requests(box) > asked + 3)
    box.answer_instead.clear()
    await recovered.next()
    [warning] = _warnings(caplog)
    assert warning.startswith("Cannot read the history of BM1684-180")


@pytest.mark.parametrize("is_counted", [True, False])
async def test_recognitions_beyond_the_limit_are_logged(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    is_counted: bool,
) -> None:
    """Not every box reports how many there are."""
    box.state.variant = Variant(history_total_missing=not is_counted)
    monkeypatch.setattr(recovery, "_PER_PAGE", 2)
    monkeypatch.setattr(recovery, "MOST_RECORDS", 2)
    entry = await set_up()
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    await disconnect(box, entry)
    for minutes_ago in (5, 4, 3, 2, 1):
        await miss(box, minutes_ago)
    caplog.clear()
    await box.port("events").open()
    for _ in range(2):
        await recovered.next()
    await until_listening(entry)
    others = "3" if is_counted else "an unknown number"
    [warning] = _warnings(caplog)
    assert warning.endswith(
        f"recovered recognitions: 2; too old or too many to recover: {others}"
    )


async def test_another_box_after_a_disconnection_is_not_listened_to(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """Two boxes may have swapped their addresses."""
    entry = await set_up()
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    ports = box.ports
    await box.stop()
    dialect: Dialect = "nested" if box.dialect == "nested" else "flat"
    async with EmulatedBox(dialect, ports=ports, seed=2, device_count=3) as other:
        await miss(other, 0.1)
        await until(lambda: entry.state is ConfigEntryState.SETUP_RETRY)
        assert entry.error_reason_translation_key == "another_box"
        assert not other.subscriptions
    assert (fired.unread, recovered.unread) == (0, 0)


async def test_box_is_caught_up_after_its_first_scan(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """While its history cannot be read, something may be missing."""
    box.answer_instead[history_path(box)] = CannedAnswer(status=500)
    entry = make_entry(box)
    await hass.config_entries.async_add(entry)
    await until(lambda: history_requests(box) > 2)
    assert not entry.runtime_data.data.caught_up
    box.answer_instead.clear()
    await until(lambda: entry.runtime_data.data.caught_up)
    await until_listening(entry)


@pytest.mark.parametrize(("recovers", "status"), [(True, 404), (False, 500)])
async def test_box_is_caught_up_if_there_is_nothing_to_recover(
    box: EmulatedBox, set_up: SetUp, recovers: bool, status: int
) -> None:
    """It keeps no history, or the user does not want it."""
    box.answer_instead[history_path(box)] = CannedAnswer(status=status)
    entry = await set_up({"recover_history": recovers})
    assert entry.runtime_data.data.caught_up
