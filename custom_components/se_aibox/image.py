"""Images of capture devices and followed people."""

from abc import abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import override

from homeassistant.components.image import ImageEntity, ImageEntityDescription
from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import ExtraStoredData, RestoreEntity
from homeassistant.util import dt as dt_util

from .aibox.models import CaptureDevice, PictureKind
from .coordinator import SeAiBoxConfigEntry, SeAiBoxCoordinator, async_loaded_box
from .entity import (
    CaptureDeviceEntity,
    PersonEntity,
    async_add_per_capture_device,
    async_add_per_person,
)
from .people.following import People, is_people_entry
from .pictures.cache import Picture
from .pictures.placeholder import async_placeholder
from .recognition.sighting import Sighting

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
PERSON_FACE = ImageEntityDescription(key="face", translation_key="face")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: SeAiBoxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the images of capture devices or followed people."""
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


class PictureImage(ImageEntity, RestoreEntity):
    """Shows a picture stored on the box; unknown while there is none."""

    @property
    @override
    def entity_picture(self) -> str | None:
        """Return None without a picture.

        The frontend then shows the icon instead of a broken image.
        """
        return None if self.image_last_updated is None else super().entity_picture

    @override
    async def async_image(self) -> bytes:
        """Return the picture, or a placeholder if there is none."""
        picture = await self._async_picture() or await async_placeholder(self.hass)
        self._attr_content_type = picture.content_type
        return picture.content

    @abstractmethod
    async def _async_picture(self) -> Picture | None:
        """Return the picture from memory or from the box's history."""


@dataclass(frozen=True, slots=True)
class ShownRecognition(ExtraStoredData):
    """The recognition whose picture is shown; the picture stays on the box."""

    recognition_id: str
    received_at: datetime

    @override
    def as_dict(self) -> dict[str, str]:
        """Return the data to store."""
        return {
            "recognition_id": self.recognition_id,
            "received_at": self.received_at.isoformat(),
        }


class RecognitionImage(CaptureDeviceEntity, PictureImage):
    """One kind of picture of the last recognition on a capture device.

    If that recognition has no such picture, no earlier one is shown in its place.
    """

    entity_description: PictureDescription

    def __init__(
        self,
        coordinator: SeAiBoxCoordinator,
        device: CaptureDevice,
        description: PictureDescription,
    ) -> None:
        """Initialize both parents; neither calls the other's constructor."""
        CaptureDeviceEntity.__init__(self, coordinator, device, description)
        PictureImage.__init__(self, coordinator.hass)
        self._shown: ShownRecognition | None = None

    @override
    async def async_added_to_hass(self) -> None:
        """Restore which recognition was shown."""
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
        """Show the picture of a new recognition.

        Write nothing if there was no picture and there still is none.
        """
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
        is_shown = kind in self.coordinator.picture_consent.picture_kinds
        # The time it arrived; unknown while there is nothing to show.
        self._attr_image_last_updated = (
            self._shown.received_at if self._shown and is_shown else None
        )

    @property
    @override
    def extra_restore_state_data(self) -> ShownRecognition | None:
        """Return the recognition to show after a restart."""
        return self._shown

    @override
    async def _async_picture(self) -> Picture | None:
        if self._shown is None:
            return None
        return await self.coordinator.pictures.get(
            self._shown.recognition_id, self.entity_description.kind
        )


@dataclass(frozen=True, slots=True)
class ShownFace(ExtraStoredData):
    """The recognition whose face is shown; the picture stays on the box."""

    entry_id: str
    recognition_id: str
    # ISO 8601.
    updated: str

    @override
    def as_dict(self) -> dict[str, str]:
        """Return the data to store."""
        return {
            "entry_id": self.entry_id,
            "recognition_id": self.recognition_id,
            "updated": self.updated,
        }


class PersonFace(PersonEntity, PictureImage):
    """The face of a followed person, from the box that saw them last.

    Unknown if that box sent no picture of the face.
    """

    def __init__(self, people: People, subentry_id: str) -> None:
        """Initialize both parents; neither calls the other's constructor."""
        PersonEntity.__init__(self, people, subentry_id, PERSON_FACE)
        PictureImage.__init__(self, people.hass)
        self._shown: ShownFace | None = None

    @override
    async def async_added_to_hass(self) -> None:
        """Restore which face was shown, then listen."""
        await super().async_added_to_hass()
        if (restored := await self.async_get_last_extra_data()) is not None:
            self._show(ShownFace(**restored.as_dict()))
        self._listen(
            self._people.signal_state(self._subentry_id), self._handle_sighting
        )

    @callback
    def _handle_sighting(self, sighting: Sighting) -> None:
        self._show(_face_of(sighting))
        self.async_write_ha_state()

    def _show(self, face: ShownFace | None) -> None:
        self._shown = face
        self._attr_image_last_updated = (
            None if face is None else dt_util.parse_datetime(face.updated)
        )

    @property
    @override
    def extra_restore_state_data(self) -> ShownFace | None:
        """Return the face to show after a restart."""
        return self._shown

    @override
    async def _async_picture(self) -> Picture | None:
        if (
            self._shown is None
            or (box := async_loaded_box(self.hass, self._shown.entry_id)) is None
        ):
            return None
        return await box.pictures.get(self._shown.recognition_id, PictureKind.FACE)


def _face_of(sighting: Sighting) -> ShownFace | None:
    recognition = sighting.recognition
    if PictureKind.FACE not in recognition.picture_kinds:
        return None
    return ShownFace(
        sighting.entry_id,
        recognition.recognition_id,
        recognition.received_at.isoformat(),
    )
