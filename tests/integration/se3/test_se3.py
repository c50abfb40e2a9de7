"""A box that only pushes: added, heard, kept and removed."""

import time

import pytest

from custom_components.se_aibox import async_remove_config_entry_device
from custom_components.se_aibox.aibox.history import AHEAD, BEGINNING
from custom_components.se_aibox.aibox.models import HistoryQuery
from custom_components.se_aibox.box.history import MOST_PUSHES, BoxHistory
from custom_components.se_aibox.box.registry import async_registered_capture_devices
from emulator import EmulatedSe3
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from tests.integration.conftest import Look
from tests.integration.helpers import (
    ENTRY_ID,
    Heard,
    our_tasks,
    state_becomes,
    state_of,
)

from .se3_helpers import WEBHOOK_ID, add, entity_id_of, find, make_se3, make_se3_entry

pytest_plugins = ["tests.integration.se3.se3_fixtures"]


@pytest.mark.parametrize("content_type", ["json", "form-data"])
async def test_pushes_are_heard(
    hass: HomeAssistant,
    se3: EmulatedSe3,
    base: str,
    heard: Heard,
    look: Look,
    content_type: str,
) -> None:
    """A push makes its capture device, states, an event and pictures like any other box's."""
    await add(hass, make_se3_entry(se3))
    assert se3.content_type == "json"
    se3.content_type = "form-data" if content_type == "form-data" else "json"
    device = se3.devices[0]
    emitted = await se3.recognize(device, se3.people[1])
    event = await heard.next()
    assert event["capture_device_id"] == device.ip
    assert event["identity_name"] == "小明"
    assert event["matched"] is True
    assert event["score"] == pytest.approx(emitted.message["score"])
    assert set(event["pictures"]) == {"face", "scene", "reference"}
    for path in event["pictures"].values():
        assert (await look(path)).status == 200
    last_person = entity_id_of(hass, "sensor", f"{device.ip}_last_person")
    await state_becomes(hass, last_person, "小明")
    assert [delivery.status for delivery in se3.deliveries] == [200]


async def test_picture_that_is_held_no_more_is_gone(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, heard: Heard, look: Look
) -> None:
    """There is no history to fetch it from."""
    entry = await add(hass, make_se3_entry(se3))
    await se3.recognize(se3.devices[0], se3.people[1])
    paths = (await heard.next())["pictures"].values()
    entry.runtime_data.pictures.clear()
    for path in paths:
        assert (await look(path)).status == 404


async def test_answers_before_it_works(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, heard: Heard
) -> None:
    """Whatever an automation blocks, the box has its answer within its half second."""
    await add(hass, make_se3_entry(se3))

    @callback
    def _block(_: Event) -> None:
        # The whole event loop, as the worst of listeners would.
        time.sleep(0.7)

    hass.bus.async_listen("se_aibox_recognition", _block)
    await se3.recognize(se3.devices[0], se3.people[0])
    await heard.next()
    [delivery] = se3.deliveries
    assert delivery.outcome == "answered"


async def _remembered(history: BoxHistory) -> int:
    ever = HistoryQuery(BEGINNING, dt_util.utcnow() + AHEAD)
    return len((await history.async_find([ever], lambda _: True, MOST_PUSHES)).records)


async def test_unloads(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, heard: Heard
) -> None:
    """Nothing is left of an unloaded entry, and the box still knows where to push for the next time."""
    entry = await add(hass, make_se3_entry(se3))
    urls = list(se3.event_server_urls)
    await se3.recognize(se3.devices[0], se3.people[0])
    await heard.next()
    history = entry.runtime_data.history
    assert await _remembered(history) == 1
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert our_tasks() == set()
    assert await _remembered(history) == 0
    assert se3.event_server_urls == urls == [f"{base}/api/webhook/{WEBHOOK_ID}"]
    assert hass.data["webhook"] == {}


async def test_devices_are_kept(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, heard: Heard
) -> None:
    """Capture devices appear as they speak, are back after a reload, and go for good once deleted."""
    entry = await add(hass, make_se3_entry(se3))
    assert async_registered_capture_devices(hass, entry) == {}
    first, second = se3.devices
    for device in (first, second):
        await se3.recognize(device, se3.people[0])
        await heard.next()
    assert set(async_registered_capture_devices(hass, entry)) == {first.ip, second.ip}

    assert await hass.config_entries.async_reload(entry.entry_id)
    assert set(entry.runtime_data.data.selected) == {first.ip, second.ip}
    last_person = entity_id_of(hass, "sensor", f"{first.ip}_last_person")
    assert state_of(hass, last_person) == "Tom"

    registered = async_registered_capture_devices(hass, entry)[first.ip]
    assert await async_remove_config_entry_device(hass, entry, registered)
    await entry.runtime_data.async_refresh()
    assert set(async_registered_capture_devices(hass, entry)) == {second.ip}

    await se3.recognize(first, se3.people[0])
    assert (await heard.next())["capture_device_id"] == first.ip


async def test_ignored_devices_stay_silent(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, heard: Heard
) -> None:
    """Who was left out in the options makes nothing, and can still be chosen again."""
    ignored, wanted = se3.devices
    entry = await add(
        hass, make_se3_entry(se3, options={"ignored_capture_devices": [ignored.ip]})
    )
    await se3.recognize(ignored, se3.people[0])
    await se3.recognize(wanted, se3.people[0])
    assert (await heard.next())["capture_device_id"] == wanted.ip
    assert heard.unread == 0
    assert set(async_registered_capture_devices(hass, entry)) == {wanted.ip}
    assert set(entry.runtime_data.data.listed) == {ignored.ip, wanted.ip}


async def test_names_and_readings_that_some_have(
    hass: HomeAssistant, base: str, heard: Heard
) -> None:
    """What such a box does tell is used: names of capture devices, some health; the rest makes no entity."""
    async with make_se3(
        lists_devices=True, system_calls=("deviceSN", "hardwareInfo", "temperature")
    ) as se3:
        result = await find(hass, se3)
        assert result["step_id"] == "pushes"
        await add(hass, make_se3_entry(se3))
        await se3.recognize(se3.devices[0], se3.people[0])
        assert (await heard.next())["capture_device_name"] == se3.devices[0].name
    registry = er.async_get(hass)
    keys = {
        entry.unique_id.removeprefix(f"{ENTRY_ID}_")
        for entry in registry.entities.values()
        if se3.devices[0].ip not in entry.unique_id
    }
    assert keys == {
        "board_temperature",
        "connection",
        "core_temperature",
        "pictures",
    }
    assert not [
        entry for entry in registry.entities.values() if entry.domain == "button"
    ]


async def test_triggers(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, heard: Heard
) -> None:
    """An automation on a capture device of such a box runs once per push."""
    await add(hass, make_se3_entry(se3))
    await se3.recognize(se3.devices[0], se3.people[0])
    await heard.next()
    await hass.async_block_till_done()
    runs: list[Event] = []
    hass.bus.async_listen("door_opens", runs.append)
    assert await async_setup_component(
        hass,
        "automation",
        {
            "automation": {
                "triggers": {
                    "trigger": "se_aibox.person_recognized",
                    "target": {
                        "entity_id": entity_id_of(
                            hass, "event", f"{se3.devices[0].ip}_recognition"
                        )
                    },
                    "options": {"people": ["小明"]},
                },
                "actions": {"event": "door_opens"},
            }
        },
    )
    await hass.async_block_till_done()
    for person in se3.people[:2]:
        await se3.recognize(se3.devices[0], person)
        await heard.next()
    await hass.async_block_till_done()
    assert len(runs) == 1


async def test_pictures_that_are_not_wanted(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, heard: Heard
) -> None:
    """Pictures that the user did not choose are dropped, and none is asked for."""
    se3.need_reg_pic = False
    await add(hass, make_se3_entry(se3, options={"pictures": ["captured"]}))
    assert not se3.need_reg_pic
    se3.need_reg_pic = True
    await se3.recognize(se3.devices[0], se3.people[0])
    assert set((await heard.next())["pictures"]) == {"face", "scene"}


async def test_privacy_switch(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, heard: Heard, look: Look
) -> None:
    """While it is off, pictures that the box pushes all the same are dropped on arrival."""
    await add(hass, make_se3_entry(se3))
    switch = entity_id_of(hass, "switch", "pictures")
    await hass.services.async_call(
        "switch", "turn_off", {"entity_id": switch}, blocking=True
    )
    await se3.recognize(se3.devices[0], se3.people[0])
    event = await heard.next()
    assert event["pictures"] == {}
    path = f"/api/se_aibox/picture/{ENTRY_ID}/{event['recognition_id']}/face"
    assert (await look(path)).status == 404
