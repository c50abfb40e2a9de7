"""Serves the pictures of recognitions."""

from http import HTTPStatus

from aiohttp import web

from homeassistant.components.http import KEY_HASS, HomeAssistantView

from .aibox.models import PictureKind
from .const import DOMAIN
from .coordinator import async_loaded_box
from .pictures.placeholder import async_placeholder
from .recognition.events import PICTURE_URL


class PictureView(HomeAssistantView):
    """Serves pictures to authenticated users."""

    url = PICTURE_URL
    name = f"api:{DOMAIN}:picture"

    async def get(
        self, request: web.Request, entry_id: str, recognition_id: str, kind: str
    ) -> web.Response:
        """Return the picture, or 404 with a placeholder."""
        # Home Assistant's media browser also draws the body of a 404.
        hass = request.app[KEY_HASS]
        box = async_loaded_box(hass, entry_id)
        if box is None or kind not in PictureKind:
            return web.Response(status=HTTPStatus.NOT_FOUND)
        picture = await box.pictures.get(recognition_id, PictureKind(kind))
        if picture is None:
            # Perhaps the box is only disconnected for a moment.
            status, caching = HTTPStatus.NOT_FOUND, "no-store"
            picture = await async_placeholder(hass)
        else:
            status, caching = HTTPStatus.OK, "private, max-age=86400"
        return web.Response(
            status=status,
            body=picture.content,
            content_type=picture.content_type,
            headers={"Cache-Control": caching, "X-Content-Type-Options": "nosniff"},
        )
