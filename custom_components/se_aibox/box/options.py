"""What the user chose for a box, read from the options of the config entry."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Self

from ..aibox.models import CaptureDevice, PictureKind, Subscription
from ..const import (
    CAPTURED_PICTURES,
    CONF_ADD_NEW_CAPTURE_DEVICES,
    CONF_CAPTURE_DEVICES,
    CONF_FRESHNESS_LIMIT,
    CONF_HOLD_TIME,
    CONF_IDENTITY_INFO_IN_EVENTS,
    CONF_IGNORED_CAPTURE_DEVICES,
    CONF_PICTURES,
    CONF_RECOVER_HISTORY,
    DEFAULT_FRESHNESS_LIMIT,
    DEFAULT_HOLD_TIME,
    REFERENCE_PICTURES,
)


@dataclass(frozen=True, slots=True)
class BoxOptions:
    """Which capture devices to listen to, which pictures to receive, and what to make of a recognition."""

    capture_device_ids: frozenset[str]
    ignored_capture_device_ids: frozenset[str]
    add_new_capture_devices: bool
    captured_pictures: bool
    reference_pictures: bool
    # How long a capture device counts as having seen somebody.
    hold_time: timedelta
    # How far from now a recognition may be and still be acted upon.
    freshness_limit: timedelta
    # Whether to ask the box for what happened while nobody listened.
    recover_history: bool
    # Enrolment details are personal data.
    identity_info_in_events: bool

    @classmethod
    def from_mapping(cls, options: Mapping[str, object]) -> Self:
        """Read the options of a config entry; what is missing has its default."""
        pictures = _texts(
            options.get(CONF_PICTURES, [CAPTURED_PICTURES, REFERENCE_PICTURES])
        )
        return cls(
            capture_device_ids=_texts(options.get(CONF_CAPTURE_DEVICES)),
            ignored_capture_device_ids=_texts(
                options.get(CONF_IGNORED_CAPTURE_DEVICES)
            ),
            add_new_capture_devices=options.get(CONF_ADD_NEW_CAPTURE_DEVICES, True)
            is True,
            captured_pictures=CAPTURED_PICTURES in pictures,
            reference_pictures=REFERENCE_PICTURES in pictures,
            hold_time=_span(options.get(CONF_HOLD_TIME), DEFAULT_HOLD_TIME),
            freshness_limit=_span(
                options.get(CONF_FRESHNESS_LIMIT), DEFAULT_FRESHNESS_LIMIT
            ),
            recover_history=options.get(CONF_RECOVER_HISTORY, True) is True,
            identity_info_in_events=options.get(CONF_IDENTITY_INFO_IN_EVENTS) is True,
        )

    def without_pictures(self) -> Self:
        """Return the same options with no picture leaving the box."""
        return replace(self, captured_pictures=False, reference_pictures=False)

    def wants(self, capture_device_id: str) -> bool:
        """Return whether the user wants to hear a capture device."""
        return capture_device_id in self.capture_device_ids or (
            self.add_new_capture_devices
            and capture_device_id not in self.ignored_capture_device_ids
        )

    def selected(self, listed: Iterable[CaptureDevice]) -> dict[str, CaptureDevice]:
        """Return the capture devices that the user wants to hear, by id."""
        return {
            device.capture_device_id: device
            for device in listed
            if self.wants(device.capture_device_id)
        }

    def subscription(self, capture_device_ids: Iterable[str]) -> Subscription:
        """Return what to ask of the box."""
        return Subscription(
            frozenset(capture_device_ids),
            captured_pictures=self.captured_pictures,
            reference_pictures=self.reference_pictures,
        )

    @property
    def picture_kinds(self) -> frozenset[PictureKind]:
        """The pictures that may leave the box."""
        captured = {PictureKind.FACE, PictureKind.SCENE}
        return frozenset(
            (captured if self.captured_pictures else set())
            | ({PictureKind.REFERENCE} if self.reference_pictures else set())
        )


def _span(seconds: object, default: int) -> timedelta:
    return timedelta(seconds=seconds if isinstance(seconds, int | float) else default)


def _texts(value: object) -> frozenset[str]:
    return frozenset(
        item
        for item in (value if isinstance(value, list) else ())
        if isinstance(item, str)
    )
