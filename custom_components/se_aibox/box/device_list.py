"""Reads a box's list of capture devices, and decides what to make of one that lacks some."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from datetime import timedelta

from homeassistant.helpers.update_coordinator import UpdateFailed

from ..aibox.exceptions import AiBoxBusyError, AiBoxError
from ..aibox.models import CaptureDevice
from ..const import DOMAIN
from .data import BoxData

# Additions, renames and removals are also noticed by other ways; this one always works.
DEVICE_LIST_INTERVAL = timedelta(minutes=5)
# While something is amiss with the list.
_DOUBTFUL_INTERVAL = timedelta(seconds=30)
# Answers that follow each other faster say the same thing: a box that comes back is asked by several of us at once.
_SECONDS_TO_BE_GONE = 20


async def async_read_devices(
    read: Callable[[], Awaitable[tuple[CaptureDevice, ...]]], host: str
) -> tuple[CaptureDevice, ...]:
    """Return the capture devices on a box, or what went wrong as a coordinator wants it."""
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
    """Return the data with the listed devices after an answer; `now` is a clock's seconds.

    A device that was there stays until a second answer, some time after the first, lacks it too. An answer
    without any device takes nobody away: a box that is starting, or has lost its database, gives it, and whoever
    took it at its word would empty dashboards and automations. Its devices can be deleted by hand.
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
    chosen: Mapping[str, CaptureDevice],
    requested_at: float,
) -> BoxData:
    """Return the data with a new list, and without what unlisted devices saw."""
    return replace(
        data,
        listed=taken.listed,
        listed_at=requested_at,
        chosen=chosen,
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
        chosen=others(data.chosen),
        absent=others(data.absent),
        last=others(data.last),
        seen_at=others(data.seen_at),
    )


def next_reading(data: BoxData) -> timedelta:
    """Return after which time to read the list again."""
    return _DOUBTFUL_INTERVAL if data.absent else DEVICE_LIST_INTERVAL
