"""Answers requests for pictures."""

from http import HTTPStatus

from aiohttp import hdrs, web

from homeassistant.core import HomeAssistant

from .picture import Picture
from .placeholder import async_placeholder


async def async_response(hass: HomeAssistant, picture: Picture | None) -> web.Response:
    """Return a picture, or 404 with a placeholder."""
    # Browsers also draw the body of a 404.
    shown = picture or await async_placeholder(hass)
    return web.Response(
        status=HTTPStatus.NOT_FOUND if picture is None else HTTPStatus.OK,
        body=shown.content,
        content_type=shown.content_type,
        headers={
            # The user may forbid the picture at any time, and a missing one may arrive
            # later.
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def refusal(request: web.Request) -> web.HTTPException:
    """Return the error for a request that may not see the picture."""
    if hdrs.AUTHORIZATION in request.headers:
        # A failed login: Home Assistant may ban the address.
        return web.HTTPUnauthorized()
    # The signature of a page that is still open may be from before a restart. That is
    # no login.
    return web.HTTPForbidden()
