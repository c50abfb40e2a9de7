"""The configuration values of a box (docs/protocol.md §3)."""

from enum import StrEnum

from .models import PassMode


class Setting(StrEnum):
    """A documented configuration value, by its name in this client."""

    PASS_MODE = "pass_mode"
    # Where the box pushes the status of its capture devices to.
    DEVICE_MONITOR_URL = "device_monitor_url"
    # How often, in seconds.
    DEVICE_MONITOR_PERIOD = "device_monitor_period"
    # Where the box uploads its history to.
    HISTORY_UPLOAD_URL = "history_upload_url"
    # How the box works.
    APPLY_MODE = "apply_mode"
    USAGE = "usage"
    ARMED_TIME_1 = "armed_time_1"
    ARMED_TIME_1_ON = "armed_time_1_on"
    ARMED_TIME_2 = "armed_time_2"
    ARMED_TIME_2_ON = "armed_time_2_on"
    PICTURE_PLACE = "picture_place"
    ATTRIBUTES = "attributes"


# No other setting is ever changed: some restart the box or empty its database.
WRITABLE = frozenset(
    {Setting.PASS_MODE, Setting.DEVICE_MONITOR_URL, Setting.HISTORY_UPLOAD_URL}
)

PASS_MODE_VALUES = {
    PassMode.NORMAL: "normal",
    PassMode.EVERYONE: "allpass",
    PassMode.NOBODY: "allforbidden",
}
