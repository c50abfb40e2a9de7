"""The ids of folders and pictures in the media browser."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
import re
from typing import Self, override
from urllib.parse import quote, unquote

from ..aibox.models import EPOCH

# Far from the ends of the calendar, where computing the next day overflows.
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
    """A folder of a box, or one recognition."""

    entry_id: str
    kind: Kind = Kind.BOX
    # Only this day of the local calendar; in a list of days, the newest one.
    day: date | None = None
    identity_id: str | None = None
    capture_device_id: str | None = None
    recognition_id: str | None = None
    # The newest time on a continued list. New recognitions would shift page numbers.
    until: datetime | None = None

    @override
    def __str__(self) -> str:
        """Return the id as text for `parse`."""
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
            identity_id=values["identity"] or None,
            capture_device_id=values["capture_device"] or None,
            recognition_id=values["recognition"] or None,
            until=_parse_until(values["until"]),
        )
        if (media_id.recognition_id is None) is (media_id.kind is Kind.RECOGNITION):
            raise ValueError("only a recognition has a recognition id")
        return media_id


def _parse_day(value: str) -> date | None:
    if value and _DAY.fullmatch(value) is None:
        raise ValueError("invalid day")
    return date.fromisoformat(value) if value else None


def _parse_until(value: str) -> datetime | None:
    if value and _MOMENT.fullmatch(value) is None:
        raise ValueError("invalid time")
    return EPOCH + timedelta(microseconds=int(value)) if value else None
