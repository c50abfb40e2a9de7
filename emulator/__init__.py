"""Emulated SE AI boxes for tests, benchmarks and demonstrations."""

from .box import EmulatedBox
from .flood import Flood
from .model import (
    CannedAnswer,
    Device,
    DeviceKind,
    DoorAction,
    Emitted,
    Health,
    Identity,
    PersonType,
    PictureKind,
    PictureSize,
    Ports,
    Record,
    Relay,
    RelayPulse,
    Request,
    Settings,
    Subscription,
)
from .se3 import Delivery, EmulatedSe3
from .state import BoxOptions
from .variant import Variant

__all__ = [
    "BoxOptions",
    "CannedAnswer",
    "Delivery",
    "Device",
    "DeviceKind",
    "DoorAction",
    "Emitted",
    "EmulatedBox",
    "EmulatedSe3",
    "Flood",
    "Health",
    "Identity",
    "PersonType",
    "PictureKind",
    "PictureSize",
    "Ports",
    "Record",
    "Relay",
    "RelayPulse",
    "Request",
    "Settings",
    "Subscription",
    "Variant",
]
