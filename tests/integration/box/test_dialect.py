"""Firmware updates that change the dialect of a box."""

import pytest

from custom_components.se_aibox.box import dialect as our_dialect
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from emulator import CannedAnswer, EmulatedBox
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.integration.conftest import SetUp
from tests.integration.helpers import (
    Dialect,
    FiredEvents,
    history_path,
    make_entry,
    our_tasks,
    requests_to,
    until,
    until_listening,
)

LISTS = ("/SophonDevice/api/Devices", "/sophon/v2/face/getmediadevices")


def _other(box: EmulatedBox) -> Dialect:
    return "flat" if box.dialect == "nested" else "nested"


def _registered(hass: HomeAssistant, entry: SeAiBoxConfigEntry) -> set[str]:
    """Return the ids of the devices, and those of the entities."""
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return {device.id for device in devices} | {entity.id for entity in entities}


async def _until_recognized(
    box: EmulatedBox, entry: SeAiBoxConfigEntry, fired: FiredEvents
) -> None:
    await until(lambda: entry.data["dialect"] == box.dialect)
    await until(lambda: entry.state is ConfigEntryState.LOADED)
    await until_listening(entry)
    seen = await box.recognize(box.devices[0], box.people[0])
    assert (await fired.next())["identity_id"] == seen.identity_id
    # Until then, frames of the old dialect were sent.
    box.errors.clear()


async def test_recognitions_arrive_again_after_each_update(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The entry, its devices and its entities stay; an update is undone later."""
    entry = await set_up()
    before = _registered(hass, entry)
    await box.change_dialect(_other(box))
    await _until_recognized(box, entry, fired)
    assert before <= _registered(hass, entry)
    monkeypatch.setattr(our_dialect, "_SEARCH_SECONDS", 0.0)
    await box.change_dialect(_other(box))
    await _until_recognized(box, entry, fired)
    assert before <= _registered(hass, entry)
    # The device list failed, which is logged.
    caplog.clear()


async def test_dialect_is_found_anew_at_each_setup(
    hass: HomeAssistant,
    box: EmulatedBox,
    fired: FiredEvents,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The box was updated while Home Assistant was down."""
    entry = make_entry(box, data={"dialect": _other(box)})
    await hass.config_entries.async_add(entry)
    assert entry.data["dialect"] == box.dialect
    await until_listening(entry)
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    assert "BM1684-180 answers with API" in caplog.text
    assert box.errors == []


async def test_dialect_is_searched_once_in_ten_minutes(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither list exists, which no firmware does; the entry is not reloaded."""
    entry = await set_up()
    loaded = entry.runtime_data
    other = LISTS[box.dialect == "nested"]
    for path in LISTS:
        box.answer_instead[path] = CannedAnswer(status=404)
    box.requests.clear()
    for _ in range(3):
        await loaded.async_refresh()
    await until(lambda: requests_to(box, other) == 1)
    await hass.async_block_till_done(wait_background_tasks=False)
    assert requests_to(box, other) == 1
    monkeypatch.setattr(our_dialect, "_SEARCH_SECONDS", 0.0)
    await loaded.async_refresh()
    await until(lambda: requests_to(box, other) == 2)
    assert entry.runtime_data is loaded
    box.answer_instead.clear()
    caplog.clear()


@pytest.mark.parametrize(("path", "status"), [("history", 404), ("list", 500)])
async def test_other_failure_is_no_reason_to_search(
    box: EmulatedBox,
    set_up: SetUp,
    caplog: pytest.LogCaptureFixture,
    path: str,
    status: int,
) -> None:
    """Some firmware has no history, and a busy box lists nothing."""
    ours, other = LISTS if box.dialect == "nested" else LISTS[::-1]
    entry = await set_up()
    failing = ours if path == "list" else history_path(box)
    box.answer_instead[failing] = CannedAnswer(status=status)
    for _ in range(2):
        entry.runtime_data.client.request_scan()
        await entry.runtime_data.async_refresh()
    assert requests_to(box, other) == 0
    box.answer_instead.clear()
    caplog.clear()


async def test_box_that_is_starting_is_searched_again(
    box: EmulatedBox, set_up: SetUp, caplog: pytest.LogCaptureFixture
) -> None:
    """An update ends with a start."""
    entry = await set_up()
    ours, other = LISTS if box.dialect == "nested" else LISTS[::-1]
    box.answer_instead[ours] = CannedAnswer(status=404)
    starting = b'{"error": {"code": "DEVICE_INIT_ERROR"}}'
    box.answer_instead[other] = CannedAnswer(400, starting)
    box.requests.clear()
    for _ in range(2):
        before = requests_to(box, other)
        await entry.runtime_data.async_refresh()
        await until(lambda: requests_to(box, other) > before)  # noqa: B023 - used at once
        await until(lambda: not any(t.endswith(" dialect") for t in our_tasks()))
    box.answer_instead.clear()
    caplog.clear()
