"""The name of a recognition where the box gives none: built so that its record can be found again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
import re
from urllib.parse import quote, unquote

from ..models import EPOCH

_BUILT = re.compile(r"([^~]+)~(\d{1,14})~([^~]*)(?:~\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class RecordKey:
    """What a built recognition id says about the record behind it."""

    capture_device_id: str
    occurred_at: datetime
    # As on the wire: a stranger's automatic id, or None.
    identity_id: str | None


def build_recognition_id(key: RecordKey) -> str:
    """Return the id for a recognition that came without one."""
    milliseconds = (key.occurred_at - EPOCH) // timedelta(milliseconds=1)
    device, identity = _escape(key.capture_device_id), _escape(key.identity_id or "")
    return f"{device}~{max(milliseconds, 0)}~{identity}"


def parse_recognition_id(recognition_id: str) -> RecordKey | None:
    """Return what a built id says, None for one that the box gave."""
    if (match := _BUILT.fullmatch(recognition_id)) is None:
        return None
    device, milliseconds, identity = match.groups()
    occurred_at = EPOCH + timedelta(milliseconds=int(milliseconds))
    return RecordKey(unquote(device), occurred_at, unquote(identity) or None)


def _escape(value: str) -> str:
    return quote(value, safe="").replace("~", "%7E")
