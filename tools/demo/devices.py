"""The integration's devices and entities in Home Assistant."""

from collections import defaultdict
from dataclasses import dataclass, field

from .api import DeviceEntry, Socket
from .configuration import DOMAIN


@dataclass(frozen=True, slots=True)
class CaptureDevice:
    """A capture device in Home Assistant."""

    device_id: str
    name: str
    box_name: str
    # By domain and translation key, such as `camera.scene`, as in all classes.
    entity_ids: dict[str, str]


@dataclass(frozen=True, slots=True)
class BoxDevice:
    """A box in Home Assistant, with its capture devices."""

    device_id: str
    name: str
    entity_ids: dict[str, str]
    capture_devices: list[CaptureDevice]


@dataclass(frozen=True, slots=True)
class PersonDevice:
    """A followed person in Home Assistant."""

    device_id: str
    name: str
    entity_ids: dict[str, str]


@dataclass(frozen=True, slots=True)
class SiteDevice:
    """A site in Home Assistant."""

    device_id: str
    name: str
    entity_ids: dict[str, str]


@dataclass(frozen=True, slots=True)
class Devices:
    """All devices of the integration."""

    boxes: list[BoxDevice]
    people: list[PersonDevice]
    sites: list[SiteDevice] = field(default_factory=list)

    @property
    def capture_devices(self) -> list[CaptureDevice]:
        """The capture devices of all boxes."""
        return [device for box in self.boxes for device in box.capture_devices]


async def find_devices(socket: Socket) -> Devices:
    """Return the integration's devices."""
    entity_ids: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for entity in await socket.entities(DOMAIN):
        key = f"{entity['entity_id'].partition('.')[0]}.{entity['translation_key']}"
        entity_ids[entity["device_id"]][key] = entity["entity_id"]
    devices = [
        device for device in await socket.devices() if device["id"] in entity_ids
    ]
    found = Devices([], [])
    for device in devices:
        own = entity_ids[device["id"]]
        if "binary_sensor.connection" in own:
            name = _name(device)
            below = [
                CaptureDevice(
                    other["id"],
                    _name(other),
                    name,
                    entity_ids[other["id"]],
                )
                for other in devices
                if other["via_device_id"] == device["id"]
            ]
            found.boxes.append(BoxDevice(device["id"], name, own, below))
        elif "sensor.last_location" in own:
            found.people.append(PersonDevice(device["id"], _name(device), own))
        elif "sensor.people_inside" in own:
            found.sites.append(SiteDevice(device["id"], _name(device), own))
    return found


def _name(device: DeviceEntry) -> str:
    return device["name_by_user"] or device["name"]
