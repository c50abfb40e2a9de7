"""What may stay in a capture: protocol field names and impersonal values."""

from collections.abc import Mapping

# Any number may stay: measurements and times of a recognition, ports.
NUMBERS = frozenset(
    {
        "in_timestamp",
        "net_port",
        "out_timestamp",
        "port",
        "recognition_timestamp",
        "score",
        "timestamp",
    }
)

# Numbers below 100 with few digits may stay: codes and short durations.
CODES = frozenset(
    {
        "age",
        "channel",
        "delay_time",
        "device_type",
        "door_port",
        "fiqa_result",
        "media_device_type",
        "person_type",
        "preview_mode",
        "sex",
        "type",
        "user_type",
    }
)

_YES_NO = frozenset({"yes", "no"})
_PERSON_TYPES = frozenset(
    {"blacklist", "car", "employee", "stranger", "vip", "visitor"}
)
_DEVICE_TYPES = frozenset({"file", "gb28181", "photo", "rtsp"})

# These words may stay.
WORDS: Mapping[str, frozenset[str]] = {
    "age": frozenset({"adult", "aged", "child", "juvenile", "middle-aged", "youth"}),
    "device_type": _DEVICE_TYPES,
    "gender": frozenset({"female", "male"}),
    "glasses": _YES_NO,
    "group_name": frozenset({"default_group"}),
    "hat": _YES_NO,
    # What a box calls a person without a name.
    "identity_name": frozenset({"stranger", "佚名"}),
    "mask": _YES_NO,
    "media_device_type": _DEVICE_TYPES,
    "person_type": _PERSON_TYPES,
    "type": _PERSON_TYPES,
    "user_type": _PERSON_TYPES,
}

PICTURES = frozenset(
    {
        "ir_image",
        "recognize_face",
        "recognize_face_image",
        "reg_image",
        "reg_pic",
        "reg_photo",
        "register_image",
        "spot_image",
        "spot_pic",
    }
)

FEATURES = frozenset({"feature", "feature_binary"})

# Everything below these fields was entered about a person: none of it may stay.
ENROLLMENT = frozenset({"ext_info", "ext_user_info", "identity_info"})

# Objects that some firmware sends as JSON text.
OBJECTS = ENROLLMENT | {
    "box_fiqa_info",
    "ext_data",
    "grab_fiqa_info",
    "recognize_face_attr",
}

_OTHER_FIELDS = frozenset(
    {
        "actions",
        "addTime",
        "address",
        "box",
        "building_no",
        "card_id",
        "current_preview_list",
        "data",
        "device_attr",
        "device_id",
        "device_ip",
        "device_key",
        "device_name",
        "devices",
        "devices_list",
        "do_attribute",
        "do_detect",
        "do_feature",
        "do_match",
        "do_rtmp_forward",
        "do_track",
        "ep_id",
        "ep_ip",
        "ep_name",
        "ep_type",
        "event_id",
        "expression",
        "face_ids",
        "fast_mode",
        "floor",
        "group_id",
        "identity_id",
        "image_id",
        "ip",
        "is_start_rtmp",
        "last_set_name",
        "media_device_id",
        "media_device_ip",
        "media_device_key",
        "media_device_name",
        "media_device_url",
        "name",
        "netRelay",
        "net_relay",
        "paint_bbox",
        "paint_landmark",
        "permission_id",
        "permission_ids",
        "permission_name",
        "point",
        "preview_list",
        "roi_area",
        "room",
        "rtmp_address",
        "track_id",
        "user_id",
        "video_id",
    }
)

FIELDS = NUMBERS | CODES | WORDS.keys() | PICTURES | FEATURES | OBJECTS | _OTHER_FIELDS


def may_stay(field: str, value: str | float) -> bool:
    """Return whether a field's value reveals nothing about anyone."""
    number = _as_number(value)
    if number is not None and (
        field in NUMBERS
        or (field in CODES and abs(number) < 100 and len(str(value)) <= 4)
    ):
        return True
    return isinstance(value, str) and value.strip().lower() in WORDS.get(field, ())


def _as_number(value: str | float) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None
