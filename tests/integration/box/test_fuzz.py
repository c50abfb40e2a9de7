"""Random device lists over time, and random stored files."""

import logging
from random import Random
from typing import Any

import orjson
import pytest

from custom_components.se_aibox.aibox.models import Bookmark
from custom_components.se_aibox.box.registry import async_registered_capture_devices
from custom_components.se_aibox.box.storage import async_load_bookmark
from custom_components.se_aibox.const import DOMAIN
from emulator import CannedAnswer, EmulatedBox
from homeassistant.core import HomeAssistant
from tests.client.messages import DEVICES
from tests.client.mutation import mutate
from tests.integration.conftest import SetUp
from tests.integration.helpers import ENTRY_ID, FiredEvents, device_list_path

_LISTS = 60
_FILES = 400
_DEEPEST = 50
_KEY = f"{DOMAIN}.bookmark.{ENTRY_ID}"


async def test_random_device_lists_leave_a_working_box(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The last list has the usual devices, and they recognize people."""
    entry = await set_up()
    usual = {device.device_id for device in box.devices}
    random = Random(6)
    lists = [orjson.dumps(message) for message in DEVICES.values()]
    path = device_list_path(box)
    for _ in range(_LISTS):
        body = mutate(random, lists)
        box.answer_instead[path] = CannedAnswer(200, body, "application/json")
        await entry.runtime_data.async_refresh()
        await hass.async_block_till_done()
        known = async_registered_capture_devices(hass, entry)
        assert usual <= known.keys() | entry.runtime_data.data.missing_since.keys()
        assert len(known) <= len(usual) + _LISTS
    # The client subscribed to what the lists made up.
    box.errors.clear()
    del box.answer_instead[path]
    await entry.runtime_data.async_refresh()
    await hass.async_block_till_done()
    assert usual <= async_registered_capture_devices(hass, entry).keys()
    assert usual <= set(box.subscriptions[0].device_ids)
    for device in box.devices:
        await box.recognize(device, box.people[0])
        assert (await fired.next())["capture_device_id"] == device.device_id
    box.errors.clear()
    errors = [one for one in caplog.records if one.levelno >= logging.ERROR]
    assert all("Error fetching" in one.getMessage() for one in errors)
    caplog.clear()


@pytest.mark.parametrize("dialect", ["nested"])
async def test_random_stored_files_are_read_or_ignored(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, hass_storage: dict[str, Any]
) -> None:
    """Each is valid JSON of odd content."""
    entry = await set_up()
    await box.recognize(box.devices[0], box.people[0])
    assert await hass.config_entries.async_unload(entry.entry_id)
    valid = orjson.dumps(hass_storage[_KEY]["data"])
    random = Random(7)
    tried = 0
    while tried < _FILES:
        content = mutate(random, [valid])
        try:
            data = orjson.loads(content)
        except orjson.JSONDecodeError:
            continue
        if content.count(b"[") + content.count(b"{") > _DEEPEST:
            # Home Assistant itself cannot copy it.
            continue
        tried += 1
        hass_storage[_KEY] = {"version": 1, "minor_version": 1, "data": data}
        bookmark = await async_load_bookmark(hass, ENTRY_ID)
        assert isinstance(bookmark, Bookmark)
        for moment in (bookmark.complete_until, bookmark.noted_at):
            assert moment is None or 1970 <= moment.year < 5200
