"""Readers shared by both dialects (docs/protocol.md §1, §2)."""

from collections.abc import Callable, Mapping
from ipaddress import ip_address

import orjson

from ..exceptions import UnreadableError
from ..models import (
    CaptureDevice,
    CaptureDeviceKind,
    CaptureDeviceType,
    DeviceList,
    Relay,
)
from .fields import (
    MOST_CAPTURE_DEVICES,
    JsonObject,
    identifier,
    integer,
    items,
    mapping,
    number,
    readable,
    required,
    text,
)

_DEVICE_KINDS = {
    "0": CaptureDeviceKind.TURNSTILE,
    "1": CaptureDeviceKind.SNAPSHOT_CAMERA,
    # One sends stills, the other one video.
    "2": CaptureDeviceKind.IP_CAMERA,
    "3": CaptureDeviceKind.IP_CAMERA,
    "4": CaptureDeviceKind.DOOR_READER,
}

# Examples of the vendor have these in place of the words.
_DEVICE_TYPES = {"0": CaptureDeviceType.PHOTO, "3": CaptureDeviceType.RTSP}

# Every recognition in memory has these, and the recorder drops events over 32 kB.
_LARGEST_IDENTITY_INFO = 8 * 1024
_LONGEST_TEXT = 255
_DEEPEST = 4


def read_identity_info(data: JsonObject) -> JsonObject:
    """Return the enrollment details, empty if they are too large.

    They are personal data, and may contain anything that a box stores with them.
    """
    details = _plain(mapping(data, "identity_info"), _DEEPEST)
    return details if len(orjson.dumps(details)) <= _LARGEST_IDENTITY_INFO else {}


def _plain(details: Mapping[str, object], depth: int) -> dict[str, object]:
    """Return details without long texts and rows of numbers.

    Those could be a picture or a feature vector.
    """
    plain: dict[str, object] = {}
    for key, value in details.items():
        if isinstance(value, dict):
            if depth > 1:
                plain[key] = _plain(value, depth - 1)
        elif isinstance(value, list):
            plain[key] = [
                item for item in value if isinstance(item, str) and _is_short(item)
            ]
        elif _is_short(value):
            plain[key] = value
    return plain


def _is_short(value: object) -> bool:
    return not isinstance(value, str) or len(value) <= _LONGEST_TEXT


def read_device_list(
    data: JsonObject,
    name: str,
    id_names: tuple[str, ...],
    read: Callable[[JsonObject, str], CaptureDevice],
) -> DeviceList:
    """Return the capture devices in a list, by its field and those of the ids.

    `read` reads an entry, given its id. An entry without a readable id is counted.
    """
    if name not in data:
        raise UnreadableError(f"no {name}")
    devices: list[CaptureDevice] = []
    unreadable: list[str] = []
    for item in items(data, name, most=MOST_CAPTURE_DEVICES):
        entry: JsonObject = item if isinstance(item, dict) else {}
        try:
            key = required(identifier(entry, *id_names), id_names[0])
        except UnreadableError as error:
            unreadable.append(error.kind)
        else:
            devices.append(read(entry, key))
    if unreadable and not devices:
        # It must not look like a box without capture devices.
        raise UnreadableError(unreadable[0])
    return DeviceList(tuple(devices), tuple(unreadable))


def read_device_kind(value: str | None) -> CaptureDeviceKind | None:
    """Return the kind for a number in a live message, None if unknown."""
    return _DEVICE_KINDS.get((value or "").strip().removesuffix(".0"))


def read_device_type(value: str | None) -> CaptureDeviceType:
    """Return the type for a word or number in the device list."""
    word = (value or "").strip().lower().removesuffix(".0")
    try:
        return _DEVICE_TYPES.get(word) or CaptureDeviceType(word)
    except ValueError:
        return CaptureDeviceType.UNKNOWN


def read_device_address(entry: JsonObject, name: str, *keys: str) -> str | None:
    """Return the address of a device, by its field or its key."""
    if address := readable(lambda: text(entry, name)):
        return address
    # The key of a device that sends stills is its address.
    key = readable(lambda: text(entry, *keys))
    return key if key and _is_address(key) else None


def _is_address(key: str) -> bool:
    try:
        ip_address(key)
    except ValueError:
        return False
    return True


def read_stream_url(entry: JsonObject, *names: str) -> str | None:
    """Return the URL of a device's stream, or None without one."""
    url = readable(lambda: text(entry, *names))
    return url if url and "://" in url else None


def read_relay(
    entry: JsonObject, name: str, *, port: str, channel: str
) -> Relay | None:
    """Return the relay of a device, or None without a readable one.

    The others are the names of fields in the dialect.
    """

    def read() -> Relay | None:
        relay = mapping(entry, name)
        if (ip := text(relay, "ip")) is None:
            return None
        return Relay(
            ip,
            integer(relay, port),
            integer(relay, channel),
            readable(lambda: number(relay, "delay_time")),
        )

    # With only some of its fields, another door could open.
    return readable(read)
