"""Dialect 1.x: nested events and REST verbs (docs/protocol.md §1-§5)."""

from emulator.dialect import Dialect
from emulator.subscription import FrameKeys

from .devices import DEVICE_ROUTES, status_report
from .errors import error_body
from .fiqa import FIQA_ROUTES
from .groups import GROUP_ROUTES
from .live import live_message
from .people import PEOPLE_ROUTES
from .permissions import PERMISSION_ROUTES
from .recognize import MATCH_ROUTES
from .records import HISTORY_PATH, HISTORY_ROUTES
from .system import CONFIGURATION_ROUTES, SYSTEM_ROUTES
from .upload import UPLOAD_ROUTES, upload_message

NESTED = Dialect(
    name="nested",
    face_routes={
        **DEVICE_ROUTES,
        **HISTORY_ROUTES,
        **CONFIGURATION_ROUTES,
        **UPLOAD_ROUTES,
        **GROUP_ROUTES,
        **PEOPLE_ROUTES,
        **PERMISSION_ROUTES,
        **FIQA_ROUTES,
        **MATCH_ROUTES,
    },
    system_routes=SYSTEM_ROUTES,
    history_path=HISTORY_PATH,
    frame_keys=FrameKeys("need_face", "need_register", "event_list"),
    pictures="plain",
    requires_json=False,
    sends_scene=True,
    live_message=live_message,
    upload_message=upload_message,
    error=error_body,
    broadcast=None,
    status_report=status_report,
)
