"""The ids of folders and pictures in the media browser."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
import re
from typing import Self, override
from urllib.parse import quote, unquote

from ..aibox.models import EPOCH, PictureKind, Recognition
from ..const import DOMAIN

# In place of a config entry id, which is longer.
ALL_BOXES = "all"
# Far from the ends of the calendar, where computing the next day overflows.
_DAY = re.compile(r"(?:19[7-9]|2\d\d)\d-\d\d-\d\d", re.ASCII)
# In microseconds since the epoch, until the year 2286.
_MOMENT = re.compile(r"\d{1,16}", re.ASCII)
_NAMES = (
    "day",
    "person",
    "identity",
    "name",
    "stranger",
    "capture_device",
    "recognition",
    "picture",
    "until",
)


class Kind(StrEnum):
    """The kinds of folders and items."""

    BOX = "box"
    DAYS = "days"
    PEOPLE = "people"
    FOLLOWED = "followed"
    STRANGERS = "strangers"
    CAPTURE_DEVICES = "capture_devices"
    RECOGNITIONS = "recognitions"
    RECOGNITION = "recognition"


_ONLY_OF_A_BOX = (Kind.CAPTURE_DEVICES, Kind.RECOGNITION)
_ONLY_OF_ALL_BOXES = (Kind.FOLLOWED,)


@dataclass(frozen=True, slots=True)
class MediaId:
    """A folder of a box or of all boxes, or one recognition."""

    # Of the box, or `ALL_BOXES`. Of a recognition, the key of the box.
    entry_id: str
    kind: Kind = Kind.BOX
    # Only this day of the local calendar; in a list of days, the newest one.
    day: date | None = None
    # A followed person, by device id.
    person_id: str | None = None
    identity_id: str | None = None
    # With an identity id: boxes may give one id to different people.
    name: str | None = None
    stranger_id: str | None = None
    capture_device_id: str | None = None
    recognition_id: str | None = None
    # The kind of picture of a recognition, or None for the best one.
    picture: PictureKind | None = None
    # The newest time on a continued list. New recognitions would shift page numbers.
    until: datetime | None = None

    @property
    def is_of_all_boxes(self) -> bool:
        """Whether it names a folder of all boxes."""
        return self.entry_id == ALL_BOXES

    @property
    def is_of_one_person(self) -> bool:
        """Whether the folder is about one person or stranger."""
        return any((self.person_id, self.identity_id, self.stranger_id))

    @override
    def __str__(self) -> str:
        """Return the id as text for `parse`."""
        values = (
            self.day.isoformat() if self.day else None,
            self.person_id,
            self.identity_id,
            self.name,
            self.stranger_id,
            self.capture_device_id,
            self.recognition_id,
            self.picture,
            str((self.until - EPOCH) // timedelta(microseconds=1))
            if self.until
            else None,
        )
        parts = [
            f"{name}={quote(value, safe='')}"
            for name, value in zip(_NAMES, values, strict=True)
            if value
        ]
        return "/".join((self.entry_id, self.kind, *parts))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the id in a text, or raise `ValueError`."""
        entry_id, kind, *parts = text.split("/") if "/" in text else (text, Kind.BOX)
        values = dict.fromkeys(_NAMES, "")
        for part in parts:
            name, _, value = part.partition("=")
            if name not in values:
                raise ValueError("unknown filter")
            values[name] = unquote(value, errors="strict")
        media_id = cls(
            entry_id,
            Kind(kind),
            day=_parse_day(values["day"]),
            person_id=values["person"] or None,
            identity_id=values["identity"] or None,
            name=values["name"] or None,
            stranger_id=values["stranger"] or None,
            capture_device_id=values["capture_device"] or None,
            recognition_id=values["recognition"] or None,
            picture=PictureKind(values["picture"]) if values["picture"] else None,
            until=_parse_until(values["until"]),
        )
        if (media_id.recognition_id is None) is (media_id.kind is Kind.RECOGNITION):
            raise ValueError("only a recognition has a recognition id")
        if media_id.picture and media_id.recognition_id is None:
            raise ValueError("only a recognition has pictures")
        if media_id.kind in (
            _ONLY_OF_A_BOX if media_id.is_of_all_boxes else _ONLY_OF_ALL_BOXES
        ):
            raise ValueError("no such folder")
        return media_id


def media_ids(box_key: str, recognition: Recognition) -> dict[str, str]:
    """Return the media id of each picture of a recognition."""
    whole = MediaId(
        box_key, Kind.RECOGNITION, recognition_id=recognition.recognition_id
    )
    return {
        kind.value: f"media-source://{DOMAIN}/{replace(whole, picture=kind)}"
        for kind in PictureKind
        if kind in recognition.picture_kinds
    }


def _parse_day(value: str) -> date | None:
    if value and _DAY.fullmatch(value) is None:
        raise ValueError("invalid day")
    return date.fromisoformat(value) if value else None


def _parse_until(value: str) -> datetime | None:
    if value and _MOMENT.fullmatch(value) is None:
        raise ValueError("invalid time")
    return EPOCH + timedelta(microseconds=int(value)) if value else None
