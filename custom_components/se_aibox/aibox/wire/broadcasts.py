"""Broadcasts of flat boxes (PROTOCOL §2)."""

from ..exceptions import UnreadableError
from .fields import load_object

_PREVIEW = frozenset(
    {"last_set_name", "preview_device_list", "preview_mode", "selected_device_list"}
)


def concerns_capture_devices(frame: bytes) -> bool:
    """Return whether capture devices may have changed: always, unless only the preview's layout certainly did.

    What a broadcast says about them is not looked at: the box's own list tells, and is asked.
    """
    try:
        message = load_object(frame)
    except UnreadableError:
        return True
    return bool(message.get("modify_media_device")) or _PREVIEW.isdisjoint(message)
