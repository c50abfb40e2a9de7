"""Read configuration frames of clients (docs/protocol.md §1)."""

from dataclasses import dataclass

import orjson

from .model import JsonObject, Subscription


@dataclass(frozen=True, slots=True)
class FrameKeys:
    """The keys of a dialect's configuration frame."""

    face: str
    reference: str
    devices: str


class FrameError(Exception):
    """A configuration frame is invalid."""


def read_frame(frame: str | bytes, keys: FrameKeys) -> Subscription:
    """Return the configuration in a frame; missing settings are off."""
    try:
        value: object = orjson.loads(frame)
    except orjson.JSONDecodeError as error:
        raise FrameError(f"configuration frame is not JSON: {frame[:80]!r}") from error
    if not isinstance(value, dict):
        raise FrameError(f"configuration frame is not an object: {value!r}")
    return Subscription(
        face=_flag(value, keys.face),
        reference=_flag(value, keys.reference),
        device_ids=_device_ids(value, keys.devices),
        frame=value,
    )


def unknown_keys(subscription: Subscription, keys: FrameKeys) -> list[str]:
    """Return the keys that this dialect does not know."""
    return sorted(subscription.frame.keys() - {keys.face, keys.reference, keys.devices})


def _flag(frame: JsonObject, key: str) -> bool:
    value = frame.get(key, False)
    if not isinstance(value, bool):
        raise FrameError(f"configuration frame: {key} is not a boolean: {value!r}")
    return value


def _device_ids(frame: JsonObject, key: str) -> tuple[str, ...]:
    value = frame.get(key, [])
    if not isinstance(value, list):
        raise FrameError(f"configuration frame: {key} is not a list: {value!r}")
    device_ids = tuple(item for item in value if isinstance(item, str))
    if len(device_ids) != len(value):
        raise FrameError(
            f"configuration frame: {key} has entries that are not strings: {value!r}"
        )
    return device_ids
