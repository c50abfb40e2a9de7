"""What the user chose for a box, read from the config entry's options."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from .aibox.models import CaptureDevice, PictureKind, Subscription
from .const import (
    CAPTURED_PICTURES,
    CONF_ADD_NEW_CAPTURE_DEVICES,
    CONF_CAPTURE_DEVICES,
    CONF_IGNORED_CAPTURE_DEVICES,
    CONF_PICTURES,
    REFERENCE_PICTURES,
)


@dataclass(frozen=True, slots=True)
class BoxOptions:
    """Which capture devices to listen to and which pictures to receive."""

    capture_device_ids: frozenset[str]
    ignored_capture_device_ids: frozenset[str]
    add_new_capture_devices: bool
    captured_pictures: bool
    reference_pictures: bool

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
        )

    def chosen(self, listed: Iterable[CaptureDevice]) -> dict[str, CaptureDevice]:
        """Return the capture devices that the user wants to hear, by id."""
        return {
            device.capture_device_id: device
            for device in listed
            if device.capture_device_id in self.capture_device_ids
            or (
                self.add_new_capture_devices
                and device.capture_device_id not in self.ignored_capture_device_ids
            )
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


def _texts(value: object) -> frozenset[str]:
    return frozenset(
        item
        for item in (value if isinstance(value, list) else ())
        if isinstance(item, str)
    )
