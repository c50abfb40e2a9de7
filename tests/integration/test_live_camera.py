"""The live stream of a camera, and the password in its URL."""

from dataclasses import replace
import logging
from unittest.mock import AsyncMock, Mock, patch

import pytest

from emulator import EmulatedBox
from homeassistant.components.camera import (
    Camera,
    CameraEntityFeature,
    async_get_image,
    async_get_stream_source,
)
from homeassistant.components.camera.helper import get_camera_from_entity_id
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from .conftest import SetUp
from .helpers import FiredEvents, state_becomes, state_of

pytest_plugins = ["tests.integration.entity_fixtures"]

LIVE = "camera.da_men_live"
CONNECTION = "binary_sensor.bm1684_180_connection"
PASSWORD = "pa%40ss-word"
# Releases of Home Assistant define the camera in different modules.
CREATE_STREAM = f"{Camera.__module__}.create_stream"

enabled = pytest.mark.usefixtures("every_entity_enabled")


async def test_live_camera_is_disabled_by_default(
    hass: HomeAssistant, entity_registry: er.EntityRegistry, set_up: SetUp
) -> None:
    """Capture devices without a stream have none."""
    await set_up()
    entry = entity_registry.async_get(LIVE)
    assert entry is not None
    assert entry.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    assert entity_registry.async_get("camera.front_door_live") is None


@enabled
async def test_stream_source_alone_has_the_password(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """No state and no log line has it."""
    caplog.set_level(logging.DEBUG)
    await set_up()
    camera = get_camera_from_entity_id(hass, LIVE)
    assert camera.supported_features == CameraEntityFeature.STREAM
    assert await async_get_stream_source(hass, LIVE) == box.devices[1].url
    await box.recognize(box.devices[1], box.people[0])
    await fired.next()

    states = " ".join(str(state.as_dict()) for state in hass.states.async_all())
    assert "camera.da_men_live" in states
    for secret in (PASSWORD, "pa@ss-word", "rtsp://"):
        assert secret not in states
        assert secret not in caplog.text


@enabled
@pytest.mark.parametrize("dialect", ["nested"])
async def test_still_image_is_taken_from_the_stream(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The emulator has no video, so a mock takes its place."""
    entry = await set_up()
    stream = Mock(available=True, source=box.devices[1].url)
    stream.async_get_image = AsyncMock(return_value=b"\xff\xd8\xff now")
    with patch(CREATE_STREAM, return_value=stream) as create:
        image = await async_get_image(hass, LIVE)
    assert image.content == b"\xff\xd8\xff now"
    assert create.call_args.args[1] == box.devices[1].url

    # A running stream gets a changed URL.
    await entry.runtime_data.async_refresh()
    stream.update_source.assert_not_called()
    moved = "rtsp://admin:new@192.0.2.7/ch1"
    box.devices[1] = replace(box.devices[1], url=moved)
    await entry.runtime_data.async_refresh()
    stream.update_source.assert_called_once_with(moved)

    stream.available = False
    await entry.runtime_data.async_refresh()
    assert state_of(hass, LIVE) == "unavailable"


@enabled
async def test_live_camera_follows_the_stream_of_its_device(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """It needs no reload, and stays available while the box is disconnected."""
    entry = await set_up()
    front_door = box.devices[0]
    box.devices[0] = replace(front_door, type="rtsp", url="rtsp://192.0.2.7/ch1")
    await entry.runtime_data.async_refresh()
    await hass.async_block_till_done()
    assert state_of(hass, "camera.front_door_live") == "idle"

    box.devices[0] = front_door
    await entry.runtime_data.async_refresh()
    assert state_of(hass, "camera.front_door_live") == "unavailable"
    await box.port("events").close()
    await state_becomes(hass, CONNECTION, "off")
    assert state_of(hass, LIVE) == "idle"


@enabled
async def test_password_with_marks_of_a_url_is_encoded(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The box stores it as the user typed it."""
    url = "rtsp://admin:a/b@c#d@192.0.2.7/ch1"
    box.devices[1] = replace(box.devices[1], url=url)
    await set_up()
    source = await async_get_stream_source(hass, LIVE)
    assert source == "rtsp://admin:a%2Fb%40c%23d@192.0.2.7/ch1"


@enabled
@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "concat:/etc/passwd|/etc/hosts",
        "http://192.0.2.7/admin",
        "rtsp://[::bad/ch1",
        "34020000001320000001",
    ],
)
@pytest.mark.parametrize("dialect", ["nested", "flat"])
async def test_url_that_is_no_stream_is_not_opened(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, url: str
) -> None:
    """A box must not make Home Assistant open files or web pages."""
    box.devices[1] = replace(box.devices[1], url=url)
    await set_up()
    assert hass.states.get(LIVE) is None
