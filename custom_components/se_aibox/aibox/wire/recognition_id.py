"""Builds recognition ids that lead to history records."""

from datetime import timedelta
import re
from urllib.parse import quote, unquote

from ..models import EPOCH, RecordKey

_BUILT = re.compile(r"([^~]+)~(\d{1,14})~([^~]*)(?:~(\d{1,9}))?", re.ASCII)


def is_built(recognition_id: str) -> bool:
    """Return True if an id is not the box's own."""
    return _BUILT.fullmatch(recognition_id) is not None


def build_recognition_id(key: RecordKey) -> str:
    """Return the id for a recognition without one."""
    milliseconds = (key.occurred_at - EPOCH) // timedelta(milliseconds=1)
    device, identity = _escape(key.capture_device_id), _escape(key.identity_id or "")
    return f"{device}~{max(milliseconds, 0)}~{identity}"


def numbered(recognition_id: str, number: int) -> str:
    """Return a built id for the n-th recognition."""
    return recognition_id if number == 1 else f"{recognition_id}~{number}"


def number_of(recognition_id: str) -> int:
    """Return the number in an id, 1 by default."""
    match = _BUILT.fullmatch(recognition_id)
    return int(match[4]) if match and match[4] else 1


def parse_recognition_id(recognition_id: str) -> RecordKey | None:
    """Return the key in a built id, otherwise None."""
    if (match := _BUILT.fullmatch(recognition_id)) is None:
        return None
    device, milliseconds, identity, _ = match.groups()
    occurred_at = EPOCH + timedelta(milliseconds=int(milliseconds))
    return RecordKey(unquote(device), occurred_at, unquote(identity) or None)


def _escape(value: str) -> str:
    return quote(value, safe="").replace("~", "%7E")
