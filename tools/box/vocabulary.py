"""The vocabulary of a capture: the manual's field names and impersonal values."""

from collections.abc import Mapping
import re

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

# The quality of a face on a picture. Its numbers are below 10,000 and may stay.
MEASUREMENTS = frozenset(
    {
        "brightness",
        "clarity",
        "confidence",
        "face_angle",
        "face_color",
        "face_size",
        "image_quality",
        "pitch",
        "pitch_angle",
        "pose_score",
        "roll",
        "roll_angle",
        "yaw",
        "yaw_angle",
    }
)

# Numbers below 100 with few digits may stay: codes and short durations.
CODES = frozenset(
    {
        "age",
        "api_version",
        "channel",
        "delay_time",
        "device_type",
        "door_port",
        "ep_type",
        "fiqa_result",
        "is_send",
        "mask",
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
_DEVICE_TYPES = frozenset({"card", "file", "gb28181", "photo", "rtsp"})
_QUALITIES = frozenset(
    {
        "brightness",
        "clarity",
        "face_angle",
        "face_color",
        "face_location",
        "face_size",
        "headpose",
        "image_quality",
        "mask",
        "occlusion",
        "partial",
    }
)
# Requests of the box to the management platform.
_ACTIONS = frozenset({"0", "1001", "1002"})

# These words may stay.
WORDS: Mapping[str, frozenset[str]] = {
    "age": frozenset({"adult", "aged", "child", "juvenile", "middle-aged", "youth"}),
    "action": frozenset({"add", "delete", "modify"}),
    "device_type": _DEVICE_TYPES,
    "ep_type": _DEVICE_TYPES,
    "fails": _QUALITIES,
    "gender": frozenset({"female", "male"}),
    "glasses": _YES_NO,
    "group_name": frozenset({"default_group"}),
    "hat": _YES_NO,
    # Names of a box for a person without one.
    "identity_name": frozenset({"stranger", "佚名"}),
    "mask": _YES_NO,
    "media_device_type": _DEVICE_TYPES,
    "person_type": _PERSON_TYPES,
    "post_action": _ACTIONS,
    "success": _QUALITIES,
    "type": _PERSON_TYPES,
    "user_type": _PERSON_TYPES,
    "want_action": _ACTIONS,
}

PICTURES = frozenset(
    {
        "ir_image",
        "ir_pic",
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

FEATURES = frozenset({"feature", "feature_base64_str", "feature_binary"})

# Everything below these fields was entered about a person: only the type may stay,
# which decides whether the person counts as a stranger.
ENROLLMENT = frozenset({"ext_info", "ext_user_info", "identity_info"})
ENROLLED_TYPE = frozenset({"type", "user_type"})

# Objects that some firmware sends as JSON text.
OBJECTS = ENROLLMENT | {
    "box_fiqa_info",
    "ext_data",
    "grab_fiqa_info",
    "recognize_face_attr",
}

_OTHER_FIELDS = frozenset(
    {
        "_id",
        "actions",
        "addTime",
        "address",
        "addtime",
        "bottom",
        "box",
        "building_no",
        "card_id",
        "common",
        "current_preview_list",
        "data",
        "depth_image_id",
        "description",
        "dev_sno",
        "device_attr",
        "device_id",
        "device_ip",
        "device_key",
        "device_name",
        "devices",
        "devices_list",
        "do_attribute",
        "do_detect",
        "do_fast_mode",
        "do_feature",
        "do_match",
        "do_rtmp_forward",
        "do_track",
        "ep_id",
        "ep_info",
        "ep_ip",
        "ep_name",
        "event_id",
        "events",
        "expression",
        "eye_dist",
        "face_id",
        "face_ids",
        "face_location",
        "fast_mode",
        "floor",
        "frame_id",
        "gate_data",
        "grab_data",
        "grap_fiqa_info",
        "group_id",
        "headpose",
        "identities",
        "identities_list",
        "identity_id",
        "image_id",
        "in_bg_pic_id",
        "in_box",
        "in_face_pic_id",
        "info",
        "ip",
        "ir_image_id",
        "is_start_rtmp",
        "last_set_name",
        "left",
        "media_device_attr",
        "media_device_id",
        "media_device_info",
        "media_device_ip",
        "media_device_key",
        "media_device_name",
        "media_device_url",
        "modify_media_device",
        "mq_license_key",
        "name",
        "netRelay",
        "net_relay",
        "num_pages",
        "occlusion",
        "page",
        "page_index",
        "page_limit",
        "pagination",
        "paint_bbox",
        "paint_landmark",
        "partial",
        "per_page",
        "permission_id",
        "permission_ids",
        "permission_name",
        "point",
        "preview_device_list",
        "preview_list",
        "recognize_face_image_id",
        "recognize_face_pic_id",
        "rect",
        "register_image_id",
        "register_image_ids",
        "rel_rect",
        "right",
        "roi_area",
        "room",
        "rtmp_address",
        "selected_device_list",
        "spot_image_id",
        "spot_pic_id",
        "top",
        "total_count",
        "track_id",
        "unknown_id",
        "user_id",
        "video_data",
        "video_id",
        "video_shape",
    }
)

# Fields about a person in the box's own pages. The keys stay, never the values.
_ENROLLMENT_FIELDS = frozenset(
    {
        "Interviewee",
        "comeFrom",
        "department",
        "descriptor",
        "email",
        "employee_number",
        "endTime",
        "end_time",
        "entryTime",
        "entry_time",
        "idNumber",
        "id_card",
        "interviewee",
        "jobNumber",
        "message",
        "mobile",
        "purpose",
        "startTime",
        "start_time",
        "title",
        "visit_card_number",
        "visitor_company",
        "welcome_message",
    }
)

FIELDS = (
    NUMBERS
    | MEASUREMENTS
    | CODES
    | WORDS.keys()
    | PICTURES
    | FEATURES
    | OBJECTS
    | _OTHER_FIELDS
    | _ENROLLMENT_FIELDS
)

_VERSION = re.compile(r"[\w.+-]{1,40}", re.ASCII)


def may_stay(field: str, value: str | float) -> bool:
    """Return whether a field's value reveals nothing about anyone."""
    number = _as_number(value)
    if number is not None and (
        field in NUMBERS
        or (field in MEASUREMENTS and abs(number) < 10_000 and len(str(value)) <= 24)
        or (field in CODES and abs(number) < 100 and len(str(value)) <= 4)
    ):
        return True
    return isinstance(value, str) and value.strip().lower() in WORDS.get(field, ())


def plain_version(version: str | None) -> str | None:
    """Return a version of software, None if it may be something else."""
    return version if version and _VERSION.fullmatch(version) else None


def _as_number(value: str | float) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None
