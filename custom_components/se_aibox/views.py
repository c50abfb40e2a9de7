"""Serves the pictures of recognitions, and exported attendance."""

import asyncio
from http import HTTPStatus
import re

from aiohttp import web

from homeassistant.components.http import (
    KEY_AUTHENTICATED,
    KEY_HASS,
    KEY_HASS_USER,
    HomeAssistantView,
)
from homeassistant.components.http.auth import SIGN_QUERY_PARAM

from .aibox.models import PictureKind
from .const import DOMAIN
from .coordinator import async_box_by_key
from .media.faces import FolderFaces
from .media.ids import MediaId
from .media.items import FACE_URL
from .pictures.response import async_response, refusal
from .pictures.scaling import scaled
from .recognition.events import PICTURE_URL
from .recognition.faces import async_shown_faces
from .site.attendance_files import ATTENDANCE_URL, async_exported_path

_SCALINGS_AT_ONCE = 2
# In pixels.
_WIDTH = re.compile(r"[1-9]\d{0,4}", re.ASCII)


class PictureView(HomeAssistantView):
    """Serves pictures to users, and to who has a path signed for them."""

    # It authenticates by itself.
    requires_auth = False
    url = PICTURE_URL
    name = f"api:{DOMAIN}:picture"

    def __init__(self) -> None:
        """Initialize; large pictures take much memory to scale."""
        self._scaling = asyncio.Semaphore(_SCALINGS_AT_ONCE)

    async def get(
        self, request: web.Request, box_key: str, recognition_id: str, kind: str
    ) -> web.Response:
        """Return the picture, or 404 with a placeholder.

        The query `width` limits the width of the picture.
        """
        hass = request.app[KEY_HASS]
        if not request[KEY_AUTHENTICATED]:
            # A path that an entity shows may outlive its signature.
            if not async_shown_faces(hass).async_is_shown(request):
                raise refusal(request)
        width = request.query.get("width")
        if width is not None and _WIDTH.fullmatch(width) is None:
            return web.Response(status=HTTPStatus.BAD_REQUEST)
        if kind not in PictureKind:
            return web.Response(status=HTTPStatus.NOT_FOUND)
        picture = None
        if (box := async_box_by_key(hass, box_key)) is not None:
            picture = await box.pictures.get_or_wait(recognition_id, PictureKind(kind))
        if picture is not None and width is not None:
            async with self._scaling:
                picture = await hass.async_add_executor_job(scaled, picture, int(width))
        return await async_response(hass, picture)


class FolderFaceView(HomeAssistantView):
    """Serves the thumbnails of media folders to authenticated users."""

    # As above.
    requires_auth = False
    url = FACE_URL
    name = f"api:{DOMAIN}:folder"

    def __init__(self) -> None:
        """Initialize without faces."""
        self._faces = FolderFaces()

    async def get(self, request: web.Request, media_id: str) -> web.Response:
        """Return the newest face in a folder, or 404 with a placeholder."""
        if not request[KEY_AUTHENTICATED]:
            raise refusal(request)
        hass = request.app[KEY_HASS]
        try:
            folder = MediaId.parse(media_id)
        except ValueError:
            return web.Response(status=HTTPStatus.NOT_FOUND)
        return await async_response(hass, await self._faces.async_picture(hass, folder))


class AttendanceView(HomeAssistantView):
    """Serves exported attendance to administrators, and who has a signed path."""

    # As above.
    requires_auth = False
    url = ATTENDANCE_URL
    name = f"api:{DOMAIN}:attendance"

    async def get(self, request: web.Request, name: str) -> web.StreamResponse:
        """Return the file, or 404."""
        if not request[KEY_AUTHENTICATED]:
            raise refusal(request)
        user = request[KEY_HASS_USER]
        # We sign with a user of Home Assistant's own. Everybody else may sign a path
        # for themselves, too.
        is_ours = user.system_generated and SIGN_QUERY_PARAM in request.query
        if not (user.is_admin or is_ours):
            raise web.HTTPForbidden
        hass = request.app[KEY_HASS]
        path = async_exported_path(hass, name)
        if path is None or not await hass.async_add_executor_job(path.is_file):
            return web.Response(status=HTTPStatus.NOT_FOUND)
        return web.FileResponse(
            path,
            headers={
                "Content-Type": "text/csv; charset=utf-8",
                "Content-Disposition": f'attachment; filename="{name}"',
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
            },
        )
