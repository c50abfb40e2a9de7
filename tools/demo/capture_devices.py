"""What Home Assistant has of the boxes: devices and their entities."""

from collections import defaultdict
from dataclasses import dataclass

from .api import Socket
from .configuration import DOMAIN


@dataclass(frozen=True, slots=True)
class CaptureDevice:
    """A capture device in Home Assistant; entity ids by domain and translation key, as `camera.last_person`."""

    device_id: str
    name: str
    box_name: str
    entity_ids: dict[str, str]


@dataclass(frozen=True, slots=True)
class BoxDevice:
    """A box in Home Assistant and what stands below it."""

    entry_id: str
    name: str
    entity_ids: dict[str, str]
    capture_devices: list[CaptureDevice]


async def find_boxes(socket: Socket) -> list[BoxDevice]:
    """Return the boxes that Home Assistant knows."""
    entity_ids: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for entity in await socket.entities(DOMAIN):
        key = f"{entity['entity_id'].partition('.')[0]}.{entity['translation_key']}"
        entity_ids[entity["device_id"]][key] = entity["entity_id"]
    devices = [
        device for device in await socket.devices() if device["id"] in entity_ids
    ]
    boxes = []
    for box in devices:
        if box["via_device_id"] is not None:
            continue
        name = box["name_by_user"] or box["name"]
        below = [
            CaptureDevice(device["id"], device["name"], name, entity_ids[device["id"]])
            for device in devices
            if device["via_device_id"] == box["id"]
        ]
        boxes.append(
            BoxDevice(box["config_entries"][0], name, entity_ids[box["id"]], below)
        )
    return boxes
