"""Shows the enrolled photos of people that a flow found."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from secrets import token_urlsafe

from aiohttp import web

from homeassistant.components.http import KEY_AUTHENTICATED, KEY_HASS, HomeAssistantView
from homeassistant.components.http.auth import async_sign_path
from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from ..aibox.exceptions import AiBoxError
from ..const import DOMAIN, LOGGER
from ..coordinator import async_loaded_box
from ..pictures.picture import Picture, read_picture
from ..pictures.response import async_response, refusal
from ..pictures.scaling import scaled
from .search import EnrolledPhoto, may_show_photos

_URL = f"/api/{DOMAIN}/found_photo/{{search_id}}/{{number}}"
# By search, then by the number of the photo as a text.
_SHOWN: HassKey[dict[str, dict[str, EnrolledPhoto]]] = HassKey(f"{DOMAIN}_found_photos")
# As long as a dialog may stay open.
_VALIDITY = timedelta(minutes=15)
_WIDTH = 96
_AT_ONCE = 2


class FoundPhotos:
    """The photos of one search; no others can be requested."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Start without photos."""
        self._hass = hass
        self._search_id: str | None = None

    @callback
    def async_show(self, photos: Sequence[EnrolledPhoto]) -> list[str]:
        """Show these photos only; return a signed path of each."""
        self.async_clear()
        # Under the same path, a browser would show the photos of the previous search.
        self._search_id = token_urlsafe()
        shown = {str(number): photo for number, photo in enumerate(photos)}
        self._hass.data.setdefault(_SHOWN, {})[self._search_id] = shown
        return [
            async_sign_path(
                self._hass,
                _URL.format(search_id=self._search_id, number=number),
                _VALIDITY,
                use_content_user=True,
            )
            for number in shown
        ]

    @callback
    def async_clear(self) -> None:
        """Stop showing photos."""
        if self._search_id is not None:
            del self._hass.data[_SHOWN][self._search_id]
            self._search_id = None


class FoundPhotoView(HomeAssistantView):
    """Serves the photos of open searches."""

    url = _URL
    name = f"api:{DOMAIN}:found_photo"
    # It authenticates by itself.
    requires_auth = False

    def __init__(self) -> None:
        """Initialize; the limit spares the boxes and the memory."""
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def get(
        self, request: web.Request, search_id: str, number: str
    ) -> web.Response:
        """Return a small photo, or 404 with a placeholder."""
        if not request[KEY_AUTHENTICATED]:
            raise refusal(request)
        hass = request.app[KEY_HASS]
        photo = hass.data.get(_SHOWN, {}).get(search_id, {}).get(number)
        async with self._turn:
            picture = await _async_read(hass, photo) if photo else None
        return await async_response(hass, picture)


async def _async_read(hass: HomeAssistant, photo: EnrolledPhoto) -> Picture | None:
    """Return a photo from its box, if it may leave it."""
    box = async_loaded_box(hass, photo.entry_id)
    if box is None or not may_show_photos(box):
        return None
    try:
        content = await box.client.rest.enrolled_photo(photo.photo_id)
    except AiBoxError as error:
        LOGGER.debug("Cannot fetch an enrolled photo: %s", error.kind)
        return None
    picture = read_picture(content) if content else None
    # The user may have forbidden it meanwhile.
    if picture is None or not may_show_photos(box):
        return None
    return await hass.async_add_executor_job(scaled, picture, _WIDTH)
