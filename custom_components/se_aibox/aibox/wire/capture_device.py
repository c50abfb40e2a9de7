"""What both dialects say of a capture device alike (PROTOCOL §2)."""

from ..models import CaptureDeviceType, Relay
from .fields import JsonObject, integer, number, text


def read_device_type(value: str | None) -> CaptureDeviceType:
    """Return the type behind a word of the device list."""
    try:
        return CaptureDeviceType(value or "")
    except ValueError:
        return CaptureDeviceType.UNKNOWN


def read_relay(relay: JsonObject, *, port: str, channel: str) -> Relay | None:
    """Return the relay that is bound to a device, None where there is none; two of its fields go by names of the dialect."""
    if (ip := text(relay, "ip")) is None:
        return None
    return Relay(
        ip,
        integer(relay, port),
        integer(relay, channel),
        number(relay, "delay_time"),
    )
