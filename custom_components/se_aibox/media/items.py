"""Folders and recognitions as the media browser shows them.

Names that a box reports are shown as plain text.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from homeassistant.components.media_player import MediaClass
from homeassistant.components.media_source import BrowseMediaSource
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..aibox.models import PictureKind, Recognition, Record
from ..box.registry import async_capture_device, device_name
from ..const import DOMAIN
from ..coordinator import SeAiBoxCoordinator
from ..recognition.events import picture_path
from .ids import Kind, MediaId

# Captured pictures come before the enrolled photo.
_THUMBNAIL = (PictureKind.FACE, PictureKind.SCENE, PictureKind.REFERENCE)
_LONGEST_NAME = 100


def folder(
    media_id: MediaId | None,
    title: str,
    children: Sequence[BrowseMediaSource] | None = None,
    *,
    shows: MediaClass = MediaClass.DIRECTORY,
    can_search: bool = False,
    thumbnail: str | None = None,
) -> BrowseMediaSource:
    """Return a folder; without an id, that of all boxes."""
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=str(media_id) if media_id else None,
        media_class=MediaClass.DIRECTORY,
        media_content_type="",
        title=title,
        can_play=False,
        can_expand=True,
        can_search=can_search,
        children=children,
        children_media_class=shows,
        thumbnail=thumbnail,
    )


class MediaItems:
    """The items of one box."""

    def __init__(
        self, hass: HomeAssistant, box: SeAiBoxCoordinator, words: Mapping[str, str]
    ) -> None:
        """Store the box and the translated titles."""
        self._hass = hass
        self._box = box
        self.words = words

    def recognitions(
        self, records: Iterable[Record], within: MediaId
    ) -> list[BrowseMediaSource]:
        """Return recognitions, without the day of their folder."""
        return [self._recognition(record.recognition, within) for record in records]

    def _recognition(self, seen: Recognition, within: MediaId) -> BrowseMediaSource:
        parts = (
            short_time(seen.occurred_at, on_a_known_day=within.day is not None),
            self._who(seen),
            self.place(seen.capture_device_id),
        )
        media_id = MediaId(
            within.entry_id, Kind.RECOGNITION, recognition_id=seen.recognition_id
        )
        return BrowseMediaSource(
            domain=DOMAIN,
            identifier=str(media_id),
            media_class=MediaClass.IMAGE,
            media_content_type="image/jpeg",
            title=" · ".join(parts),
            # It opens all the same; a play button would cover the face.
            can_play=False,
            can_expand=False,
            thumbnail=self._thumbnail(seen),
        )

    def people(
        self, records: Iterable[Record], within: MediaId
    ) -> list[BrowseMediaSource]:
        """Return people with a picture each; namesakes also show their id."""
        people = [record.recognition for record in records]
        names = [self._who(seen) for seen in people]
        counts = Counter(names)
        return [
            folder(
                replace(
                    within,
                    kind=Kind.RECOGNITIONS,
                    identity_id=seen.identity_id,
                    until=None,
                ),
                name if counts[name] == 1 else f"{name} ({seen.identity_id})",
                shows=MediaClass.IMAGE,
                thumbnail=self._thumbnail(seen),
            )
            for seen, name in zip(people, names, strict=True)
        ]

    def title(self, media_id: MediaId, records: Iterable[Record]) -> str:
        """Return the title of a folder with these recognitions."""
        if media_id.identity_id is not None:
            seen = next((record.recognition for record in records), None)
            return self._who(seen) if seen else _short(media_id.identity_id)
        if media_id.capture_device_id is not None:
            return self.place(media_id.capture_device_id)
        return self.day(media_id.day) if media_id.day else self._box.config_entry.title

    def day(self, day: date) -> str:
        """Return the title of a day."""
        days_ago = (dt_util.now().date() - day) // timedelta(days=1)
        name = {0: "media_today", 1: "media_yesterday"}.get(days_ago)
        return f"{self.words[name]} · {day}" if name else str(day)

    def place(self, capture_device_id: str) -> str:
        """Return the user's name for a capture device, else the box's."""
        entry = self._box.config_entry
        device = async_capture_device(self._hass, entry, capture_device_id)
        return _short(device_name(device) or capture_device_id)

    def _who(self, seen: Recognition) -> str:
        if seen.identity_id is None:
            return self.words["media_stranger"]
        return _short(seen.identity_name or seen.identity_id)

    def _thumbnail(self, seen: Recognition) -> str | None:
        """Return the path of the best picture that may leave the box."""
        # Without one, the frontend shows an icon.
        kinds = seen.picture_kinds & self._box.picture_consent.picture_kinds
        entry_id = self._box.config_entry.entry_id
        return next(
            (
                picture_path(entry_id, seen.recognition_id, kind)
                for kind in _THUMBNAIL
                if kind in kinds
            ),
            None,
        )


def short_time(moment: datetime, *, on_a_known_day: bool) -> str:
    """Return the shortest text that identifies a time."""
    # A longer one does not fit below a picture.
    local, now = dt_util.as_local(moment), dt_util.now()
    if on_a_known_day:
        text = f"{local:%H:%M:%S}"
    elif local.date() == now.date():
        text = f"{local:%H:%M}"
    elif local.year == now.year:
        text = f"{local:%m-%d %H:%M}"
    else:
        text = f"{local:%Y-%m-%d %H:%M}"
    other = local.replace(fold=1 - local.fold)
    # The time zone, in the hour that repeats when the clocks are set back.
    return text if other.utcoffset() == local.utcoffset() else f"{text} {local:%Z}"


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"
