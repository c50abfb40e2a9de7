"""The picture that an action sends to a box.

It comes from a camera or image entity, the media, a file or a recognition.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
import re
from typing import Any
from urllib.parse import unquote, urlsplit

import voluptuous as vol

from homeassistant.components import camera, image, media_source
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, ServiceCall, split_entity_id
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv

from ..aibox.models import PictureKind
from ..const import DOMAIN
from ..coordinator import async_box_by_key
from ..pictures.picture import read_picture
from ..pictures.placeholder import async_placeholder
from ..recognition.events import PICTURE_URL
from .permissions import async_check_readable

ATTR_FILE = "file"
ATTR_MEDIA = "media"
_SOURCES = (ATTR_ENTITY_ID, ATTR_MEDIA, ATTR_FILE)

# In bytes, before base64 adds a third. Boxes refuse pictures much smaller than this.
LARGEST_PICTURE = 10 * 1024 * 1024
_CONTENT_TYPES = frozenset({"image/jpeg", "image/png"})

# The media sources of these entities resolve to a stream, not to a picture.
_ENTITY_MEDIA = re.compile(
    rf"media-source://(?:{camera.DOMAIN}|{image.DOMAIN})/((?:{camera.DOMAIN}|{image.DOMAIN})\.\w+)"
)
_PICTURE_PATH = re.compile(
    PICTURE_URL.format(
        box_key="(?P<box_key>[^/]+)",
        recognition_id="(?P<recognition_id>[^/]+)",
        kind=f"(?P<kind>{'|'.join(PictureKind)})",
    )
)


def _media(value: Any) -> str:
    """Return a media id, which a media selector may wrap."""
    if isinstance(value, dict):
        value = value.get("media_content_id")
    if not isinstance(value, str) or not value:
        raise vol.Invalid("choose a picture or enter its media ID")
    return value


PICTURE_SCHEMA: dict[vol.Marker, Any] = {
    vol.Optional(ATTR_ENTITY_ID): vol.All(
        cv.entity_id, cv.entity_domain([camera.DOMAIN, image.DOMAIN])
    ),
    vol.Optional(ATTR_MEDIA): _media,
    vol.Optional(ATTR_FILE): cv.string,
}


def has_source(call: ServiceCall) -> bool:
    """Return whether a call has a picture."""
    return any(source in call.data for source in _SOURCES)


async def async_read_source(call: ServiceCall) -> bytes:
    """Return the picture, a JPEG or PNG of at most 10 MiB.

    Raises a translated `HomeAssistantError`.
    """
    given = [source for source in _SOURCES if source in call.data]
    if len(given) != 1:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="not_one_picture"
        )
    read: dict[str, Callable[[ServiceCall, str], Awaitable[bytes]]] = {
        ATTR_ENTITY_ID: _read_entity,
        ATTR_MEDIA: _read_media,
        ATTR_FILE: _read_file,
    }
    [source] = given
    content = await read[source](call, call.data[source])
    await async_check_picture(call.hass, content)
    return content


async def async_check_picture(hass: HomeAssistant, content: bytes) -> None:
    """Raise a translated `HomeAssistantError` for a picture of no use to any box."""
    if len(content) > LARGEST_PICTURE:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="picture_too_large",
            translation_placeholders={"limit": str(LARGEST_PICTURE // 1024**2)},
        )
    if content == (await async_placeholder(hass)).content:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="picture_of_nobody"
        )
    picture = read_picture(content)
    if picture is None or picture.content_type not in _CONTENT_TYPES:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="picture_of_no_use"
        )


async def _read_entity(call: ServiceCall, entity_id: str) -> bytes:
    """Return the current picture of an entity."""
    await async_check_readable(call, [entity_id])
    try:
        if split_entity_id(entity_id)[0] == camera.DOMAIN:
            return (await camera.async_get_image(call.hass, entity_id)).content
        return (await image.async_get_image(call.hass, entity_id)).content
    except HomeAssistantError as error:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="entity_shows_nothing",
            translation_placeholders={"entity_id": entity_id},
        ) from error


async def _read_media(call: ServiceCall, media_id: str) -> bytes:
    """Return a picture from the media."""
    if entity := _ENTITY_MEDIA.fullmatch(media_id):
        return await _read_entity(call, entity[1])
    if (recognition := _PICTURE_PATH.fullmatch(media_id)) is not None:
        return await _read_recognition(call, recognition)
    try:
        media = await media_source.async_resolve_media(call.hass, media_id, None)
    except HomeAssistantError as error:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="picture_unknown"
        ) from error
    if media.path is not None:
        return await call.hass.async_add_executor_job(read_cut, media.path)
    if (recognition := _PICTURE_PATH.fullmatch(urlsplit(media.url).path)) is not None:
        return await _read_recognition(call, recognition)
    # Nothing is downloaded.
    raise ServiceValidationError(
        translation_domain=DOMAIN, translation_key="picture_elsewhere"
    )


async def _read_recognition(call: ServiceCall, address: re.Match[str]) -> bytes:
    """Return a recognition's picture by its URL path."""
    box = async_box_by_key(call.hass, address["box_key"])
    picture = None
    if box is not None:
        picture = await box.pictures.get_or_wait(
            unquote(address["recognition_id"]), PictureKind(address["kind"])
        )
    if picture is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="recognition_without_picture"
        )
    return picture.content


async def _read_file(call: ServiceCall, name: str) -> bytes:
    """Return a file that Home Assistant may read."""
    return await call.hass.async_add_executor_job(_read_allowed, call.hass, name)


def _read_allowed(hass: HomeAssistant, name: str) -> bytes:
    try:
        # Resolved, so that no link leads out of an allowed folder.
        path = Path(name).resolve()
    except (OSError, ValueError) as error:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="file_unreadable"
        ) from error
    # Checked before reading: an error must not reveal what exists elsewhere.
    if not hass.config.is_allowed_path(str(path)):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="file_not_allowed"
        )
    return read_cut(path)


def read_cut(path: Path) -> bytes:
    """Return a file, cut one byte above the limit."""
    try:
        # Anything else that has a path, such as a pipe, could block.
        if path.is_file():
            with path.open("rb") as file:
                return file.read(LARGEST_PICTURE + 1)
    except OSError as error:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="file_unreadable"
        ) from error
    raise ServiceValidationError(
        translation_domain=DOMAIN, translation_key="file_unreadable"
    )
