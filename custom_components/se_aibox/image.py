"""The pictures of the last recognition of a capture device."""

from dataclasses import dataclass
from datetime import datetime
from typing import override

from homeassistant.components.image import ImageEntityDescription
from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import ExtraStoredData
from homeassistant.util import dt as dt_util

from .aibox.models import CaptureDevice, PictureKind
from .coordinator import SeAiBoxConfigEntry, SeAiBoxCoordinator
from .entity import CaptureDeviceEntity, async_add_per_capture_device
from .people.following import is_people_entry
from .person_entity import async_add_per_person
from .person_image import PersonFace
from .picture_image import PictureImage
from .pictures.cache import Picture

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class PictureDescription(ImageEntityDescription):
    """Describes an image entity that shows one kind of picture."""

    kind: PictureKind


IMAGES = (
    PictureDescription(key="face", translation_key="face", kind=PictureKind.FACE),
    PictureDescription(
        key="reference", translation_key="reference", kind=PictureKind.REFERENCE
    ),
    PictureDescription(
        key="scene",
        translation_key="scene",
        entity_registry_enabled_default=False,
        kind=PictureKind.SCENE,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: SeAiBoxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the images of each capture device, or of each followed person."""
    if is_people_entry(entry):
        async_add_per_person(entry, async_add_entities, PersonFace)
        return
    async_add_per_capture_device(
        entry,
        async_add_entities,
        lambda device: (
            RecognitionImage(entry.runtime_data, device, description)
            for description in IMAGES
        ),
    )


@dataclass(frozen=True, slots=True)
class ShownRecognition(ExtraStoredData):
    """Whose picture to show, after a restart too; the picture itself stays on the box."""

    recognition_id: str
    received_at: datetime

    @override
    def as_dict(self) -> dict[str, str]:
        """Return what the store keeps."""
        return {
            "recognition_id": self.recognition_id,
            "received_at": self.received_at.isoformat(),
        }


class RecognitionImage(CaptureDeviceEntity, PictureImage):
    """One kind of picture of the last recognition, nobody where that one has none: it shows no one else's."""

    entity_description: PictureDescription

    def __init__(
        self,
        coordinator: SeAiBoxCoordinator,
        device: CaptureDevice,
        description: PictureDescription,
    ) -> None:
        """Set up both parents, whose constructors do not know each other."""
        CaptureDeviceEntity.__init__(self, coordinator, device, description)
        PictureImage.__init__(self, coordinator.hass)
        self._shown: ShownRecognition | None = None

    @override
    async def async_added_to_hass(self) -> None:
        """Restore whose picture was shown."""
        await super().async_added_to_hass()
        if (restored := await self.async_get_last_extra_data()) is not None:
            stored = restored.as_dict()
            received_at = dt_util.parse_datetime(str(stored.get("received_at")))
            recognition_id = stored.get("recognition_id")
            if isinstance(recognition_id, str) and received_at is not None:
                self._shown = ShownRecognition(recognition_id, received_at)
        self._read()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Show the picture of a new recognition; where there was none and is none, nothing is to be written."""
        self._read()
        state = self.hass.states.get(self.entity_id)
        is_unknown = state is not None and state.state == STATE_UNKNOWN
        if not is_unknown or not self.available or self.image_last_updated is not None:
            super()._handle_coordinator_update()

    def _read(self) -> None:
        kind = self.entity_description.kind
        if (last := self.last) is not None:
            self._shown = (
                ShownRecognition(last.recognition_id, last.received_at)
                if kind in last.picture_kinds
                else None
            )
        is_shown = kind in self.coordinator.privacy.picture_kinds
        # When it arrived; unknown while there is nothing to show.
        self._attr_image_last_updated = (
            self._shown.received_at if self._shown and is_shown else None
        )

    @property
    @override
    def extra_restore_state_data(self) -> ShownRecognition | None:
        """Whose picture to show again."""
        return self._shown

    @override
    async def _async_picture(self) -> Picture | None:
        if self._shown is None:
            return None
        return await self.coordinator.pictures.get(
            self._shown.recognition_id, self.entity_description.kind
        )
