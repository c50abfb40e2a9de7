"""Recognitions in the media browser, read on demand."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, override

from homeassistant.components import media_source
from homeassistant.components.http.auth import async_sign_path
from homeassistant.components.media_player import (
    BrowseError,
    SearchMedia,
    SearchMediaQuery,
)
from homeassistant.components.media_player.const import CONTENT_AUTH_EXPIRY_TIME
from homeassistant.components.media_source import (
    BrowseMediaSource,
    MediaSource,
    MediaSourceItem,
    PlayMedia,
    Unresolvable,
)
from homeassistant.core import HomeAssistant, callback

from .aibox.exceptions import AiBoxError
from .box.registry import box_key, entry_id_of
from .const import DOMAIN
from .coordinator import async_loaded_box, async_loaded_boxes
from .media.boxes import async_absent_boxes
from .media.folders import MediaFolder, UnknownFolderError
from .media.ids import ALL_BOXES, Kind, MediaId
from .media.items import MediaItems
from .pictures.picture import Picture
from .recognition.events import picture_path
from .text import async_words, async_words_cached

_ROOT = MediaId(ALL_BOXES)


@dataclass(frozen=True, slots=True)
class _Image:
    """What Home Assistant calls `MediaImage` from 2026.11 on."""

    content: bytes
    mime_type: str


_MediaImage: Any = getattr(media_source, "MediaImage", _Image)


async def async_get_media_source(hass: HomeAssistant) -> MediaSource:
    """Set up the media source."""
    return SeAiBoxMediaSource(hass)


class SeAiBoxMediaSource(MediaSource):
    """Days, people, strangers, boxes; in them recognitions."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Initialize the media source."""
        self.hass = hass
        super().__init__(DOMAIN)

    @property
    @override
    def name(self) -> str:  # type: ignore[override]  # Home Assistant only reads it.
        """The title, in Home Assistant's language of today."""
        return async_words_cached(self.hass)["media_root"]

    @override
    async def async_browse_media(self, item: MediaSourceItem) -> BrowseMediaSource:
        """Return a folder with its contents."""
        async with self._folder(item, self._folder_id(item)) as opened:
            return await opened.async_open()

    @override
    async def async_search_media(
        self, item: MediaSourceItem, query: SearchMediaQuery
    ) -> SearchMedia:
        """Search for a name in a folder."""
        media_id = self._folder_id(item)
        if not async_loaded_boxes(self.hass) and not async_absent_boxes(self.hass):
            raise NotImplementedError
        within = replace(
            media_id,
            kind=Kind.RECOGNITIONS,
            # In a list of days, the day is where the list begins.
            day=None if media_id.kind is Kind.DAYS else media_id.day,
            until=None,
        )
        async with self._folder(item, within) as searched:
            found = await searched.async_search(query.search_query.strip())
        classes = query.media_filter_classes
        return SearchMedia(
            result=[one for one in found if not classes or one.media_class in classes]
        )

    @override
    async def async_resolve_media(self, item: MediaSourceItem) -> PlayMedia:
        """Return the path of a picture."""
        # This caches the picture, which is usually requested next.
        path, picture = await self._async_picture(item)
        return PlayMedia(self._signed(path), picture.content_type)

    # Of the base class from Home Assistant 2026.11 on.
    async def async_get_media_image(self, item: MediaSourceItem) -> Any:
        """Return a picture itself, for attachments."""
        _, picture = await self._async_picture(item)
        return _MediaImage(picture.content, picture.content_type)

    async def _async_picture(self, item: MediaSourceItem) -> tuple[str, Picture]:
        """Return a picture and its path.

        If the id names no kind, it is the scene, else the face or the enrolled photo.
        """
        media_id = _parsed(item)
        if media_id is None or media_id.recognition_id is None:
            raise Unresolvable(
                translation_domain=DOMAIN,
                translation_key="media_unknown",
                translation_placeholders={"media_id": item.media_source_id},
            )
        key = media_id.entry_id
        if (box := async_loaded_box(self.hass, entry_id_of(key))) is None:
            raise Unresolvable(
                translation_domain=DOMAIN, translation_key="media_box_not_loaded"
            )
        name = box.config_entry.title
        if not box.picture_consent.picture_kinds:
            raise Unresolvable(
                translation_domain=DOMAIN,
                translation_key="media_no_pictures",
                translation_placeholders={"name": name},
            )
        recognition_id, kind = media_id.recognition_id, media_id.picture
        if key != box_key(box.config_entry):
            # It was on the box that this one replaced.
            best = None
        elif kind is not None:
            # An automation may ask before the box has recorded it.
            picture = await box.pictures.get_or_wait(recognition_id, kind)
            best = (kind, picture) if picture else None
        else:
            best = await box.pictures.get_best(recognition_id)
        if best is None:
            raise Unresolvable(
                translation_domain=DOMAIN,
                translation_key="media_no_picture",
                translation_placeholders={"name": name},
            )
        return picture_path(key, recognition_id, best[0]), best[1]

    @callback
    def _folder_id(self, item: MediaSourceItem) -> MediaId:
        """Return the requested folder."""
        if not item.identifier:
            return _ROOT
        media_id = _parsed(item)
        if media_id is None or media_id.recognition_id is not None:
            raise _unknown_folder(item)
        return media_id

    @asynccontextmanager
    async def _folder(
        self, item: MediaSourceItem, media_id: MediaId
    ) -> AsyncGenerator[MediaFolder]:
        """Yield a folder, and translate its errors."""
        box = async_loaded_box(self.hass, media_id.entry_id)
        if box is None and not media_id.is_of_all_boxes:
            raise BrowseError(
                translation_domain=DOMAIN, translation_key="media_box_not_loaded"
            )
        items = MediaItems(self.hass, await async_words(self.hass))
        opened = MediaFolder(self.hass, media_id, items)
        try:
            yield opened
        except UnknownFolderError as error:
            raise _unknown_folder(item) from error
        except AiBoxError as error:
            raise BrowseError(
                translation_domain=DOMAIN,
                translation_key="media_no_history",
                translation_placeholders={
                    "name": opened.only_box.config_entry.title,
                    "reason": str(error),
                },
            ) from error

    @callback
    def _signed(self, path: str) -> str:
        """Return a path that opens without a token."""
        # The path that `async_sign_path` returns loses the escapes in an id.
        expiry = timedelta(seconds=CONTENT_AUTH_EXPIRY_TIME)
        return f"{path}?{async_sign_path(self.hass, path, expiry).rpartition('?')[2]}"


def _unknown_folder(item: MediaSourceItem) -> BrowseError:
    return BrowseError(
        translation_domain=DOMAIN,
        translation_key="media_unknown",
        translation_placeholders={"media_id": item.media_source_id},
    )


@callback
def _parsed(item: MediaSourceItem) -> MediaId | None:
    try:
        return MediaId.parse(item.identifier or "")
    except ValueError:
        return None
