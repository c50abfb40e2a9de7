"""The reports on capture devices that a box pushes (docs/protocol.md §2)."""

from ..device_status import CaptureDeviceStatus
from .common import read_stream_url
from .fields import (
    MOST_CAPTURE_DEVICES,
    JsonObject,
    identifier,
    objects,
    readable,
    required,
    text,
)

_LISTS = ("media_devices", "sub_devices")
# No page has another word. Numbers mean the opposite on two of them.
_STATUSES = {"online": True, "offline": False}


def read_device_statuses(message: JsonObject) -> tuple[CaptureDeviceStatus, ...]:
    """Return the statuses in a report of either dialect; skip unreadable ones."""
    name = next((name for name in _LISTS if name in message), None)
    entries = objects(message, required(name, _LISTS[0]), most=MOST_CAPTURE_DEVICES)
    return tuple(filter(None, map(_read_status, entries)))


def _read_status(entry: JsonObject) -> CaptureDeviceStatus | None:
    reported = _text(entry, "media_device_status", "ep_status")
    online = _STATUSES.get((reported or "").strip().lower())
    if online is None:
        return None
    # The box's number, and the address or the stream's URL.
    _, _, endpoint = (_text(entry, "ep_id") or "").partition("__")
    address = "" if "://" in endpoint else endpoint
    return CaptureDeviceStatus(
        online,
        # The example of `ep_location` is that of `media_device_id`.
        readable(lambda: identifier(entry, "media_device_id", "ep_location")),
        read_stream_url(entry, "media_device_url", "ep_url")
        or read_stream_url({"ep_id": endpoint}, "ep_id"),
        _text(entry, "media_device_ip", "ep_ip") or address or None,
    )


def _text(entry: JsonObject, *names: str) -> str | None:
    return readable(lambda: text(entry, *names))
