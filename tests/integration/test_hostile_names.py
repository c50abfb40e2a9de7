"""Names and ids with markup or path separators are plain text everywhere."""

import logging

import pytest

from emulator import Device, EmulatedBox, Identity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from .conftest import Look, SetUp
from .helpers import FiredEvents, state_of

_MARKUP = "<img src=x onerror=alert(1)> **[Tom](javascript:alert(1))** {{ states }} {0}"
_PATH = "../../../config/secrets.yaml?a=1#b"
_IDS = {"markup": _MARKUP, "path": _PATH, "separators": "~1~/%2F\\", "state": "unknown"}


@pytest.mark.parametrize("hostile", _IDS.values(), ids=_IDS.keys())
async def test_hostile_name_is_text_everywhere(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    look: Look,
    caplog: pytest.LogCaptureFixture,
    hostile: str,
) -> None:
    """Pictures, states and devices work as with any other name."""
    device = Device(f"1{hostile}", hostile, type="rtsp", ip="127.0.0.1")
    box.devices[:] = [device]
    await set_up({"capture_devices": [device.device_id]})
    # An id that is a word for none would make a stranger.
    identity_id = f"1{hostile}"
    person = box.state.enroll(Identity(identity_id, hostile))
    await box.recognize(device, person)

    data = await fired.next()
    assert data["identity_id"] == identity_id
    assert data["identity_name"] == hostile
    assert data["capture_device_id"] == device.device_id
    for path in data["pictures"].values():
        assert not set(path.split(data["entry_id"])[1]) & set("<>{}?#\\ ")
        response = await look(path)
        # Home Assistant's filter rejects what looks like an attack, however encoded.
        assert response.status in (200, 400)
        assert response.status == 200 or {"..", "<"} & {hostile[:2], hostile[:1]}
    [found] = [
        state
        for state in hass.states.async_all("sensor")
        if state.entity_id.endswith("_last_person")
    ]
    # The state unknown has a meaning of its own.
    assert found.state == ('"unknown"' if hostile == "unknown" else hostile)
    registered = dr.async_get(hass).async_get(data["device_id"])
    assert registered is not None
    assert registered.name == hostile
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_hostile_event_id_leads_to_its_own_picture(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents, look: Look
) -> None:
    """The path of a picture contains the event id of the box."""
    await set_up()
    for hostile in _IDS.values():
        await box.recognize(
            box.devices[0], box.people[0], overrides={"event_id": hostile}
        )
        data = await fired.next()
        assert data["recognition_id"] == hostile
        # Home Assistant's filter rejects one, and its routes allow no braces.
        status = (await look(data["pictures"]["face"])).status
        assert status == {_MARKUP: 404, _PATH: 400}.get(hostile, 200)
        # A flat box does not send the scene live, and files it under another id.
        assert (await look(data["pictures"]["scene"])).status in (200, 400, 404)
    assert state_of(hass, "sensor.front_door_last_person") == "Tom"
