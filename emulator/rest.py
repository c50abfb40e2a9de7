"""The REST API in the box's dialect (docs/protocol.md §2-§7)."""

import asyncio
from collections.abc import Awaitable

from aiohttp import web
import orjson

from .dialect import Answer, Call, Dialect, EmptyPicture, Handler, StreamedJson
from .errors import ApiError
from .http_faults import BoxResponse, Connections, date, turned_away
from .model import JsonObject, JsonValue, Request
from .pictures import Drawing
from .recognition import Recognizer
from .state import BoxState
from .wire_text import encode


class RestServer:
    """The REST API of one port."""

    def __init__(
        self,
        state: BoxState,
        dialect: Dialect,
        recognize: Recognizer,
        *,
        is_face: bool,
    ) -> None:
        """Create the application API (`is_face`) or the system API."""
        self._state = state
        self._dialect = dialect
        self._recognize = recognize
        routes = dialect.face_routes if is_face else dialect.system_routes
        self._routes = routes
        self._paths = {path for _, path in routes}
        self._is_face = is_face
        self._connections = Connections(state)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Record a request and answer it after the delay."""
        if self._connections.resets(request):
            return BoxResponse()
        content = await request.read()
        self._state.requests.append(
            Request(request.method, request.path, dict(request.query), _parsed(content))
        )
        delay = self._state.delays.get(request.path, self._state.delay)
        if delay:
            await asyncio.sleep(delay)
        raw = self._state.raw_answers.get(request.path)
        if raw is not None and request.transport is not None:
            request.transport.write(raw)
            request.transport.close()
            return BoxResponse()
        response = turned_away(self._state, request) or await self._respond(
            request, content
        )
        date(self._state, response)
        self._connections.finish(response)
        return response

    async def _respond(self, request: web.BaseRequest, content: bytes) -> BoxResponse:
        canned = self._state.answer_instead.get(
            request.path
        ) or self._state.answer_instead.get("*")
        if canned is not None:
            headers = {"Content-Type": canned.content_type, **canned.headers}
            return BoxResponse(status=canned.status, body=canned.body, headers=headers)
        handler, tail = self._find(request)
        if handler is None:
            status = 405 if self._find_pattern(request.path) is not None else 404
            return BoxResponse(
                status=status,
                text=f"<html><title>{status}</title></html>",
                content_type="text/html",
            )
        try:
            self._check_request(request, content)
            call = Call(request.query, self._body(content), tail, self._recognize)
            answer = handler(self._state, call)
            if isinstance(answer, Awaitable):
                answer = await answer
            return await self._to_response(answer)
        except ApiError as error:
            return self._error_response(error)

    def _find_pattern(self, path: str) -> str | None:
        """Return the route of a path, None without one."""
        if path in self._paths:
            return path
        general = path.rpartition("/")[0] + "/*"
        return general if general in self._paths else None

    def _find(self, request: web.BaseRequest) -> tuple[Handler | None, str]:
        pattern = self._find_pattern(request.path)
        handler = (
            None if pattern is None else self._routes.get((request.method, pattern))
        )
        return handler, request.path.rpartition("/")[2]

    def _check_request(self, request: web.BaseRequest, content: bytes) -> None:
        """Raise ApiError if the box refuses the request unread."""
        if self._is_face and self._state.initializing:
            raise ApiError(
                "DEVICE_INIT_ERROR", "the device is starting, try again later"
            )
        if not self._dialect.requires_json or request.method != "POST":
            return
        # The vendor's examples of system calls have no body and no content type.
        if (content or self._is_face) and request.content_type != "application/json":
            self._state.report(f"{request.path}: content type {request.content_type}")
            raise ApiError("UNSUPPORT_CONTENT_TYPE", request.content_type)

    def _body(self, content: bytes) -> JsonObject:
        if not content:
            return {}
        body = _parsed(content)
        if isinstance(body, dict):
            return body
        self._state.report(f"request body is not a JSON object: {content[:80]!r}")
        raise ApiError("INVALID_REQUEST_JSON")

    async def _to_response(self, answer: Answer) -> BoxResponse:
        match answer:
            case Drawing():
                painted = await self._state.studio.paint(answer)
                return BoxResponse(body=painted.jpeg, content_type="image/jpeg")
            case StreamedJson():
                return BoxResponse(body=answer.pieces, content_type="application/json")
            case EmptyPicture():
                return BoxResponse(body=b"", content_type="image/jpeg")
            case _:
                return BoxResponse(
                    body=encode(answer, self._state.variant),
                    content_type="application/json",
                )

    def _error_response(self, error: ApiError) -> BoxResponse:
        if error.code in ("MISSING_ARGUMENTS", "INVALID_ARGUMENTS"):
            self._state.report(f"{error.code}: {error.message}")
        status = 200 if self._state.variant.errors_with_status_200 else error.status
        body = encode(self._dialect.error(error), self._state.variant)
        return BoxResponse(status=status, body=body, content_type="application/json")


def _parsed(content: bytes) -> JsonValue:
    """Return a body as JSON, else as text, None if it is empty."""
    if not content:
        return None
    try:
        value: JsonValue = orjson.loads(content)
    except orjson.JSONDecodeError:
        return content.decode("utf-8", "replace")
    return value
