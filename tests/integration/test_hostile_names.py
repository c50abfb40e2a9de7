"""Names and ids with markup, slashes and worse: texts everywhere, and each leads where it should."""

import logging

import pytest

from emulator import Device, EmulatedBox, Identity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from .conftest import Look, SetUp
from .helpers import Heard, state_of

_MARKUP = "<img src=x onerror=alert(1)> **[Tom](javascript:alert(1))** {{ states }} {0}"
_PATH = "../../../config/secrets.yaml?a=1#b"
_IDS = {"markup": _MARKUP, "path": _PATH, "separators": "~1~/%2F\\", "state": "unknown"}


@pytest.mark.parametrize("hostile", _IDS.values(), ids=_IDS.keys())
async def test_everywhere(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    look: Look,
    caplog: pytest.LogCaptureFixture,
    hostile: str,
) -> None:
    """A capture device and a person of such a name and id are what any other are."""
    device = Device(f"1{hostile}", hostile, type="rtsp", ip="127.0.0.1")
    box.devices[:] = [device]
    await set_up({"capture_devices": [device.device_id]})
    person = box.state.enrol(Identity(hostile, hostile))
    await box.recognize(device, person)

    data = await heard.next()
    assert data["identity_id"] == data["identity_name"] == hostile
    assert data["capture_device_id"] == device.device_id
    for path in data["pictures"].values():
        assert not set(path.split(data["entry_id"])[1]) & set("<>{}?#\\ ")
        response = await look(path)
        # Home Assistant's own filter refuses what looks like an attack, however often it is encoded.
        assert response.status in (200, 400)
        assert response.status == 200 or {"..", "<"} & {hostile[:2], hostile[:1]}
    [found] = [
        state
        for state in hass.states.async_all("sensor")
        if state.entity_id.endswith("_last_person")
    ]
    # A state of that word would mean that nobody knows.
    assert found.state == ('"unknown"' if hostile == "unknown" else hostile)
    registered = dr.async_get(hass).async_get(data["device_id"])
    assert registered is not None
    assert registered.name == hostile
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_events_named_like_that(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, heard: Heard, look: Look
) -> None:
    """The picture's address is made of a box's own name of the event; it leads to this one or to none."""
    await set_up()
    for hostile in _IDS.values():
        await box.recognize(
            box.devices[0], box.people[0], overrides={"event_id": hostile}
        )
        data = await heard.next()
        assert data["recognition_id"] == hostile
        # Home Assistant's filter again, and its web addresses have no braces.
        status = (await look(data["pictures"]["face"])).status
        assert status == {_MARKUP: 404, _PATH: 400}.get(hostile, 200)
        # Not in the live message of a flat box, and filed under another name.
        assert (await look(data["pictures"]["scene"])).status in (200, 400, 404)
    assert state_of(hass, "sensor.front_door_last_person") == "Tom"
