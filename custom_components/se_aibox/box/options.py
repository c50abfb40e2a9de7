"""The options of a box, read from its config entry."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Self

from ..aibox.models import CaptureDevice, PictureKind, Subscription
from ..aibox.names import id_key
from ..const import (
    CAPTURED_PICTURES,
    CONF_ADD_NEW_CAPTURE_DEVICES,
    CONF_CAPTURE_DEVICES,
    CONF_DEVICE_STATUS,
    CONF_DOOR_CODE,
    CONF_FRESHNESS_LIMIT,
    CONF_HOLD_TIME,
    CONF_IDENTITY_INFO_IN_EVENTS,
    CONF_IGNORED_CAPTURE_DEVICES,
    CONF_IGNORED_STRANGERS,
    CONF_NAMES,
    CONF_PICTURES,
    CONF_RECOVER_HISTORY,
    DEFAULT_FRESHNESS_LIMIT,
    DEFAULT_HOLD_TIME,
    REFERENCE_PICTURES,
)


@dataclass(frozen=True, slots=True)
class BoxOptions:
    """The options that the user set for a box."""

    capture_device_ids: frozenset[str]
    ignored_capture_device_ids: frozenset[str]
    add_new_capture_devices: bool
    # Of the capture devices of a box that does not list them, by address.
    names: Mapping[str, str]
    captured_pictures: bool
    reference_pictures: bool
    # How long a capture device counts as having seen somebody recently.
    hold_time: timedelta
    # How far from now a recognition may lie and still be acted on.
    freshness_limit: timedelta
    # Whether to recover missed recognitions from the history.
    recover_history: bool
    # Whether events contain enrollment details, which are personal data.
    identity_info_in_events: bool
    # Whether the box reports the status of its capture devices to Home Assistant.
    device_status: bool
    # The salted hash of the code that the locks ask for, None if they ask for none.
    door_code: str | None = field(repr=False)
    # The ids of strangers whom no trigger is about.
    ignored_strangers: frozenset[str]

    @classmethod
    def from_mapping(cls, options: Mapping[str, object]) -> Self:
        """Read config entry options; missing ones get their defaults."""
        door_code = options.get(CONF_DOOR_CODE)
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
            names=_names(options.get(CONF_NAMES)),
            captured_pictures=CAPTURED_PICTURES in pictures,
            reference_pictures=REFERENCE_PICTURES in pictures,
            hold_time=_span(options.get(CONF_HOLD_TIME), DEFAULT_HOLD_TIME),
            freshness_limit=_span(
                options.get(CONF_FRESHNESS_LIMIT), DEFAULT_FRESHNESS_LIMIT
            ),
            recover_history=options.get(CONF_RECOVER_HISTORY, True) is True,
            identity_info_in_events=options.get(CONF_IDENTITY_INFO_IN_EVENTS) is True,
            device_status=options.get(CONF_DEVICE_STATUS) is True,
            # No code fits what cannot be read: it must not open without one.
            door_code=None if door_code is None else str(door_code),
            ignored_strangers=frozenset(
                map(id_key, _texts(options.get(CONF_IGNORED_STRANGERS)))
            ),
        )

    def without_pictures(self) -> Self:
        """Return the options with all pictures forbidden."""
        return replace(self, captured_pictures=False, reference_pictures=False)

    def wants(self, capture_device_id: str) -> bool:
        """Return whether the user wants a capture device."""
        return capture_device_id in self.capture_device_ids or (
            self.add_new_capture_devices
            and capture_device_id not in self.ignored_capture_device_ids
        )

    def ignores(self, stranger_id: str | None) -> bool:
        """Return whether the user ignores a stranger."""
        return stranger_id is not None and id_key(stranger_id) in self.ignored_strangers

    def selected(self, listed: Iterable[CaptureDevice]) -> dict[str, CaptureDevice]:
        """Return the selected capture devices by id."""
        return {
            device.capture_device_id: device
            for device in listed
            if self.wants(device.capture_device_id)
        }

    def subscription(self, capture_device_ids: Iterable[str]) -> Subscription:
        """Return the subscription for these capture devices."""
        return Subscription(
            frozenset(capture_device_ids),
            captured_pictures=self.captured_pictures,
            reference_pictures=self.reference_pictures,
        )

    @property
    def picture_kinds(self) -> frozenset[PictureKind]:
        """The kinds of pictures that may leave the box."""
        captured = {PictureKind.FACE, PictureKind.SCENE}
        return frozenset(
            (captured if self.captured_pictures else set())
            | ({PictureKind.REFERENCE} if self.reference_pictures else set())
        )


def _span(seconds: object, default: int) -> timedelta:
    return timedelta(seconds=seconds if isinstance(seconds, int | float) else default)


def _names(value: object) -> Mapping[str, str]:
    return value if isinstance(value, Mapping) else {}


def _texts(value: object) -> frozenset[str]:
    return frozenset(
        item
        for item in (value if isinstance(value, list) else ())
        if isinstance(item, str)
    )
