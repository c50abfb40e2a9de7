"""The device list of a box, with its faults."""

from collections.abc import Callable

from .cast import cast_device
from .changes import merge, remove
from .model import Device, JsonObject, JsonValue
from .state import BoxState
from .variant import Variant

type Describe = Callable[[Device, Variant], JsonObject]

# No box in the tests has so many capture devices of its own.
_FIRST_PASSING = 1_000
_TYPE_NUMBERS = {"photo": "0", "rtsp": "3"}


def device_entry(state: BoxState, device: Device, describe: Describe) -> JsonObject:
    """Return the entry of a capture device, with its faults."""
    entry = describe(device, state.variant)
    merge(entry, state.device_fields.get(device.device_id, {}))
    remove(entry, state.device_fields_missing.get(device.device_id, ()))
    return entry


def device_entries(state: BoxState, describe: Describe) -> list[JsonValue]:
    """Return every entry, also those that belong to no device."""
    devices = [*state.devices, *_passing_devices(state)]
    return [
        *(device_entry(state, device, describe) for device in devices),
        *state.extra_devices,
    ]


def listed_type(device: Device, variant: Variant) -> str:
    """Return the type of a device as the list has it."""
    match variant.device_types:
        case "numbers":
            return _TYPE_NUMBERS.get(device.type, device.type)
        case "capitals":
            return device.type.upper()
        case "words":
            return device.type


def _passing_devices(state: BoxState) -> list[Device]:
    """Return new capture devices, which no other answer names."""
    first = _FIRST_PASSING + len(state.passed_devices)
    devices = [
        cast_device(state.seed, first + number)
        for number in range(state.passing_devices)
    ]
    state.passed_devices.update(device.device_id for device in devices)
    return devices
