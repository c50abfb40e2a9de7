"""The face of a followed person, as it was seen last."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.image import ImageEntityDescription
from homeassistant.core import callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.restore_state import ExtraStoredData
from homeassistant.util import dt as dt_util

from .aibox.models import PictureKind
from .boxes import async_loaded_box
from .people.following import People, Sighting
from .person_entity import PersonEntity
from .picture_image import PictureImage
from .pictures.cache import Picture

PERSON_FACE = ImageEntityDescription(key="face", translation_key="face")


@dataclass(frozen=True, slots=True)
class ShownFace(ExtraStoredData):
    """Which recognition's face is shown; the picture itself stays on the box."""

    entry_id: str
    recognition_id: str
    # ISO 8601.
    updated: str

    @override
    def as_dict(self) -> dict[str, str]:
        """Return what the store keeps."""
        return {
            "entry_id": self.entry_id,
            "recognition_id": self.recognition_id,
            "updated": self.updated,
        }


class PersonFace(PersonEntity, PictureImage):
    """The face from the box where the person was seen last; unknown where that one sent none."""

    def __init__(self, people: People, subentry_id: str) -> None:
        """Set up both parents, whose constructors do not know each other."""
        PersonEntity.__init__(self, people, subentry_id, PERSON_FACE)
        PictureImage.__init__(self, people.hass)
        self._shown: ShownFace | None = None

    @override
    async def async_added_to_hass(self) -> None:
        """Restore which face was shown, then listen."""
        await super().async_added_to_hass()
        if (restored := await self.async_get_last_extra_data()) is not None:
            self._show(ShownFace(**restored.as_dict()))
        self.async_on_remove(
            async_dispatcher_connect(
                self.hass,
                self._people.signal_state(self._subentry_id),
                self._handle_sighting,
            )
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
        """Which face is shown."""
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
