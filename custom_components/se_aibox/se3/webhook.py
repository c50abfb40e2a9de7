"""Where an SE3 pushes to: a webhook on Home Assistant's internal address, open to the box alone."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from ipaddress import ip_address
import socket

from aiohttp.hdrs import CONTENT_ENCODING
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web import (
    FileField,
    HTTPRequestEntityTooLarge,
    Request,
    RequestPayloadError,
    Response,
)
from yarl import URL

from homeassistant.components import webhook
from homeassistant.components.network import async_get_source_ip
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval

from ..aibox.exceptions import UnreadableError
from ..aibox.pushes import PushFields, read_push_body
from ..aibox.se3 import Se3Client
from ..const import DOMAIN, LOGGER

LARGEST_BODY = 32 * 1024 * 1024
_SECONDS_TO_SEND = 10
_RESOLVE_INTERVAL = timedelta(minutes=1)
# Each may take a few times the largest body; a box pushes one after the other.
_MOST_AT_ONCE = 4
_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


class NoPushUrl(Exception):
    """Why there is no address for a box to push to; `key` says it in words."""

    def __init__(self, key: str) -> None:
        """Keep the translation key."""
        super().__init__(key)
        self.key = key


async def async_push_url(hass: HomeAssistant, webhook_id: str, host: str) -> str:
    """Return the URL that a box can push to; raises `NoPushUrl`.

    On the internal address: the external one is no business of the box. By IP where possible: a box may not
    resolve names of the local network. Without https: a box cannot check a certificate for a local address.
    """
    api, internal = hass.config.api, URL(hass.config.internal_url or "")
    plain = internal.scheme == "http"
    if plain and is_address(internal.host or ""):
        base = internal
    elif api is not None and not api.use_ssl:
        address = await _async_own_address(hass, host)
        base = URL.build(scheme="http", host=address, port=api.port)
    elif plain:
        base = internal
    else:
        raise NoPushUrl("https_only" if api is not None else "no_internal_url")
    return str(base.with_path(webhook.async_generate_path(webhook_id)))


def is_address(host: str) -> bool:
    """Return whether a host is an IP address, not a name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


async def _async_addresses(hass: HomeAssistant, host: str) -> frozenset[str]:
    """Return the addresses of a host, none where it cannot be resolved."""
    try:
        found = await hass.loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError, UnicodeError:
        return frozenset()
    return frozenset(_plain_address(str(entry[4][0])) for entry in found)


async def _async_own_address(hass: HomeAssistant, host: str) -> str:
    """Return the address that Home Assistant has in a host's network."""
    if addresses := await _async_addresses(hass, host):
        return await async_get_source_ip(hass, min(addresses, key=_is_ipv6))
    return await async_get_source_ip(hass)


def _is_ipv6(address: str) -> bool:
    return ":" in address


def _plain_address(text: str) -> str:
    """Return an address in one spelling; a socket for both protocols shows IPv4 as IPv6."""
    address = ip_address(text)
    return str(getattr(address, "ipv4_mapped", None) or address)


class PushReceiver:
    """Takes a box's pushes: from its address only, answered before anything is made of them."""

    def __init__(
        self, client: Se3Client, name: str, pushed: Callable[[], None]
    ) -> None:
        """Take whom to tell; `pushed` is called with each recognition."""
        self._client = client
        self._pushed = pushed
        self._name = name
        self._addresses: frozenset[str] = frozenset()
        self._complained = False
        self._reading = asyncio.Semaphore(_MOST_AT_ONCE)

    async def async_resolve(self, hass: HomeAssistant, host: str) -> None:
        """Find out the box's address; an unknown one lets nobody in."""
        self._addresses = await _async_addresses(hass, host) or self._addresses

    @callback
    def async_follow(self, hass: HomeAssistant, host: str) -> CALLBACK_TYPE:
        """Look every minute where a box is that is known by name; return how to stop."""

        async def _resolve(_: datetime) -> None:
            await self.async_resolve(hass, host)

        return async_track_time_interval(hass, _resolve, _RESOLVE_INTERVAL)

    @callback
    def async_register(self, hass: HomeAssistant, webhook_id: str) -> None:
        """Open the webhook."""
        webhook.async_register(
            hass,
            DOMAIN,
            self._name,
            webhook_id,
            self._async_handle,
            local_only=True,
            allowed_methods=("POST",),
        )

    async def _async_handle(
        self, hass: HomeAssistant, webhook_id: str, request: Request
    ) -> Response:
        # Home Assistant also hands on what came through its own WebSocket, which no box uses.
        if not isinstance(request, Request) or not self._is_box(request.remote):
            return self._refuse_stranger()
        try:
            async with asyncio.timeout(_SECONDS_TO_SEND), self._reading:
                live = self._client.read(await _async_read(request))
        except HTTPRequestEntityTooLarge:
            return self._refuse(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "push is too large"
            )
        except TimeoutError:
            return self._refuse(HTTPStatus.REQUEST_TIMEOUT, "push is too slow")
        except RequestPayloadError:
            return self._refuse(HTTPStatus.BAD_REQUEST, "push is garbled")
        except UnreadableError as error:
            return self._refuse(HTTPStatus.BAD_REQUEST, error.kind)
        if self._client.overrun:
            return Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
        response = Response()
        # The box waits half a second at most, so it has its answer before anybody works.
        try:
            await response.prepare(request)
            await response.write_eof()
        finally:
            # Also if it hung up meanwhile, which cancels this.
            self._client.receive(live)
            self._pushed()
        return response

    def _is_box(self, remote: str | None) -> bool:
        return (
            remote is not None
            and is_address(remote)
            and _plain_address(remote) in self._addresses
        )

    def _refuse_stranger(self) -> Response:
        if not self._complained:
            LOGGER.warning(
                "Somebody other than %s pushed to its webhook; all such pushes are refused",
                self._name,
            )
        self._complained = True
        return Response(status=HTTPStatus.FORBIDDEN)

    def _refuse(self, status: HTTPStatus, kind: str) -> Response:
        self._client.skip(kind)
        return Response(status=status)


async def _async_read(request: Request) -> PushFields:
    """Return the fields of a push, from JSON or a form."""
    if (request.content_length or 0) > LARGEST_BODY:
        raise HTTPRequestEntityTooLarge(LARGEST_BODY)
    if CONTENT_ENCODING in request.headers:
        # No box packs what it pushes, and unpacking it takes many times the memory.
        raise UnreadableError("push is packed")
    # Home Assistant's own limit is half of what pictures may need.
    request = request.clone(client_max_size=LARGEST_BODY)
    if request.content_type not in _FORMS:
        return read_push_body(await request.read())
    try:
        return _fields(await request.post())
    # What aiohttp says of parts, encodings and charsets that it cannot read.
    except (ValueError, LookupError, RuntimeError, HttpProcessingError) as error:
        raise UnreadableError("not a form") from error


def _fields(form: Mapping[str, object]) -> PushFields:
    """Return the texts of a form; raises `ValueError` for one of which its charset made no Unicode."""
    fields: dict[str, str] = {}
    for name, value in form.items():
        if isinstance(value, FileField):
            value.file.close()
        elif isinstance(value, str):
            if not value.isascii():
                value.encode()
            fields[name] = value
    return fields
