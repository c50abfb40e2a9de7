"""A box that only pushes: recognitions, capture devices, pictures."""

import socket

import orjson
import pytest
from yarl import URL

from custom_components.se_aibox import async_remove_config_entry_device
from custom_components.se_aibox.aibox.history import AHEAD, BEGINNING
from custom_components.se_aibox.aibox.models import HistoryQuery
from custom_components.se_aibox.box.history import MOST_PUSHES, BoxHistory
from custom_components.se_aibox.box.registry import async_registered_capture_devices
from emulator import EmulatedSe3
from emulator.recognition import DisguisedStranger, Stranger
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from tests.integration.conftest import Look
from tests.integration.helpers import (
    ENTRY_ID,
    FiredEvents,
    our_tasks,
    state_becomes,
    state_of,
)

from .se3_helpers import WEBHOOK_ID, add, entity_id_of, find, make_se3, make_se3_entry

pytest_plugins = ["tests.integration.se3.se3_fixtures"]


@pytest.mark.parametrize("content_type", ["json", "form-data"])
async def test_push_becomes_device_states_event_and_pictures(
    hass: HomeAssistant,
    se3: EmulatedSe3,
    base: str,
    fired: FiredEvents,
    look: Look,
    content_type: str,
) -> None:
    """JSON and form data have the same result."""
    await add(hass, make_se3_entry(se3))
    assert se3.content_type == "json"
    se3.content_type = "form-data" if content_type == "form-data" else "json"
    device = se3.devices[0]
    emitted = await se3.recognize(device, se3.people[1])
    event = await fired.next()
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


@pytest.mark.parametrize("stranger", ["automatic", "filed", "enrolled"])
async def test_filed_stranger_that_is_pushed_is_a_stranger(
    hass: HomeAssistant,
    se3: EmulatedSe3,
    base: str,
    fired: FiredEvents,
    stranger: Stranger | DisguisedStranger,
) -> None:
    """The box may call somebody an employee whom it enrolled by itself."""
    await add(hass, make_se3_entry(se3))
    await se3.recognize(se3.devices[0], stranger=stranger, score=91.0)
    recognition = await fired.next()
    assert recognition["person_type"] == "stranger"
    assert recognition["identity_id"] is None
    assert recognition["identity_name"] is None


async def test_picture_that_is_no_longer_held_is_not_found(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, fired: FiredEvents, look: Look
) -> None:
    """There is no history to request it from."""
    entry = await add(hass, make_se3_entry(se3))
    await se3.recognize(se3.devices[0], se3.people[1])
    paths = (await fired.next())["pictures"].values()
    entry.runtime_data.pictures.clear()
    for path in paths:
        assert (await look(path)).status == 404


async def test_push_is_answered_before_it_is_delivered(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, fired: FiredEvents
) -> None:
    """The box waits only half a second, however slow a listener is."""
    await add(hass, make_se3_entry(se3))
    emitted = await se3.recognize(se3.devices[0], se3.people[0], push=False)
    body = orjson.dumps(emitted.message)
    url = URL(base)
    head = (
        f"POST /api/webhook/{WEBHOOK_ID} HTTP/1.1\r\nHost: {url.host}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    answers: list[bytes] = []
    with socket.socket() as pushing:
        pushing.setblocking(False)
        await hass.loop.sock_connect(pushing, (url.host, url.port))

        @callback
        def _read(_: Event) -> None:
            # It fails if the answer is not there yet.
            answers.append(pushing.recv(100))

        hass.bus.async_listen("se_aibox_recognition", _read)
        await hass.loop.sock_sendall(pushing, head.encode() + body)
        await fired.next()
    [answer] = answers
    assert answer.startswith(b"HTTP/1.1 200 ")


async def _remembered(history: BoxHistory) -> int:
    ever = HistoryQuery(BEGINNING, dt_util.utcnow() + AHEAD)
    return len((await history.async_find([ever], lambda _: True, MOST_PUSHES)).records)


async def test_unloaded_entry_leaves_no_task_and_no_push(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, fired: FiredEvents
) -> None:
    """The box keeps the URL for the next setup; the removal ends the webhook."""
    entry = await add(hass, make_se3_entry(se3))
    urls = list(se3.event_server_urls)
    await se3.recognize(se3.devices[0], se3.people[0])
    await fired.next()
    history = entry.runtime_data.history
    assert await _remembered(history) == 1
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert our_tasks() == set()
    assert await _remembered(history) == 0
    assert se3.event_server_urls == urls == [f"{base}/api/webhook/{WEBHOOK_ID}"]
    await se3.recognize(se3.devices[0], se3.people[0])
    assert se3.deliveries[-1].status == 503
    await hass.config_entries.async_remove(entry.entry_id)
    assert hass.data["webhook"] == {}


async def test_capture_devices_are_kept_until_they_are_deleted(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, fired: FiredEvents
) -> None:
    """A device appears with its first push."""
    entry = await add(hass, make_se3_entry(se3))
    assert async_registered_capture_devices(hass, entry) == {}
    first, second = se3.devices
    for device in (first, second):
        await se3.recognize(device, se3.people[0])
        await fired.next()
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
    assert (await fired.next())["capture_device_id"] == first.ip


async def test_unselected_capture_device_fires_no_event(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, fired: FiredEvents
) -> None:
    """It stays listed and can be selected."""
    ignored, wanted = se3.devices
    entry = await add(
        hass, make_se3_entry(se3, options={"ignored_capture_devices": [ignored.ip]})
    )
    await se3.recognize(ignored, se3.people[0])
    await se3.recognize(wanted, se3.people[0])
    assert (await fired.next())["capture_device_id"] == wanted.ip
    assert fired.unread == 0
    assert set(async_registered_capture_devices(hass, entry)) == {wanted.ip}
    assert set(entry.runtime_data.data.listed) == {ignored.ip, wanted.ip}


async def test_names_and_readings_are_used_if_the_box_has_them(
    hass: HomeAssistant, base: str, fired: FiredEvents
) -> None:
    """Readings that it lacks have no entities."""
    async with make_se3(
        lists_devices=True, system_calls=("deviceSN", "hardwareInfo", "temperature")
    ) as se3:
        result = await find(hass, se3)
        assert result["step_id"] == "pushes"
        await add(hass, make_se3_entry(se3))
        await se3.recognize(se3.devices[0], se3.people[0])
        assert (await fired.next())["capture_device_name"] == se3.devices[0].name
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


async def test_trigger_on_a_capture_device_fires_once_for_a_push(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, fired: FiredEvents
) -> None:
    """The push of another person does not fire it."""
    await add(hass, make_se3_entry(se3))
    await se3.recognize(se3.devices[0], se3.people[0])
    await fired.next()
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
        await fired.next()
    await hass.async_block_till_done()
    assert len(runs) == 1


async def test_pictures_that_were_not_chosen_are_dropped(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, fired: FiredEvents
) -> None:
    """The box is not asked for them."""
    se3.need_reg_pic = False
    await add(hass, make_se3_entry(se3, options={"pictures": ["captured"]}))
    assert not se3.need_reg_pic
    se3.need_reg_pic = True
    await se3.recognize(se3.devices[0], se3.people[0])
    assert set((await fired.next())["pictures"]) == {"face", "scene"}


async def test_pushed_pictures_are_dropped_while_switched_off(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, fired: FiredEvents, look: Look
) -> None:
    """The box pushes them all the same."""
    await add(hass, make_se3_entry(se3))
    switch = entity_id_of(hass, "switch", "pictures")
    await hass.services.async_call(
        "switch", "turn_off", {"entity_id": switch}, blocking=True
    )
    await se3.recognize(se3.devices[0], se3.people[0])
    event = await fired.next()
    assert event["pictures"] == {}
    path = f"/api/se_aibox/picture/{ENTRY_ID}/{event['recognition_id']}/face"
    assert (await look(path)).status == 404


async def test_se3_has_nothing_to_recover(
    hass: HomeAssistant, se3: EmulatedSe3, base: str
) -> None:
    """It keeps no history, so the books of a site do not wait for it."""
    entry = await add(hass, make_se3_entry(se3))
    assert entry.runtime_data.data.caught_up
