"""One HTTP exchange with a box."""

import os
import socket

from aiohttp import (
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientError,
    ClientHandlerType,
    ClientPayloadError,
    ClientRequest,
    ClientResponse,
    ClientResponseError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    ServerDisconnectedError,
    WSServerHandshakeError,
)
from aiohttp.hdrs import CONNECTION
from yarl import URL

from .exceptions import (
    AiBoxConnectionError,
    AiBoxError,
    AiBoxLoginError,
    AiBoxNotFoundError,
    AiBoxProtocolError,
    AiBoxRedirectError,
    AiBoxTimeoutError,
)
from .models import Ports
from .wire.dropped import TextDropper
from .wire.errors import raise_for_error
from .wire.fields import JsonObject, is_object, load_object
from .wire.request import Request

_TIMEOUT = ClientTimeout(total=10, sock_connect=5)
_CHUNK = 64 * 1024
# Methods of changes that aiohttp would repeat.
_REPEATED = frozenset({"PUT", "DELETE"})
# Unauthorized, forbidden, and unauthorized by a proxy.
_NO_ACCESS = frozenset({401, 403, 407})
# A box may close a kept connection at any time. The next request would fail, and nobody
# would know whether the box received it.
_HEADERS = {CONNECTION: "close"}


async def refuse_redirects(
    request: ClientRequest, handler: ClientHandlerType
) -> ClientResponse:
    """Raise an error for a redirect: the box's network is not trusted.

    This is a middleware of the session, because a WebSocket handshake has no option to
    refuse redirects.
    """
    response = await handler(request)
    if 300 <= response.status < 400:
        response.close()
        raise AiBoxRedirectError("the box answered with a redirect")
    return response


async def refuse_repeats(
    request: ClientRequest, handler: ClientHandlerType
) -> ClientResponse:
    """Raise an error for a broken connection, so that no change is made twice.

    Otherwise, aiohttp would repeat a PUT or a DELETE.
    """
    try:
        return await handler(request)
    except TimeoutError:
        raise
    except (ClientError, OSError) as error:
        raise connection_error(error) from error


def connection_error(error: Exception) -> AiBoxConnectionError:
    """Return the error for one of aiohttp or the network."""
    was_connected = not isinstance(
        error, ClientConnectorError | ConnectionTimeoutError | UnicodeError
    )
    if isinstance(error, TimeoutError):
        return AiBoxTimeoutError(
            "the box did not answer in time", was_connected=was_connected
        )
    return AiBoxConnectionError(reason_of(error), was_connected=was_connected)


def reason_of(error: Exception) -> str:
    """Return in words why a connection failed."""
    match error:
        case ClientConnectorDNSError() | socket.gaierror() | UnicodeError():
            # UnicodeError: a host name that no resolver can encode.
            return "the host name cannot be resolved"
        case ServerDisconnectedError() | ClientPayloadError():
            return "the connection was closed"
        case WSServerHandshakeError():
            return f"HTTP {error.status} instead of a WebSocket"
        case ClientResponseError():
            return "the answer is not HTTP"
        case OSError(errno=int(number)) if number > 0:
            return os.strerror(number)
        case _:
            return "the connection failed"


def box_url(scheme: str, host: str, port: int, path: str = "/") -> URL:
    """Return a URL on the box; `path` is percent-encoded."""
    try:
        url = URL.build(scheme=scheme, host=host).with_port(port)
    except ValueError as error:
        raise AiBoxConnectionError(
            "the host or port is not valid", was_connected=False
        ) from error
    return url.with_path(path, encoded=True)


async def fetch_bytes(
    session: ClientSession, host: str, ports: Ports, request: Request
) -> bytes:
    """Return the body of an answer.

    Raises `AiBoxConnectionError`, `AiBoxTimeoutError`, `AiBoxNotFoundError` or
    `AiBoxProtocolError`.
    """
    _, body = await _exchange(session, host, ports, request)
    return body


async def fetch_date(
    session: ClientSession, host: str, ports: Ports, request: Request
) -> str | None:
    """Return the `Date` header; raises what `fetch_bytes` raises."""
    response, _ = await _exchange(session, host, ports, request)
    return response.headers.get("Date")


async def _exchange(
    session: ClientSession, host: str, ports: Ports, request: Request
) -> tuple[ClientResponse, bytes]:
    port = ports.system if request.port == "system" else ports.rest
    url = box_url("http", host, port, request.path).with_query(request.query)
    try:
        async with session.request(
            request.method,
            url,
            json=request.body,
            headers=_HEADERS,
            allow_redirects=False,
            timeout=_timeout(request),
            middlewares=(refuse_redirects, refuse_repeats)
            if request.method in _REPEATED
            else None,
        ) as response:
            body = await _read(response, request)
    except AiBoxError:
        raise
    # TimeoutError is an OSError.
    except (ClientError, OSError, UnicodeError) as error:
        raise connection_error(error) from error
    if response.status in (404, 405):
        raise AiBoxNotFoundError(
            f"the box has nothing below {request.path.rpartition('/')[0]}"
        )
    if response.status in _NO_ACCESS and b'"error"' not in body:
        raise AiBoxLoginError(f"HTTP {response.status}: a login is required")
    if response.status >= 300 and not is_object(body):
        raise AiBoxProtocolError(f"the box answered with HTTP {response.status}")
    return response, body


def _timeout(request: Request) -> ClientTimeout:
    if request.seconds is None:
        return _TIMEOUT
    return ClientTimeout(total=request.seconds, sock_connect=_TIMEOUT.sock_connect)


async def _read(response: ClientResponse, request: Request) -> bytes:
    body = bytearray()
    size = 0
    dropper = None if request.dropped is None else TextDropper(request.dropped)
    async for chunk in response.content.iter_chunked(_CHUNK):
        size += len(chunk)
        if size > request.largest_answer:
            raise AiBoxProtocolError("the answer is too large")
        body += chunk if dropper is None else dropper.feed(chunk)
    if dropper is not None:
        body += dropper.rest()
    return bytes(body)


async def fetch_picture(
    session: ClientSession, host: str, ports: Ports, request: Request
) -> bytes:
    """Return a picture; some firmware sends an empty one if it has none.

    Raises what `fetch_object` raises: instead of the picture, a box sends its error as
    JSON.
    """
    content = await fetch_bytes(session, host, ports, request)
    if is_object(content):
        raise_for_error(load_object(content))
        raise AiBoxProtocolError("the answer is not a picture")
    return content


async def fetch_object(
    session: ClientSession, host: str, ports: Ports, request: Request
) -> JsonObject:
    """Return the JSON object in an answer.

    Raises what `fetch_bytes` raises, `AiBoxBusyError` while the box starts, and
    `AiBoxRefusedError` for an error of the box.
    """
    answer = load_object(await fetch_bytes(session, host, ports, request))
    raise_for_error(answer)
    return answer
