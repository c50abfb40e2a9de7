"""States that are restored after a restart of Home Assistant."""

import pytest

from emulator import EmulatedBox, PictureKind
from homeassistant.core import CoreState, HomeAssistant, State

from .conftest import Look, SetUp
from .helpers import ENTRY_ID, NOBODY, FiredEvents, jpeg, restore, state_of

pytest_plugins = ["tests.integration.entity_fixtures"]

SEEN = "2026-10-30T07:01:02+00:00"
EVENT = {
    "event_type": "visitor",
    "identity_id": "10010248",
    "identity_name": "李娜",
    "score": 91.5,
    "group_name": None,
}


async def restart(hass: HomeAssistant, recognition_id: object) -> None:
    """Start with what Home Assistant stored before it stopped."""
    hass.set_state(CoreState.not_running)
    stored = (
        ("sensor.front_door_last_person", "李娜", {"native_value": "李娜"}),
        ("sensor.front_door_last_person_type", "visitor", {"native_value": "visitor"}),
        (
            "sensor.front_door_last_recognition",
            SEEN,
            {
                "native_value": {
                    "__type": "<class 'datetime.datetime'>",
                    "isoformat": SEEN,
                }
            },
        ),
        (
            "event.front_door_recognition",
            "2026-10-30T07:01:02.345+00:00",
            {
                "last_event_type": "visitor",
                "last_event_attributes": {
                    key: value for key, value in EVENT.items() if key != "event_type"
                },
            },
        ),
        (
            "camera.front_door_scene",
            "idle",
            {"entry_id": ENTRY_ID, "recognition_id": recognition_id, "updated": SEEN},
        ),
    )
    await restore(
        hass,
        *(
            (
                State(entity_id, value),
                {"native_unit_of_measurement": None, **extra}
                if entity_id.startswith("sensor.")
                else extra,
            )
            for entity_id, value, extra in stored
        ),
    )


async def old_recognition(box: EmulatedBox) -> str:
    """Add a history record from before the restart; return its id."""
    emitted = await box.recognize(box.devices[0], box.people[4], push=False)
    if box.dialect == "flat":
        return emitted.event_id
    return f"{emitted.device_id}~{emitted.timestamp_ms}~{emitted.identity_id}"


@pytest.mark.usefixtures("every_entity_enabled")
async def test_states_are_restored_without_events(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents, look: Look
) -> None:
    """The picture comes from the history of the box."""
    await restart(hass, await old_recognition(box))
    await set_up()
    assert state_of(hass, "sensor.front_door_last_person") == "李娜"
    assert state_of(hass, "sensor.front_door_last_person_type") == "visitor"
    assert state_of(hass, "sensor.front_door_last_recognition") == SEEN
    event = hass.states.get("event.front_door_recognition")
    assert event is not None
    assert event.state == "2026-10-30T07:01:02.345+00:00"
    assert {key: event.attributes[key] for key in EVENT} == EVENT
    assert state_of(hass, "sensor.lobby_turnstile_last_person") == "unknown"
    assert fired.unread == 0

    response = await look("/api/camera_proxy/camera.front_door_scene")
    assert await response.read() == jpeg(box, PictureKind.SCENE)
    assert response.content_type == "image/jpeg"

    await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    assert state_of(hass, "sensor.front_door_last_person") == "Tom"
    response = await look("/api/camera_proxy/camera.front_door_scene")
    assert await response.read() == jpeg(box, PictureKind.SCENE)
    assert fired.unread == 0


async def test_camera_shows_nobody_if_the_box_deleted_the_picture(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, look: Look
) -> None:
    """The sensor still has the name."""
    await restart(hass, await old_recognition(box))
    box.history.clear()
    await set_up()
    response = await look("/api/camera_proxy/camera.front_door_scene")
    assert await response.read() == NOBODY
    assert response.content_type == "image/png"
    assert state_of(hass, "sensor.front_door_last_person") == "李娜"


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize("stored", [None, 7, {"a": 1}])
async def test_camera_without_usable_stored_data_shows_nobody(
    hass: HomeAssistant, set_up: SetUp, look: Look, stored: object
) -> None:
    """The stored id is missing or damaged."""
    await restart(hass, stored)
    await set_up()
    response = await look("/api/camera_proxy/camera.front_door_scene")
    assert await response.read() == NOBODY
    assert response.content_type == "image/png"


async def test_camera_is_restored_twice_without_a_recognition(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents, look: Look
) -> None:
    """The first restart must store the id again."""
    await restart(hass, await old_recognition(box))
    entry = await set_up()
    assert await hass.config_entries.async_reload(entry.entry_id)
    response = await look("/api/camera_proxy/camera.front_door_scene")
    assert await response.read() == jpeg(box, PictureKind.SCENE)
    assert fired.unread == 0
