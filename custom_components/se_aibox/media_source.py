"""Recognitions in the media browser, read on demand."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import override

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
from .const import DOMAIN
from .coordinator import async_loaded_box, async_loaded_boxes
from .media.folders import MediaFolder
from .media.ids import Kind, MediaId
from .media.items import MediaItems, folder
from .recognition.events import picture_path
from .text import async_words


async def async_get_media_source(hass: HomeAssistant) -> MediaSource:
    """Set up the media source."""
    return SeAiBoxMediaSource(hass)


class SeAiBoxMediaSource(MediaSource):
    """Boxes, then days, people or capture devices, then recognitions."""

    name = "SE AI box"

    def __init__(self, hass: HomeAssistant) -> None:
        """Initialize the media source."""
        super().__init__(DOMAIN)
        self.hass = hass

    @override
    async def async_browse_media(self, item: MediaSourceItem) -> BrowseMediaSource:
        """Return a folder with its contents."""
        if (media_id := self._folder_id(item)) is None:
            boxes = [
                folder(MediaId(entry_id), box.config_entry.title, can_search=True)
                for entry_id, box in async_loaded_boxes(self.hass).items()
            ]
            return folder(None, self.name, boxes)
        async with self._folder(media_id) as opened:
            return await opened.async_open()

    @override
    async def async_search_media(
        self, item: MediaSourceItem, query: SearchMediaQuery
    ) -> SearchMedia:
        """Search for a name in a folder of one box."""
        if (media_id := self._folder_id(item)) is None:
            raise NotImplementedError
        within = replace(
            media_id,
            kind=Kind.RECOGNITIONS,
            # In a list of days, the day is where the list begins.
            day=None if media_id.kind is Kind.DAYS else media_id.day,
            until=None,
        )
        async with self._folder(within) as searched:
            found = await searched.async_search(query.search_query.strip())
        classes = query.media_filter_classes
        return SearchMedia(
            result=[one for one in found if not classes or one.media_class in classes]
        )

    @override
    async def async_resolve_media(self, item: MediaSourceItem) -> PlayMedia:
        """Return the scene of a recognition, else face or enrolled photo."""
        media_id = _parsed(item)
        if media_id is None or media_id.recognition_id is None:
            raise Unresolvable(
                translation_domain=DOMAIN,
                translation_key="media_unknown",
                translation_placeholders={"media_id": item.media_source_id},
            )
        if (box := async_loaded_box(self.hass, media_id.entry_id)) is None:
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
        # This caches the picture, which is usually requested next.
        if (best := await box.pictures.get_best(media_id.recognition_id)) is None:
            raise Unresolvable(
                translation_domain=DOMAIN,
                translation_key="media_no_picture",
                translation_placeholders={"name": name},
            )
        kind, picture = best
        path = picture_path(media_id.entry_id, media_id.recognition_id, kind)
        return PlayMedia(self._signed(path), picture.content_type)

    @callback
    def _folder_id(self, item: MediaSourceItem) -> MediaId | None:
        """Return the requested folder, or None for that of all boxes."""
        # A single box takes the place of the folder of all boxes.
        if not item.identifier:
            boxes = list(async_loaded_boxes(self.hass))
            return MediaId(boxes[0]) if len(boxes) == 1 else None
        media_id = _parsed(item)
        if media_id is None or media_id.recognition_id is not None:
            raise BrowseError(
                translation_domain=DOMAIN,
                translation_key="media_unknown",
                translation_placeholders={"media_id": item.media_source_id},
            )
        return media_id

    @asynccontextmanager
    async def _folder(self, media_id: MediaId) -> AsyncGenerator[MediaFolder]:
        """Yield a folder, and translate the errors of its box."""
        if (box := async_loaded_box(self.hass, media_id.entry_id)) is None:
            raise BrowseError(
                translation_domain=DOMAIN, translation_key="media_box_not_loaded"
            )
        items = MediaItems(self.hass, box, await async_words(self.hass))
        try:
            yield MediaFolder(box, media_id, items)
        except AiBoxError as error:
            raise BrowseError(
                translation_domain=DOMAIN,
                translation_key="media_no_history",
                translation_placeholders={
                    "name": box.config_entry.title,
                    "reason": str(error),
                },
            ) from error

    @callback
    def _signed(self, path: str) -> str:
        """Return a path that opens without a token."""
        # The path that `async_sign_path` returns loses the escapes in an id.
        expiry = timedelta(seconds=CONTENT_AUTH_EXPIRY_TIME)
        return f"{path}?{async_sign_path(self.hass, path, expiry).rpartition('?')[2]}"


@callback
def _parsed(item: MediaSourceItem) -> MediaId | None:
    try:
        return MediaId.parse(item.identifier or "")
    except ValueError:
        return None
