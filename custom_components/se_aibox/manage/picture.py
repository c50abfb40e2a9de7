"""The picture to enroll: an upload, or the face of the newest stranger."""

from collections.abc import Container
from dataclasses import dataclass, field

from homeassistant.components.file_upload import process_uploaded_file
from homeassistant.core import HomeAssistant, callback

from ..actions.picture import async_check_picture, read_cut
from ..aibox.models import PersonType, PictureKind
from ..coordinator import async_loaded_box
from ..recognition.events import picture_path
from ..recognition.faces import async_signed_path
from ..recognition.memory import async_get_memory
from ..recognition.sighting import Sighting


class UploadGoneError(Exception):
    """An uploaded file no longer exists."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """The face of a stranger."""

    sighting: Sighting
    picture: bytes = field(repr=False)
    # Opens the picture in the browser.
    path: str = field(repr=False)


async def async_read_upload(hass: HomeAssistant, file_id: str) -> bytes:
    """Return an uploaded picture, which Home Assistant deletes.

    Raises `UploadGoneError`, or a translated `HomeAssistantError`.
    """
    content = await hass.async_add_executor_job(_read, hass, file_id)
    await async_check_picture(hass, content)
    return content


def _read(hass: HomeAssistant, file_id: str) -> bytes:
    try:
        with process_uploaded_file(hass, file_id) as path:
            return read_cut(path)
    except (ValueError, OSError) as error:
        raise UploadGoneError from error


async def async_newest_stranger(
    hass: HomeAssistant, entry_ids: Container[str]
) -> Stranger | None:
    """Return the newest stranger of boxes, if any has a face."""
    if (sighting := _newest(hass, entry_ids)) is None:
        return None
    recognition_id = sighting.recognition.recognition_id
    box = async_loaded_box(hass, sighting.entry_id)
    picture = None
    if box is not None:
        picture = await box.pictures.get_or_wait(recognition_id, PictureKind.FACE)
    if picture is None:
        return None
    path = picture_path(sighting.box_key, recognition_id, PictureKind.FACE)
    return Stranger(sighting, picture.content, async_signed_path(hass, path))


@callback
def _newest(hass: HomeAssistant, entry_ids: Container[str]) -> Sighting | None:
    strangers = (
        sighting
        for sighting in reversed(async_get_memory(hass).async_all())
        if sighting.entry_id in entry_ids
        and sighting.recognition.person_type is PersonType.STRANGER
        and PictureKind.FACE in sighting.recognition.picture_kinds
    )
    return next(strangers, None)
