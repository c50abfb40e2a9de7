"""Folders and recognitions as the media browser shows them.

Names that a box reports are shown as plain text.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import quote

from homeassistant.components.media_player import MediaClass
from homeassistant.components.media_source import BrowseMediaSource
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..aibox.models import PictureKind, Recognition
from ..aibox.names import given_name, person_label
from ..box.registry import async_capture_device, box_key, device_name
from ..const import DOMAIN
from ..recognition.events import picture_path
from ..text import cut_off, day_text, detailed, moment_text, time_text
from .history import BoxRecognition
from .ids import Kind, MediaId

FACE_URL = f"/api/{DOMAIN}/folder/{{media_id:.+}}"

# Captured pictures come before the enrolled photo.
_THUMBNAIL = (PictureKind.FACE, PictureKind.SCENE, PictureKind.REFERENCE)
_LONGEST_NAME = 100
# Per part of a title: the frontend cuts a longer title anywhere.
_LONGEST_PART = 30
# A tile has room for about 20 letters, or 10 of Chinese. The frontend cuts a longer
# title between words, so the sign stays with the word after it.
_SEPARATOR = " ·\u00a0"


def folder(
    media_id: MediaId | None,
    title: str,
    children: Sequence[BrowseMediaSource] | None = None,
    *,
    shows: MediaClass = MediaClass.DIRECTORY,
    can_search: bool = False,
    thumbnail: str | None = None,
) -> BrowseMediaSource:
    """Return a folder; without an id, the outermost."""
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


def recognitions_folder(
    media_id: MediaId, title: str, thumbnail: str | None = None
) -> BrowseMediaSource:
    """Return a folder of recognitions."""
    return folder(
        media_id,
        title,
        shows=MediaClass.IMAGE,
        can_search=can_search(media_id),
        thumbnail=thumbnail,
    )


def can_search(media_id: MediaId) -> bool:
    """Return whether there are names to search for in a folder."""
    return not media_id.is_of_one_person and media_id.kind not in (
        Kind.FOLLOWED,
        Kind.STRANGERS,
    )


def face_path(media_id: MediaId) -> str:
    """Return the path of the newest face in a folder of recognitions."""
    # An escaped id is escaped again: the web server reads one layer.
    return FACE_URL.replace("{media_id:.+}", quote(str(media_id), safe="/="))


def best_kind(seen: BoxRecognition) -> PictureKind | None:
    """Return the kind of the best small picture that may leave the box."""
    kinds = seen.recognition.picture_kinds & seen.box.picture_consent.picture_kinds
    return next((kind for kind in _THUMBNAIL if kind in kinds), None)


class MediaItems:
    """Builds the items of a folder, with translated titles."""

    def __init__(self, hass: HomeAssistant, words: Mapping[str, str]) -> None:
        """Store the translated titles."""
        self._hass = hass
        self.words = words

    def recognitions(
        self, found: Iterable[BoxRecognition], within: MediaId
    ) -> list[BrowseMediaSource]:
        """Return recognitions; titles omit what the folder already says."""
        return [self._recognition(seen, within) for seen in found]

    def _recognition(self, seen: BoxRecognition, within: MediaId) -> BrowseMediaSource:
        media_id = MediaId(
            box_key(seen.box.config_entry),
            Kind.RECOGNITION,
            recognition_id=seen.recognition.recognition_id,
        )
        return BrowseMediaSource(
            domain=DOMAIN,
            identifier=str(media_id),
            media_class=MediaClass.IMAGE,
            media_content_type="image/jpeg",
            title=self._title(seen, within),
            # It can be opened without one; a play button would cover the face.
            can_play=False,
            can_expand=False,
            thumbnail=_thumbnail(seen),
        )

    def _title(self, seen: BoxRecognition, within: MediaId) -> str:
        """Return time, person and place, except for what the folder says."""
        local = dt_util.as_local(seen.occurred_at)
        language = self._hass.config.language
        parts = [
            time_text(local, language)
            if within.day
            else moment_text(self.words, local, dt_util.now(), language)
        ]
        if not (within.is_of_one_person or within.kind is Kind.STRANGERS):
            parts.append(short(self.who(seen.recognition), _LONGEST_PART))
        if within.capture_device_id is None:
            parts.append(short(self.place(seen), _LONGEST_PART))
        moment, *others = parts
        return " ".join(filter(None, (moment, _SEPARATOR.join(others))))

    def people(
        self, found: Iterable[BoxRecognition], within: MediaId
    ) -> list[BrowseMediaSource]:
        """Return people with a picture each; namesakes get a detail."""
        people = list(found)
        names = [short(self.who(seen.recognition)) for seen in people]
        counts = Counter(names)
        return [
            self._person(
                seen,
                name if counts[name] == 1 else self._with_distinction(name, seen),
                within,
            )
            for seen, name in zip(people, names, strict=True)
        ]

    def _with_distinction(self, name: str, seen: BoxRecognition) -> str:
        """Return a name with a detail that distinguishes it."""
        return detailed(self.words, name, _distinction(seen))

    def _person(
        self, seen: BoxRecognition, title: str, within: MediaId
    ) -> BrowseMediaSource:
        media_id = replace(
            within,
            kind=Kind.RECOGNITIONS,
            identity_id=seen.recognition.identity_id,
            until=None,
        )
        if within.is_of_all_boxes:
            # Without a name, the same id may be another person on another box.
            if (name := given_name(seen.recognition.identity_name)) is None:
                media_id = replace(media_id, entry_id=seen.box.config_entry.entry_id)
            media_id = replace(media_id, name=name)
        return recognitions_folder(media_id, title, _thumbnail(seen))

    def strangers(
        self, found: Iterable[BoxRecognition], within: MediaId
    ) -> list[BrowseMediaSource]:
        """Return a folder for each stranger with an id, pictures of all others."""
        return [
            self._recognition(seen, within)
            if (own := seen.recognition.stranger_id) is None
            else recognitions_folder(
                MediaId(
                    seen.box.config_entry.entry_id, Kind.RECOGNITIONS, stranger_id=own
                ),
                self._title(seen, within),
                _thumbnail(seen),
            )
            for seen in found
        ]

    def day(self, day: date) -> str:
        """Return the title of a day."""
        return day_text(self.words, day, dt_util.now().date())

    def place(self, seen: BoxRecognition) -> str:
        """Return the name of the place of a recognition."""
        return self.place_of(
            seen.box.config_entry.entry_id, seen.recognition.capture_device_id
        )

    def place_of(self, entry_id: str, capture_device_id: str) -> str:
        """Return the user's name for a capture device, else the box's."""
        entry = self._hass.config_entries.async_get_entry(entry_id)
        name = None
        if entry is not None:
            name = device_name(
                async_capture_device(self._hass, entry, capture_device_id)
            )
        return short(name or capture_device_id)

    def who(self, seen: Recognition) -> str:
        """Return the name of a person, or the word for a stranger."""
        if not seen.matched:
            return self.words["media_stranger"]
        return person_label(self.words, seen.identity_name, seen.identity_id)


def _distinction(seen: BoxRecognition) -> str | None:
    """Return a detail that distinguishes namesakes."""
    # The label without a name contains the id, which may be another person on another
    # box.
    if given_name(seen.recognition.identity_name) is None:
        return seen.box.config_entry.title
    return seen.recognition.identity_id


def _thumbnail(seen: BoxRecognition) -> str | None:
    """Return the path of the best picture that may leave the box."""
    # Without one, the frontend shows an icon.
    if (kind := best_kind(seen)) is None:
        return None
    key = box_key(seen.box.config_entry)
    return picture_path(key, seen.recognition.recognition_id, kind)


def short(name: str, most: int = _LONGEST_NAME) -> str:
    """Return a name that fits into a title."""
    return cut_off(name, most)
