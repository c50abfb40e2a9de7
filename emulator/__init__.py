"""An emulated SE AI box for tests, benchmarks and demonstrations."""

from .box import EmulatedBox
from .model import (
    CannedAnswer,
    Device,
    DeviceKind,
    Emitted,
    Health,
    Identity,
    PersonType,
    PictureKind,
    PictureSize,
    Ports,
    Record,
    Relay,
    Request,
    Settings,
    Subscription,
)
from .variant import Variant

__all__ = [
    "CannedAnswer",
    "Device",
    "DeviceKind",
    "Emitted",
    "EmulatedBox",
    "Health",
    "Identity",
    "PersonType",
    "PictureKind",
    "PictureSize",
    "Ports",
    "Record",
    "Relay",
    "Request",
    "Settings",
    "Subscription",
    "Variant",
]
