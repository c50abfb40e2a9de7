"""The faults of a box's web servers below the answers."""

import asyncio
from typing import override

from aiohttp import web

from .port import abort
from .state import BoxState


class _OwnHeaders(web.StreamResponse):
    """A response whose headers the HTTP library must not complete."""

    is_undated = False
    # Closes the connection after a response that promises to keep it.
    hangs_up = False
    connection = ""

    @override
    async def _prepare_headers(self) -> None:
        await super()._prepare_headers()
        if self.is_undated:
            self.headers.popall("Date", None)
        if self.connection:
            self.headers["Connection"] = self.connection
        if self.hangs_up:
            self._keep_alive = False


class BoxResponse(_OwnHeaders, web.Response):
    """A REST answer."""


class BoxSocket(_OwnHeaders, web.WebSocketResponse):
    """A WebSocket with its handshake."""


def date(state: BoxState, response: BoxResponse | BoxSocket) -> None:
    """Set the `Date` header of the box, which may be missing."""
    text = state.http_date()
    response.is_undated = text is None
    if text is not None:
        response.headers["Date"] = text


def turned_away(state: BoxState, request: web.BaseRequest) -> BoxResponse | None:
    """Return the answer of a web server that does not let the request in."""
    match state.web_server:
        case "https":
            place = f"https://{request.host}{request.path_qs}"
            return BoxResponse(status=301, headers={"Location": place})
        case "login":
            challenge = {"WWW-Authenticate": 'Basic realm="BM1684"'}
            return BoxResponse(status=401, headers=challenge)
        case _:
            return None


class Connections:
    """Ends kept connections as the box's HTTP server does."""

    def __init__(self, state: BoxState) -> None:
        """Create a server without connections."""
        self._state = state
        self._used: set[asyncio.Transport] = set()

    def resets(self, request: web.BaseRequest) -> bool:
        """Reset a connection that was used before, if the box does."""
        connection = request.transport
        if connection is None or self._state.connections != "reset":
            return False
        self._used = {used for used in self._used if not used.is_closing()}
        if connection in self._used:
            abort(connection)
            return True
        self._used.add(connection)
        return False

    def finish(self, response: BoxResponse) -> None:
        """Close the connection after an answer, if the box does."""
        match self._state.connections:
            case "closed":
                response.force_close()
            case "cut":
                response.hangs_up = True
            case _:
                pass
