"""Reads the device list of a box and applies its changes."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from homeassistant.helpers.update_coordinator import UpdateFailed

from ..aibox.exceptions import (
    AiBoxBusyError,
    AiBoxConnectionError,
    AiBoxError,
    AiBoxNotFoundError,
)
from ..aibox.models import CaptureDevice
from ..aibox.rest import Rest
from ..const import DOMAIN
from .data import BoxData

# Broadcasts, reconnects and unlisted devices cause a reading sooner. Only this interval
# always works.
DEVICE_LIST_INTERVAL = timedelta(minutes=5)
# While a capture device is missing from the list, or after a failure.
DOUBTFUL_INTERVAL = timedelta(seconds=30)
# Answers that follow each other faster count as one: after a reconnect, several parts
# of the integration request the list at once.
_SECONDS_TO_BE_GONE = 20
# A box that names other devices each time must not fill the registries: so many are
# listed at once, as in one answer, and so many are new in a day.
_MOST = 256
_DAY_SECONDS = 24 * 60 * 60.0
TOO_MANY = "too many capture devices"


async def async_read_devices(
    read: Callable[[], Awaitable[tuple[CaptureDevice, ...]]], host: str
) -> tuple[CaptureDevice, ...]:
    """Read the device list; raise `UpdateFailed` on failure."""
    try:
        return await read()
    except AiBoxError as error:
        raise UpdateFailed(
            translation_domain=DOMAIN,
            translation_key="still_starting"
            if isinstance(error, AiBoxBusyError)
            else "cannot_connect"
            if isinstance(error, AiBoxConnectionError)
            else "device_list_unreadable",
            translation_placeholders={"host": host, "reason": str(error)},
        ) from error


async def async_check_answers(rest: Rest, host: str) -> None:
    """Raise `UpdateFailed` unless a box answers."""

    async def _read() -> tuple[CaptureDevice, ...]:
        # Not every box has the call.
        with suppress(AiBoxNotFoundError):
            return await rest.capture_devices()
        return ()

    await async_read_devices(_read, host)


def take_devices(
    data: BoxData, answer: Collection[CaptureDevice], now: float
) -> BoxData:
    """Apply a device list to the data; `now` is in monotonic seconds."""
    read = {device.capture_device_id: device for device in answer}
    missing_since: dict[str, float | None] = {}
    for key in (data.listed.keys() | data.missing_since.keys()) - read.keys():
        since = data.missing_since.get(key)
        if not read:
            # A box that starts or has lost its database lists nothing. Removing its
            # devices would empty dashboards and automations. The user can delete them.
            missing_since[key] = since
        elif since is None or now - since < _SECONDS_TO_BE_GONE:
            # It stays listed until a later answer lacks it, too.
            missing_since[key] = now if since is None else since
    kept = {key: data.listed[key] for key in missing_since if key in data.listed}
    new = [
        key for key in read if key not in data.listed and key not in data.missing_since
    ]
    added_at = tuple(at for at in data.added_at if now - at < _DAY_SECONDS)
    room = _MOST - max(len(kept) + len(read) - len(new), len(added_at))
    for key in new[max(room, 0) :]:
        del read[key]
    return replace(
        data,
        listed=kept | read,
        missing_since=missing_since,
        added_at=added_at + (now,) * min(len(new), max(room, 0)),
    )


def with_list(
    data: BoxData,
    taken: BoxData,
    selected: Mapping[str, CaptureDevice],
    requested_at: float,
) -> BoxData:
    """Replace the list; drop recognitions of devices not on it."""
    return replace(
        data,
        listed=taken.listed,
        listed_at=requested_at,
        selected=selected,
        missing_since=taken.missing_since,
        added_at=taken.added_at,
        last={key: seen for key, seen in data.last.items() if key in taken.listed},
        seen_at={key: at for key, at in data.seen_at.items() if key in taken.listed},
    )


def without_device(data: BoxData, capture_device_id: str) -> BoxData:
    """Remove a capture device that the user deleted."""

    def others[T](of: Mapping[str, T]) -> dict[str, T]:
        return {key: value for key, value in of.items() if key != capture_device_id}

    return replace(
        data,
        listed=others(data.listed),
        selected=others(data.selected),
        missing_since=others(data.missing_since),
        last=others(data.last),
        seen_at=others(data.seen_at),
    )


def next_reading(data: BoxData) -> timedelta:
    """Return the interval until the next reading."""
    return DOUBTFUL_INTERVAL if data.missing_since else DEVICE_LIST_INTERVAL
