"""Requests for configuration values, and their answers (docs/protocol.md §3)."""

from ..models import Dialect
from ..settings import Setting
from .fields import JsonObject, items, mapping, readable, text
from .request import Request

# The names in 1.x and in 2.0.
_NAMES = {
    Setting.PASS_MODE: ("PASSMODE", "GATE_PASS_MODE"),
    Setting.DEVICE_MONITOR_URL: ("WEB_HEART_URL", "MEDIA_DEVICE_MONITOR_URL"),
    Setting.DEVICE_MONITOR_PERIOD: (
        "WEB_HEART_TIME",
        # The vendor's spelling.
        "MEDIA_DEVICE_MONITOR_REPORT_PEROID",
    ),
    Setting.HISTORY_UPLOAD_URL: (
        "HISTORY_UPLOAD_EVENT_URL",
        "HISTORY_EVENT_UPLOAD_URL",
    ),
    Setting.APPLY_MODE: ("APPLY_MODE", "GATE_APPLY_MODE"),
    Setting.USAGE: ("BOX_USAGE", "GATE_BOX_USAGE"),
    Setting.ARMED_TIME_1: ("REG_TIME_PART1", "REGN_TIME_PART1"),
    Setting.ARMED_TIME_1_ON: ("REG_TIME_PART1_SWITCH", "REGN_TIME_PART1_SWITCH"),
    Setting.ARMED_TIME_2: ("REG_TIME_PART2", "REGN_TIME_PART2"),
    Setting.ARMED_TIME_2_ON: ("REG_TIME_PART2_SWITCH", "REGN_TIME_PART2_SWITCH"),
    Setting.PICTURE_PLACE: ("EVENT_IMAGE_PATH", "GATE_EVENT_IMAGE_PATH"),
    Setting.ATTRIBUTES: ("ATTRIBUTE_DETECT", "ALG_ATTRIBUTE_DETECT"),
}
_MOST_NAMES = 1000


def setting_name(dialect: Dialect, setting: Setting) -> str:
    """Return a setting's name on the box."""
    nested, flat = _NAMES[setting]
    return flat if dialect is Dialect.FLAT else nested


def change_request(dialect: Dialect, setting: Setting, value: str) -> Request:
    """Return the request to change one setting."""
    body: JsonObject = {"config_dict": {setting_name(dialect, setting): value}}
    if dialect is Dialect.FLAT:
        return Request("POST", "/sophon/v2/face/setconfigs", body=body)
    return Request("PUT", "/SophonConfig/api/Configs", body=body)


def read_setting(dialect: Dialect, answer: JsonObject, setting: Setting) -> str | None:
    """Return the value of a setting as text, None without one."""
    values = answer if dialect is Dialect.FLAT else mapping(answer, "data")
    name = setting_name(dialect, setting)
    value = values.get(name)
    return str(value).lower() if isinstance(value, bool) else text(values, name)


def is_refused(dialect: Dialect, answer: JsonObject, setting: Setting) -> bool:
    """Return whether the box reports that it did not change a setting.

    2.0 answers such a request with an error.
    """
    if dialect is Dialect.FLAT:
        return False
    data = readable(lambda: mapping(answer, "data")) or {}
    failed = readable(lambda: items(data, "failed_configs", most=_MOST_NAMES)) or ()
    return setting_name(dialect, setting) in failed
