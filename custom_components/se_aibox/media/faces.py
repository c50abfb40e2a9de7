"""The newest face in a folder, which is its thumbnail."""

import asyncio
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

from homeassistant.core import HomeAssistant

from ..aibox.exceptions import AiBoxError
from ..aibox.models import PictureKind
from ..coordinator import async_loaded_box
from ..pictures.picture import Picture
from .boxes import BoxHistories, async_boxes
from .history import BoxRecognition
from .ids import Kind, MediaId
from .items import best_kind

# A page of days or people requests many at once, and again whenever it is opened.
_SEARCHES_AT_ONCE = 4
_REMEMBERED_FOLDERS = 256
_REMEMBERED_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class _Face:
    entry_id: str
    recognition_id: str
    kind: PictureKind


class FolderFaces:
    """Finds the newest face in a folder, and remembers it for a minute."""

    def __init__(self) -> None:
        """Remember nothing."""
        # With the monotonic time at which each expires.
        self._found: OrderedDict[MediaId, tuple[float, _Face | None]] = OrderedDict()
        self._searching = asyncio.Semaphore(_SEARCHES_AT_ONCE)

    async def async_picture(
        self, hass: HomeAssistant, media_id: MediaId
    ) -> Picture | None:
        """Return the picture, or None if none may be shown."""
        if media_id.kind is not Kind.RECOGNITIONS:
            return None
        async with self._searching:
            face = await self._async_face(hass, media_id)
        box = async_loaded_box(hass, face.entry_id) if face else None
        if face is None or box is None:
            return None
        return await box.pictures.get(face.recognition_id, face.kind)

    async def _async_face(self, hass: HomeAssistant, media_id: MediaId) -> _Face | None:
        until, face = self._found.get(media_id, (0.0, None))
        if monotonic() < until:
            return face
        boxes = [
            box
            for box in async_boxes(hass, media_id)
            # Otherwise each day would wait for a disconnected box.
            if box.data.connected and box.picture_consent.picture_kinds
        ]
        seen: tuple[BoxRecognition, ...] = ()
        with suppress(AiBoxError):
            seen = await BoxHistories(boxes, media_id).async_last_few()
        face = next(
            (
                _Face(
                    one.box.config_entry.entry_id, one.recognition.recognition_id, kind
                )
                for one in seen
                if (kind := best_kind(one))
            ),
            None,
        )
        self._remember(media_id, face)
        return face

    def _remember(self, media_id: MediaId, face: _Face | None) -> None:
        self._found[media_id] = (monotonic() + _REMEMBERED_SECONDS, face)
        self._found.move_to_end(media_id)
        if len(self._found) > _REMEMBERED_FOLDERS:
            self._found.popitem(last=False)
