"""Recognitions as lines of text."""

from datetime import datetime
import unicodedata
from zoneinfo import ZoneInfo

from .api import RecognitionData
from .configuration import TIME_ZONE
from .step_words import person_type_text

_ZONE = ZoneInfo(TIME_ZONE)


def person_of(recognition: RecognitionData) -> str:
    """Return the person's name, else the identity id, or "stranger"."""
    if not recognition["matched"]:
        return "stranger"
    return recognition["identity_name"] or recognition["identity_id"] or ""


def padded(text: str, width: int) -> str:
    """Return text cut and padded to a number of terminal columns."""
    # Chinese characters are two columns wide.
    columns, used = "", 0
    for character in text:
        wide = 2 if unicodedata.east_asian_width(character) in "FW" else 1
        if used + wide > width:
            break
        columns += character
        used += wide
    return columns + " " * (width - used)


def recognition_line(recognition: RecognitionData, box_name: str, language: str) -> str:
    """Return a recognition as one line."""
    # As Home Assistant's pages show it.
    moment = datetime.fromisoformat(recognition["occurred_at"]).astimezone(_ZONE)
    person = person_of(recognition)
    if not recognition["matched"]:
        person = person_type_text(language, person)
    return "  ".join(
        (
            f"{moment:%H:%M:%S}",
            padded(box_name, 14),
            padded(recognition["capture_device_name"], 16),
            padded(person, 24),
            padded(person_type_text(language, recognition["person_type"]), 11),
            f"{recognition['score']}",
        )
    )
