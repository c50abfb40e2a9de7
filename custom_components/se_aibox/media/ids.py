"""The ids of the media browser's folders and pictures, as text and taken apart."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
import re
from typing import Self, override
from urllib.parse import quote, unquote

from ..aibox.models import EPOCH

# Far from the ends of the calendar, where whoever asks for the next day overflows.
_DAY = re.compile(r"(?:19[7-9]|2\d\d)\d-\d\d-\d\d", re.ASCII)
# In microseconds since the epoch, until the year 2286.
_MOMENT = re.compile(r"\d{1,16}", re.ASCII)
_NAMES = ("day", "identity", "capture_device", "recognition", "until")


class Kind(StrEnum):
    """What an id names."""

    BOX = "box"
    DAYS = "days"
    PEOPLE = "people"
    CAPTURE_DEVICES = "capture_devices"
    RECOGNITIONS = "recognitions"
    RECOGNITION = "recognition"


@dataclass(frozen=True, slots=True)
class MediaId:
    """A folder of a box, or one recognition, and what narrows it down."""

    entry_id: str
    kind: Kind = Kind.BOX
    # Only what happened on that day of the local calendar; of a list of days, the newest.
    day: date | None = None
    identity_id: str | None = None
    capture_device_id: str | None = None
    recognition_id: str | None = None
    # Of a list that goes on, its newest moment: later recognitions would shift pages that are counted.
    until: datetime | None = None

    @override
    def __str__(self) -> str:
        """Return the id as `parse` takes it."""
        values = (
            self.day.isoformat() if self.day else None,
            self.identity_id,
            self.capture_device_id,
            self.recognition_id,
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
        """Return what an id says; raises `ValueError` for a text that is none."""
        entry_id, kind, *parts = text.split("/") if "/" in text else (text, Kind.BOX)
        values = dict.fromkeys(_NAMES, "")
        for part in parts:
            name, _, value = part.partition("=")
            if name not in values:
                raise ValueError("not a thing to narrow down by")
            values[name] = unquote(value, errors="strict")
        media_id = cls(
            entry_id,
            Kind(kind),
            day=_parse_day(values["day"]),
            identity_id=values["identity"] or None,
            capture_device_id=values["capture_device"] or None,
            recognition_id=values["recognition"] or None,
            until=_parse_until(values["until"]),
        )
        if (media_id.recognition_id is None) is (media_id.kind is Kind.RECOGNITION):
            raise ValueError("a recognition has an id, and nothing else has one")
        return media_id


def _parse_day(value: str) -> date | None:
    if value and _DAY.fullmatch(value) is None:
        raise ValueError("not a day")
    return date.fromisoformat(value) if value else None


def _parse_until(value: str) -> datetime | None:
    if value and _MOMENT.fullmatch(value) is None:
        raise ValueError("not a moment")
    return EPOCH + timedelta(microseconds=int(value)) if value else None
