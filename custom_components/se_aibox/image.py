"""Images of capture devices and followed people."""

from abc import abstractmethod
import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from typing import override

from homeassistant.components.image import ImageEntity, ImageEntityDescription
from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import RestoreEntity
from homeassistant.util import dt as dt_util

from .aibox.models import CaptureDevice, PictureKind
from .const import DOMAIN
from .coordinator import SeAiBoxConfigEntry, SeAiBoxCoordinator, async_loaded_box
from .entity import (
    CaptureDeviceEntity,
    PersonEntity,
    async_add_per_capture_device,
    async_add_per_person,
)
from .people.following import People, is_people_entry
from .pictures.picture import Picture
from .pictures.placeholder import async_placeholder
from .pictures.shown import ShownRecognition
from .recognition.sighting import Sighting

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class PictureDescription(ImageEntityDescription):
    """Describes an image entity that shows one kind of picture."""

    kind: PictureKind


IMAGES = (
    PictureDescription(key="face", translation_key="face", kind=PictureKind.FACE),
    PictureDescription(
        key="reference",
        translation_key="reference",
        entity_registry_enabled_default=False,
        kind=PictureKind.REFERENCE,
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

    _kind: PictureKind
    _shown: ShownRecognition | None = None

    @override
    async def async_added_to_hass(self) -> None:
        """Restore which recognition was shown."""
        await super().async_added_to_hass()
        self._shown = ShownRecognition.from_stored(
            await self.async_get_last_extra_data()
        )

    @property
    @override
    def image_last_updated(self) -> datetime | None:
        """Return when the picture arrived, None without one."""
        return self._shown.updated if self._shown else None

    @property
    @override
    def entity_picture(self) -> str | None:
        """Return None without a picture.

        The frontend then shows the icon instead of a broken image.
        """
        return None if self.image_last_updated is None else super().entity_picture

    @property
    @override
    def extra_restore_state_data(self) -> ShownRecognition | None:
        """Return the recognition to show after a restart."""
        return self._shown

    @override
    async def async_image(self) -> bytes:
        """Return the picture, or a placeholder if there is none."""
        picture = await self._async_picture() or await async_placeholder(self.hass)
        self._attr_content_type = picture.content_type
        return picture.content

    @property
    @abstractmethod
    def _box(self) -> SeAiBoxCoordinator | None:
        """The box that has the picture, None if not loaded."""

    async def _async_picture(self) -> Picture | None:
        """Return the picture from memory or from the box's history."""
        shown, box = self._shown, self._box
        if shown is None or box is None or not shown.is_of_box(box.config_entry):
            return None
        return await box.pictures.get_or_wait(shown.recognition_id, self._kind)


class RecognitionImage(CaptureDeviceEntity, PictureImage):
    """One kind of picture of the last recognition on a capture device.

    If that recognition has no such picture, no earlier one is shown in its place.
    """

    def __init__(
        self,
        coordinator: SeAiBoxCoordinator,
        device: CaptureDevice,
        description: PictureDescription,
    ) -> None:
        """Initialize both parents; neither calls the other's constructor."""
        CaptureDeviceEntity.__init__(self, coordinator, device, description)
        PictureImage.__init__(self, coordinator.hass)
        self._kind = description.kind
        self._awaiting: asyncio.Task[None] | None = None

    @override
    async def async_added_to_hass(self) -> None:
        """Restore which recognition was shown, or show a newer one."""
        await super().async_added_to_hass()
        self.async_on_remove(self._stop_awaiting)
        self._read()

    @property
    @override
    def image_last_updated(self) -> datetime | None:
        """Return when the picture arrived; None while it is forbidden."""
        is_allowed = self._kind in self.coordinator.picture_consent.picture_kinds
        return super().image_last_updated if is_allowed else None

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
        if (last := self.last) is None:
            return
        if (shown := self._shown) and shown.recognition_id == last.recognition_id:
            return
        self._stop_awaiting()
        self._shown = ShownRecognition.with_picture(
            self._box.config_entry.entry_id, last, self._kind
        )

    @property
    @override
    def _box(self) -> SeAiBoxCoordinator:
        return self.coordinator

    @override
    async def _async_picture(self) -> Picture | None:
        picture = await super()._async_picture()
        shown = self._shown
        if (
            shown is not None
            and self._awaiting is None
            and self._box.pictures.is_awaited(shown.recognition_id, self._kind)
        ):
            # Update the image once the picture is recorded.
            self._awaiting = self._box.config_entry.async_create_background_task(
                self.hass, self._async_await(shown), f"{DOMAIN} {self.entity_id}"
            )
        return picture

    async def _async_await(self, shown: ShownRecognition) -> None:
        """Show the picture once the box has recorded it."""
        if await self._box.pictures.wait_for(shown.recognition_id, self._kind):
            self._shown = replace(shown, updated=dt_util.utcnow())
            self.async_write_ha_state()

    @callback
    def _stop_awaiting(self) -> None:
        if self._awaiting is not None:
            self._awaiting.cancel()
            self._awaiting = None


class PersonFace(PersonEntity, PictureImage):
    """The face of a followed person, from the box that saw them last.

    Unknown if that box sent no picture of the face.
    """

    entity_description = PERSON_FACE
    _kind = PictureKind.FACE

    def __init__(self, people: People, subentry_id: str) -> None:
        """Initialize both parents; neither calls the other's constructor."""
        PersonEntity.__init__(self, people, subentry_id)
        PictureImage.__init__(self, people.hass)

    @callback
    @override
    def _handle_sighting(self, sighting: Sighting) -> None:
        self._shown = ShownRecognition.with_picture(
            sighting.entry_id, sighting.recognition, self._kind
        )
        self.async_write_ha_state()

    @property
    @override
    def entity_picture(self) -> str | None:
        """Return None also while pictures of the box are forbidden."""
        shown = self._shown
        is_allowed = shown is not None and self._may_show(shown)
        return super().entity_picture if is_allowed else None

    @property
    @override
    def _box(self) -> SeAiBoxCoordinator | None:
        entry_id = self._shown.entry_id if self._shown else ""
        return async_loaded_box(self.hass, entry_id)
