"""Reads a box's list of capture devices, and judges one that lacks some."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from datetime import timedelta

from homeassistant.helpers.update_coordinator import UpdateFailed

from ..aibox.exceptions import AiBoxBusyError, AiBoxError
from ..aibox.models import CaptureDevice
from ..const import DOMAIN
from .data import BoxData

# Changes are noticed in other ways, too. This one always works.
DEVICE_LIST_INTERVAL = timedelta(minutes=5)
# While the list lacks a capture device.
_DOUBTFUL_INTERVAL = timedelta(seconds=30)
# Answers that follow each other faster are the same: after a reconnect several parts
# of the integration request the list at once.
_SECONDS_TO_BE_GONE = 20


async def async_read_devices(
    read: Callable[[], Awaitable[tuple[CaptureDevice, ...]]], host: str
) -> tuple[CaptureDevice, ...]:
    """Return the capture devices on a box; raise `UpdateFailed` if that fails."""
    try:
        return await read()
    except AiBoxError as error:
        raise UpdateFailed(
            translation_domain=DOMAIN,
            translation_key="still_starting"
            if isinstance(error, AiBoxBusyError)
            else "cannot_connect",
            translation_placeholders={"host": host, "reason": str(error)},
        ) from error


def take_devices(
    data: BoxData, answer: Collection[CaptureDevice], now: float
) -> BoxData:
    """Return the data with the devices of an answer; `now` is in seconds of any clock.

    A device stays listed until a second answer, some time after the first, lacks it
    too. An empty answer removes nothing, because a box that starts or has lost its
    database gives it: removing its devices would empty dashboards and automations.
    The user can delete them.
    """
    read = {device.capture_device_id: device for device in answer}
    absent: dict[str, float | None] = {}
    for key in (data.listed.keys() | data.absent.keys()) - read.keys():
        since = data.absent.get(key)
        if not read:
            absent[key] = since
        elif since is None or now - since < _SECONDS_TO_BE_GONE:
            absent[key] = now if since is None else since
    kept = {key: data.listed[key] for key in absent if key in data.listed}
    return replace(data, listed=kept | read, absent=absent)


def with_list(
    data: BoxData,
    taken: BoxData,
    selected: Mapping[str, CaptureDevice],
    requested_at: float,
) -> BoxData:
    """Return the data with a new list, and without what unlisted devices saw."""
    return replace(
        data,
        listed=taken.listed,
        listed_at=requested_at,
        selected=selected,
        absent=taken.absent,
        last={key: seen for key, seen in data.last.items() if key in taken.listed},
        seen_at={key: at for key, at in data.seen_at.items() if key in taken.listed},
    )


def without_device(data: BoxData, capture_device_id: str) -> BoxData:
    """Return the data without a capture device that the user deleted."""

    def others[T](of: Mapping[str, T]) -> dict[str, T]:
        return {key: value for key, value in of.items() if key != capture_device_id}

    return replace(
        data,
        listed=others(data.listed),
        selected=others(data.selected),
        absent=others(data.absent),
        last=others(data.last),
        seen_at=others(data.seen_at),
    )


def next_reading(data: BoxData) -> timedelta:
    """Return the time until the list is read again."""
    return _DOUBTFUL_INTERVAL if data.absent else DEVICE_LIST_INTERVAL
