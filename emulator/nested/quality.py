"""The quality of a face, as a snapshot camera and the box measure it."""

from random import Random

from emulator.model import DeviceKind, JsonObject, JsonValue, Record
from emulator.variant import Variant

_CHECKS = ("face_size", "clarity", "headpose", "partial", "brightness")
_DARKEST = 0.5
_AGES = {"juvenile": 14, "youth": 24, "middle-aged": 45, "aged": 70}


def camera_quality(record: Record, variant: Variant) -> JsonObject:
    """Return `grab_fiqa_info` (docs/protocol.md §1)."""
    if record.device.kind is not DeviceKind.SNAPSHOT_CAMERA:
        return {}
    sex = 1 if record.attributes.get("gender") == "female" else 0
    age = _AGES.get(str(record.attributes.get("age")), 30)
    if not variant.face_quality:
        return {"age": age, "sex": sex, "fiqa_result": 0}
    random = Random(f"{record.event_id}/camera")
    left, top = random.randrange(1_600), random.randrange(900)
    return {
        "confidence": random.randrange(70, 100),
        "face_id": random.randrange(10_000),
        "rect": _rectangle(left, top),
        "pitch": random.randrange(-15, 16),
        "age": age,
        "rel_rect": _rectangle(40, 40),
        "yaw": random.randrange(-15, 16),
        "eye_dist": random.randrange(40, 90),
        "roll": random.randrange(-15, 16),
        "sex": sex,
    }


def box_quality(record: Record, variant: Variant) -> JsonObject:
    """Return `box_fiqa_info`, which is empty without the variant."""
    if not variant.face_quality or record.device.kind is not DeviceKind.SNAPSHOT_CAMERA:
        return {}
    random = Random(f"{record.event_id}/box")
    brightness = random.uniform(0.3, 0.9)
    failed = ["brightness"] if brightness < _DARKEST else []
    passed: list[JsonValue] = [check for check in _CHECKS if check not in failed]
    return {
        # A class of age, not years.
        "age": random.randrange(1, 6),
        "sex": 1 if record.attributes.get("gender") == "female" else 0,
        "info": {
            "face_size": round(random.uniform(80, 400), 1),
            "clarity": random.uniform(0.8, 1.4),
            "headpose": {
                "roll_angle": round(random.uniform(0, 15), 3),
                "pitch_angle": round(random.uniform(0, 15), 3),
                "yaw_angle": round(random.uniform(0, 15), 3),
            },
            "partial": False,
            "brightness": brightness,
        },
        "fiqa_result": not failed,
        "success": passed,
        "fails": [*failed],
    }


def recorded_quality(record: Record, variant: Variant) -> JsonObject:
    """Return `grab_data` of a history record (docs/protocol.md §4)."""
    quality = camera_quality(record, variant) if variant.face_quality else {}
    if not quality:
        return {}
    # The key is spelled so.
    return {"grap_fiqa_info": {"age": str(quality["age"]), "sex": str(quality["sex"])}}


def _rectangle(left: int, top: int) -> JsonObject:
    return {"left": left, "top": top, "right": left + 82, "bottom": top + 104}
