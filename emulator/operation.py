"""The operation settings of a box, and its external disk (docs/protocol.md §3)."""

from dataclasses import dataclass

from .model import JsonObject

_LOCAL, _REMOTE = "/data/events", "/data2/events"


@dataclass(slots=True)
class Operation:
    """The settings of a box for recognizing and keeping records."""

    apply_mode: str = "recognize"
    usage: str = "normal"
    # The armed times, and whether they count.
    time_part_1: str = "00:00:00,23:59:59"
    time_part_1_on: bool = False
    time_part_2: str = "00:00:00,23:59:59"
    time_part_2_on: bool = False
    # Where pictures of records are: "local" or "remote", an external disk.
    image_path: str = "local"
    disk_mounted: bool = False
    # Whether the folder of the pictures can be written, if its disk is mounted.
    writable: bool = True
    detects_attributes: bool = False

    @property
    def folder(self) -> str:
        """The folder of the pictures."""
        return _REMOTE if self.image_path == "remote" else _LOCAL

    @property
    def stores_pictures(self) -> bool:
        """Whether the folder exists and can be written."""
        return self.writable and (self.disk_mounted or self.folder == _LOCAL)


def nested_settings(operation: Operation) -> JsonObject:
    """Return the configuration of dialect 1.x."""
    return {
        "APPLY_MODE": operation.apply_mode,
        "BOX_USAGE": operation.usage,
        "REG_TIME_PART1": operation.time_part_1,
        "REG_TIME_PART1_SWITCH": operation.time_part_1_on,
        "REG_TIME_PART2": operation.time_part_2,
        "REG_TIME_PART2_SWITCH": operation.time_part_2_on,
        "EVENT_IMAGE_PATH": operation.image_path,
        "ATTRIBUTE_DETECT": operation.detects_attributes,
    }


def flat_settings(operation: Operation) -> JsonObject:
    """Return the configuration of dialect 2.0."""
    return {
        "GATE_APPLY_MODE": operation.apply_mode,
        "GATE_BOX_USAGE": operation.usage,
        "REGN_TIME_PART1": operation.time_part_1,
        "REGN_TIME_PART1_SWITCH": operation.time_part_1_on,
        "REGN_TIME_PART2": operation.time_part_2,
        "REGN_TIME_PART2_SWITCH": operation.time_part_2_on,
        "GATE_EVENT_IMAGE_PATH": operation.image_path,
        "ALG_ATTRIBUTE_DETECT": operation.detects_attributes,
    }


def external_disk(operation: Operation) -> JsonObject:
    """Return the answer of dialect 1.x about the external disk."""
    mounted = operation.disk_mounted
    return {
        "external_hard_state": "1" if mounted else "0",
        "external_hard_disk_rate": 0.6 if mounted else 0.0,
        "external_hard_total_disk": "500G" if mounted else "0G",
        "external_hard_free_disk": "200G" if mounted else "0G",
        "external_hard_used_disk": "300G" if mounted else "0G",
    }
