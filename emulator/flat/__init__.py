"""Dialect 2.0: flat events and POST calls (docs/protocol.md §1-§5)."""

from emulator.dialect import Dialect
from emulator.subscription import FrameKeys

from .devices import DEVICE_ROUTES, broadcast, status_report
from .errors import error_body
from .faces import FACE_ROUTES
from .live import live_message
from .people import PEOPLE_ROUTES
from .permissions import PERMISSION_ROUTES
from .recognize import MATCH_ROUTES
from .records import HISTORY_PATH, HISTORY_ROUTES
from .system import CONFIGURATION_ROUTES, SYSTEM_ROUTES
from .upload import upload_message

FLAT = Dialect(
    name="flat",
    face_routes={
        **DEVICE_ROUTES,
        **HISTORY_ROUTES,
        **CONFIGURATION_ROUTES,
        **PEOPLE_ROUTES,
        **FACE_ROUTES,
        **PERMISSION_ROUTES,
        **MATCH_ROUTES,
    },
    system_routes=SYSTEM_ROUTES,
    history_path=HISTORY_PATH,
    frame_keys=FrameKeys("with_face_image", "with_register_image", "media_device_ids"),
    pictures="data_uri",
    requires_json=True,
    sends_scene=False,
    live_message=live_message,
    upload_message=upload_message,
    error=error_body,
    broadcast=broadcast,
    status_report=status_report,
)
