"""The body of a push as received."""

from collections.abc import Mapping

from .device_status import CaptureDeviceStatus
from .wire.device_status import read_device_statuses
from .wire.fields import load_object

type PushFields = Mapping[str, object]


def read_push_body(body: bytes) -> PushFields:
    """Return the fields of a JSON body; raises `UnreadableError`."""
    return load_object(body)


def read_status_report(fields: PushFields) -> tuple[CaptureDeviceStatus, ...]:
    """Return the statuses of capture devices; raises `UnreadableError`."""
    return read_device_statuses(fields)
