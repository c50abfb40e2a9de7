"""Cameras that show the last scene, or a live stream."""

from collections.abc import Awaitable, Callable
from typing import override

from aiohttp.web import Request, StreamResponse

from homeassistant.components.camera import (
    Camera,
    CameraEntityDescription,
    CameraEntityFeature,
    async_get_still_stream,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import RestoreEntity

from .aibox.models import CaptureDevice, PictureKind
from .box.stream_url import stream_source
from .coordinator import SeAiBoxConfigEntry, SeAiBoxCoordinator
from .entity import CaptureDeviceEntity, async_add_per_capture_device
from .pictures.picture import Picture
from .pictures.placeholder import async_placeholder
from .pictures.shown import ShownRecognition

PARALLEL_UPDATES = 0

SCENE = CameraEntityDescription(key="scene", translation_key="scene")

LIVE = CameraEntityDescription(
    key="live", translation_key="live", entity_registry_enabled_default=False
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: SeAiBoxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the cameras of each capture device."""
    async_add_per_capture_device(
        entry,
        async_add_entities,
        lambda device: [SceneCamera(entry.runtime_data, device)],
    )
    async_add_per_capture_device(
        entry,
        async_add_entities,
        lambda device: [LiveCamera(entry.runtime_data, device)],
        lambda device: _stream_url(device) is not None,
    )


def _stream_url(device: CaptureDevice | None) -> str | None:
    """Return the URL of a stream, including its credentials."""
    return None if device is None else stream_source(device.stream_url)


class SceneCamera(CaptureDeviceEntity, Camera, RestoreEntity):
    """A still picture: the scene, else the face, else the enrolled photo."""

    _state_follows_recognitions = False

    def __init__(self, coordinator: SeAiBoxCoordinator, device: CaptureDevice) -> None:
        """Initialize both parents; neither calls the other's constructor."""
        CaptureDeviceEntity.__init__(self, coordinator, device, SCENE)
        Camera.__init__(self)
        self._restored: ShownRecognition | None = None

    @override
    async def async_added_to_hass(self) -> None:
        """Restore which recognition was shown."""
        await super().async_added_to_hass()
        self._restored = ShownRecognition.from_stored(
            await self.async_get_last_extra_data()
        )

    @property
    @override
    def extra_restore_state_data(self) -> ShownRecognition | None:
        """Return the recognition to show after a restart."""
        if (last := self.last) is None:
            return self._restored
        return ShownRecognition.of(self.coordinator.config_entry.entry_id, last)

    @override
    async def async_camera_image(
        self, width: int | None = None, height: int | None = None
    ) -> bytes:
        """Return the picture, or a placeholder if there is none."""
        picture = await self._async_picture() or await async_placeholder(self.hass)
        self.content_type = picture.content_type
        return picture.content

    @override
    async def handle_async_still_stream(
        self, request: Request, interval: float
    ) -> StreamResponse:
        """Stream the pictures, so that each is shown at once."""
        return await async_get_still_stream(
            request, _twice(self.async_camera_image), self.content_type, interval
        )

    async def _async_picture(self) -> Picture | None:
        """Return the best picture, from memory or the box's history."""
        shown = self.extra_restore_state_data
        if shown is None or not shown.is_of_box(self.coordinator.config_entry):
            return None
        kinds = self.last.picture_kinds if self.last else frozenset(PictureKind)
        best = await self.coordinator.pictures.get_best(shown.recognition_id, kinds)
        return best and best[1]


def _twice(
    image: Callable[[], Awaitable[bytes]],
) -> Callable[[], Awaitable[bytes]]:
    """Return a source of pictures that makes a stream send each one twice.

    Chrome shows a picture only once another follows, so it would show the previous
    person until the next one comes. A stream sends only pictures that differ, so the
    second has an extra byte after its end, where decoders ignore it.
    """
    last: bytes | None = None

    async def _image() -> bytes:
        nonlocal last
        current = await image()
        if current == last:
            return current + b"\n"
        last = current
        return current

    return _image


class LiveCamera(CaptureDeviceEntity, Camera):
    """The camera's own stream, which does not pass through the box."""

    _state_follows_recognitions = False
    _attr_supported_features = CameraEntityFeature.STREAM

    def __init__(self, coordinator: SeAiBoxCoordinator, device: CaptureDevice) -> None:
        """Initialize both parents; neither calls the other's constructor."""
        CaptureDeviceEntity.__init__(self, coordinator, device, LIVE)
        Camera.__init__(self)

    @property
    @override
    def available(self) -> bool:
        """Return whether there is a stream that runs or can be started."""
        runs = self.stream is None or self.stream.available
        return runs and _stream_url(self.device) is not None

    @property
    @override
    def use_stream_for_stills(self) -> bool:
        """Return True: the cameras offer no other stills."""
        return True

    @override
    async def stream_source(self) -> str | None:
        """Return the URL, which must stay secret."""
        # It contains the user name and password.
        return _stream_url(self.device)

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Follow a stream whose URL changed."""
        url = _stream_url(self.device)
        if self.stream is not None and url is not None and url != self.stream.source:
            self.stream.update_source(url)
        super()._handle_coordinator_update()
