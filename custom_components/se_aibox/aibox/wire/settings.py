"""Requests for configuration values, and their answers (docs/protocol.md §3)."""

from ..models import Dialect
from ..settings import Setting
from .fields import JsonObject, items, mapping, readable, text
from .request import Request

# The names in 1.x and in 2.0.
_NAMES = {
    Setting.PASS_MODE: ("PASSMODE", "GATE_PASS_MODE"),
    Setting.DEVICE_MONITOR_URL: ("DEVICE_MONITOR_ADDR", "MEDIA_DEVICE_MONITOR_URL"),
    Setting.HISTORY_UPLOAD_URL: (
        "HISTORY_UPLOAD_EVENT_URL",
        "HISTORY_EVENT_UPLOAD_URL",
    ),
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
