"""The last recognised person of a capture device, as a still camera."""

from dataclasses import asdict, dataclass
from typing import override

from homeassistant.components.camera import Camera, CameraEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import ExtraStoredData, RestoreEntity

from .aibox.models import CaptureDevice, PictureKind
from .coordinator import SeAiBoxConfigEntry, SeAiBoxCoordinator
from .entity import CaptureDeviceEntity, async_add_per_capture_device

PARALLEL_UPDATES = 0

LAST_PERSON = CameraEntityDescription(key="last_person", translation_key="last_person")

_BEST_FIRST = (PictureKind.SCENE, PictureKind.FACE, PictureKind.REFERENCE)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: SeAiBoxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up a camera for each capture device."""
    async_add_per_capture_device(
        entry,
        async_add_entities,
        lambda device: [LastPersonCamera(entry.runtime_data, device)],
    )


@dataclass(frozen=True, slots=True)
class StoredRecognition(ExtraStoredData):
    """Which recognition to show after a restart; the picture itself stays on the box."""

    recognition_id: str | None

    @override
    def as_dict(self) -> dict[str, str | None]:
        """Return what the store keeps."""
        return asdict(self)


class LastPersonCamera(CaptureDeviceEntity, Camera, RestoreEntity):
    """A still picture: the scene, else the face, else the enrolled photo."""

    _state_follows_recognitions = False

    def __init__(self, coordinator: SeAiBoxCoordinator, device: CaptureDevice) -> None:
        """Set up both parents, whose constructors do not know each other."""
        CaptureDeviceEntity.__init__(self, coordinator, device, LAST_PERSON)
        Camera.__init__(self)
        self._restored_id: str | None = None

    @override
    async def async_added_to_hass(self) -> None:
        """Restore which recognition was shown."""
        await super().async_added_to_hass()
        if (restored := await self.async_get_last_extra_data()) is not None:
            recognition_id = restored.as_dict().get("recognition_id")
            if isinstance(recognition_id, str):
                self._restored_id = recognition_id

    @property
    @override
    def extra_restore_state_data(self) -> StoredRecognition:
        """Which recognition is shown."""
        return StoredRecognition(
            self.last.recognition_id if self.last else self._restored_id
        )

    @override
    async def async_camera_image(
        self, width: int | None = None, height: int | None = None
    ) -> bytes | None:
        """Return the picture, from the box's history where it did not come along."""
        recognition_id = self.extra_restore_state_data.recognition_id
        if recognition_id is None:
            return None
        kinds = self.last.picture_kinds if self.last else frozenset(PictureKind)
        for kind in _BEST_FIRST:
            if kind not in kinds:
                continue
            picture = await self.coordinator.pictures.get(recognition_id, kind)
            if picture is not None:
                self.content_type = picture.content_type
                return picture.content
        return None
