"""Finds which capture device took the place of another one. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from yarl import URL

from ..aibox.models import CaptureDevice
from ..aibox.names import name_key
from ..const import CONF_CAPTURE_DEVICES, CONF_IGNORED_CAPTURE_DEVICES
from .data import BoxData
from .options import BoxOptions
from .stream_url import stream_source


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """What is known of a capture device besides its id."""

    name: str | None
    # Its own, or that of its stream.
    address: str | None

    @classmethod
    def of(cls, device: CaptureDevice) -> Self:
        """Return what is known of a listed capture device."""
        return cls(device.name, device.ip or _host(device.stream_url))

    @property
    def key(self) -> tuple[str, str] | None:
        """What a device that was added anew has in common with itself."""
        name, address = name_key(self.name), name_key(self.address)
        return (name, address) if name and address else None


def _host(stream_url: str | None) -> str | None:
    source = stream_source(stream_url)
    try:
        return source and URL(source).host
    except ValueError:
        return None


def known_devices(devices: Iterable[CaptureDevice]) -> dict[str, KnownDevice]:
    """Return what is known of listed capture devices, by id."""
    return {device.capture_device_id: KnownDevice.of(device) for device in devices}


def successors(
    gone: Mapping[str, KnownDevice], listed: Mapping[str, KnownDevice]
) -> dict[str, str]:
    """Return the new id of each capture device with the same name and address.

    Those of which there are several, before or now, are left out.
    """
    before = Counter(device.key for device in gone.values())
    now = Counter(device.key for device in listed.values())
    found = {device.key: key for key, device in listed.items()}
    return {
        key: found[device.key]
        for key, device in gone.items()
        if device.key is not None and before[device.key] == now[device.key] == 1
    }


def added_anew(
    data: BoxData, known: Mapping[str, KnownDevice], options: BoxOptions
) -> dict[str, str]:
    """Return the new id of each selected capture device that was added anew.

    `known` has the gone ones, too, in the order in which they appeared.
    """
    appeared = {key: number for number, key in enumerate(known)}
    gone = {
        key: device
        for key, device in known.items()
        # One that only the last list lacks may be missing for a moment.
        if key not in data.listed and options.wants(key)
    }
    listed = known_devices(data.listed.values())
    return {
        old: new
        for old, new in successors(gone, listed).items()
        # One that returns under its earlier id is not new.
        if appeared[old] < appeared[new]
        and new not in options.ignored_capture_device_ids
    }


def after_replacement(
    known: Mapping[str, KnownDevice], found: Iterable[CaptureDevice]
) -> dict[str, str]:
    """Return the id on a new box of each capture device of the old one."""
    listed = known_devices(found)
    # Ids are UUIDs: equal ones are from a copy of the old box's settings.
    same = {key: key for key in known if key in listed}
    return same | successors(
        {key: device for key, device in known.items() if key not in same},
        {key: device for key, device in listed.items() if key not in same},
    )


def moved_options(
    options: Mapping[str, Any], moves: Mapping[str, str]
) -> dict[str, Any]:
    """Return the options of a box with new ids of capture devices."""
    return {
        **options,
        **{
            key: list(dict.fromkeys(moves.get(each, each) for each in options[key]))
            for key in (CONF_CAPTURE_DEVICES, CONF_IGNORED_CAPTURE_DEVICES)
            if key in options
        },
    }
