"""The status of capture devices, as a box reports it (docs/protocol.md §2)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .models import CaptureDevice


@dataclass(frozen=True, slots=True)
class CaptureDeviceStatus:
    """Whether a box reaches one of its capture devices."""

    online: bool
    # What names the capture device; a report may lack each of them.
    capture_device_id: str | None = None
    # May hold a user name and a password.
    stream_url: str | None = field(default=None, repr=False)
    address: str | None = None


def online_by_id(
    statuses: Iterable[CaptureDeviceStatus], devices: Mapping[str, CaptureDevice]
) -> dict[str, bool]:
    """Return which listed capture devices are online, by id.

    One that the statuses do not name, or not without doubt, is left out.
    """
    named: dict[str, bool] = {}
    others: dict[str, bool] = {}
    by_stream = _unique({key: each.stream_url for key, each in devices.items()})
    by_address = _unique({key: each.ip for key, each in devices.items()})
    for status in statuses:
        key = status.capture_device_id
        if key is not None and key in devices:
            _add(named, key, status)
        # An address may be that of several cameras, a URL is not (v2 5.7/1).
        elif key := (
            by_stream.get(status.stream_url) or by_address.get(status.address)
        ):
            _add(others, key, status)
    return {**others, **named}


def _add(online: dict[str, bool], key: str, status: CaptureDeviceStatus) -> None:
    # Of two words on one capture device, the worse one counts.
    online[key] = status.online and online.get(key, True)


def _unique(values: Mapping[str, str | None]) -> dict[str | None, str]:
    """Return the ids by the values that only one of them has."""
    count = Counter(values.values())
    return {
        value: key
        for key, value in values.items()
        if value is not None and count[value] == 1
    }
