"""The web port of a box, which may also serve the REST API."""

from aiohttp import web

from .http_faults import BoxResponse
from .rest import RestServer
from .state import BoxState

_PAGE = "<html><title>SE AI</title><div id=app></div></html>"


class WebServer:
    """The page for the user; it answers every path."""

    def __init__(self, state: BoxState, rest: RestServer) -> None:
        """Create the server; `rest` answers if the firmware has it here."""
        self._state = state
        self._rest = rest

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Record the path and answer."""
        self._state.web_requests.append(request.path)
        if self._state.variant.web_port == "rest":
            return await self._rest.handle(request)
        return BoxResponse(text=_PAGE, content_type="text/html")
