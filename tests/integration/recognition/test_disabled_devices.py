"""Capture devices and people that the user disabled in Home Assistant."""

from http import HTTPStatus

from custom_components.se_aibox.people.following import (
    PeopleConfigEntry,
    person_identifier,
)
from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from tests.integration.conftest import Look, SetUp
from tests.integration.flow.options_helpers import change
from tests.integration.helpers import NEAR, FiredEvents, until_listening
from tests.integration.people.followed_people import Boxes

from .automation_helpers import COLLEAGUE, automate, doors_of, registered

pytest_plugins = ["tests.integration.people.people_fixtures"]


async def test_disabled_capture_device_is_silent(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """Neither live nor later, until it is enabled again."""
    entry = await set_up()
    late = FiredEvents(hass, "se_aibox_recognition_recovered")
    front_door, gate, *_ = doors_of(hass, box, entry)
    runs = await automate(
        hass, {"trigger": "se_aibox.person_recognized", "target": NEAR}
    )
    registry = dr.async_get(hass)
    registry.async_update_device(
        front_door.device_id, disabled_by=dr.DeviceEntryDisabler.USER
    )
    await hass.async_block_till_done()

    await box.recognize(box.devices[0], COLLEAGUE)
    await gate.sees(COLLEAGUE)
    assert (await fired.next())["device_id"] == gate.device_id
    await box.recognize(box.devices[0], COLLEAGUE, push=False)
    await box.recognize(box.devices[1], COLLEAGUE, push=False)
    await box.drop()
    assert (await late.next())["device_id"] == gate.device_id
    await until_listening(entry)
    assert (late.unread, fired.unread, runs.unread) == (0, 0, 0)

    registry.async_update_device(front_door.device_id, disabled_by=None)
    await hass.config_entries.async_reload(entry.entry_id)
    await until_listening(entry)
    await front_door.sees(COLLEAGUE)
    assert (await fired.next())["device_id"] == front_door.device_id
    assert runs.unread == 1


async def test_disabled_person_is_silent(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry, tom: str
) -> None:
    """The recognition itself is delivered."""
    fired = FiredEvents(hass, "se_aibox_recognition")
    device_id = registered(hass, people, person_identifier(people, tom))
    runs = await automate(
        hass,
        {
            "trigger": "se_aibox.person_recognized",
            "target": {"device_id": device_id},
        },
    )
    box = boxes.nested
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    await hass.async_block_till_done()
    assert runs.unread == 1
    dr.async_get(hass).async_update_device(
        device_id, disabled_by=dr.DeviceEntryDisabler.USER
    )
    await hass.async_block_till_done()
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    await hass.async_block_till_done()
    assert runs.unread == 1


async def test_pictures_of_a_capture_device_that_was_left_out_are_not_served(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents, look: Look
) -> None:
    """Those of the others are, from the same history."""
    entry = await set_up()
    seen = []
    for device in box.devices[:2]:
        await box.recognize(device, box.people[0])
        seen.append((await fired.next())["pictures"])
    left_out, *others = [device.device_id for device in box.devices]
    await change(hass, box, entry, capture_devices=others)
    for path in seen[0].values():
        assert (await look(path)).status == HTTPStatus.NOT_FOUND
    for path in seen[1].values():
        assert (await look(path)).status == HTTPStatus.OK
    assert left_out not in entry.runtime_data.data.selected
