"""The webhooks that boxes push to."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Protocol

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
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util.hass_dict import HassKey

from ..aibox.exceptions import UnreadableError
from ..aibox.pushes import PushFields, read_push_body
from ..box.issues import Fault, Symptom, async_box_issues
from ..box.network import async_addresses, is_address, plain_address, source_address
from ..const import CONF_PUSH_ADDRESSES, DOMAIN, LOGGER
from ..text import in_both

_LARGEST_BODY = 32 * 1024 * 1024
_SECONDS_TO_SEND = 10
_RESOLVE_INTERVAL = timedelta(minutes=1)
# Each may need several times its size in memory; a box sends one at a time.
_MOST_AT_ONCE = 4
# Anyone who knows the webhook's id may push, from any number of addresses.
_MOST_REFUSALS_LOGGED = 8
_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


# By webhook id. A webhook outlives the receivers of its entry.
_RECEIVERS: HassKey[dict[str, PushReceiver | None]] = HassKey(f"{DOMAIN}_receivers")


class NoPushUrlError(Exception):
    """No URL to push to; `key` is the translation key."""

    def __init__(self, key: str) -> None:
        """Store the translation key."""
        super().__init__(key)
        self.key = key


async def async_push_url(hass: HomeAssistant, webhook_id: str, host: str) -> str:
    """Return the URL that a box can push to; raises `NoPushUrlError`."""
    # The address on the route to the box: it need not know any other one, nor resolve
    # names of the local network. Without https: a box cannot check a certificate for a
    # local address.
    api, internal = hass.config.api, URL(hass.config.internal_url or "")
    plain = internal.scheme == "http"
    facing = None if api is None else await _async_facing_address(hass, host)
    if api is not None and facing is not None and not api.use_ssl:
        base = URL.build(scheme="http", host=facing, port=api.port)
    elif plain:
        base = internal
    else:
        raise NoPushUrlError("https_only" if api is not None else "no_internal_url")
    return str(base.with_path(webhook.async_generate_path(webhook_id)))


async def _async_facing_address(hass: HomeAssistant, host: str) -> str | None:
    """Return Home Assistant's address on the route to a host."""
    # In a container with a network of its own, that address is not reachable. Home
    # Assistant has an issue about that.
    if ir.async_get(hass).async_get_issue("network", "docker_host_network"):
        return None
    if not (addresses := await async_addresses(hass, host)):
        return await async_get_source_ip(hass)
    return source_address(min(addresses, key=_is_ipv6))


def _is_ipv6(address: str) -> bool:
    return ":" in address


@callback
def async_open_webhook(hass: HomeAssistant, name: str, webhook_id: str) -> None:
    """Register a webhook, unless it is registered.

    Without a receiver, it answers 503, so that the box pushes again. To an unknown
    webhook, Home Assistant answers 200.
    """
    receivers = hass.data.setdefault(_RECEIVERS, {})
    if webhook_id in receivers:
        return
    receivers[webhook_id] = None

    async def _handle(_: HomeAssistant, __: str, request: Request) -> Response:
        if (receiver := receivers[webhook_id]) is None:
            return Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
        return await receiver.async_handle(request)

    webhook.async_register(
        hass,
        DOMAIN,
        name,
        webhook_id,
        _handle,
        local_only=True,
        allowed_methods=("POST",),
    )


@callback
def async_set_receiver(
    hass: HomeAssistant, webhook_id: str, receiver: PushReceiver | None
) -> None:
    """Set the receiver of a registered webhook."""
    hass.data[_RECEIVERS][webhook_id] = receiver


async def async_start_receiver(
    hass: HomeAssistant,
    entry: ConfigEntry,
    webhook_id: str,
    client: PushClient,
    *,
    pushed: Callable[[], None] = lambda: None,
    largest: int = _LARGEST_BODY,
    drops_unreadable: bool = False,
) -> None:
    """Let a registered webhook receive what a box pushes until its unload.

    `pushed` is called after each readable push.
    """
    issues, host = async_box_issues(hass, entry), entry.data[CONF_HOST]

    @callback
    def _pushed() -> None:
        # Perhaps the address of the box changed, and is known by now.
        issues.async_clear(Fault.PUSH_REFUSED)
        pushed()

    @callback
    def _refused(address: str) -> None:
        """Offer to accept pushes from an address that is not the box's."""
        texts = in_both(host=host, address=address)
        symptom = Symptom(Fault.PUSH_REFUSED, texts)
        issues.async_raise_once(Fault.PUSH_REFUSED, symptom, {"address": address})

    receiver = PushReceiver(
        client,
        entry.title,
        entry.data.get(CONF_PUSH_ADDRESSES, ()),
        _pushed,
        _refused,
        largest=largest,
        drops_unreadable=drops_unreadable,
    )
    await receiver.async_resolve(hass, host)
    if not is_address(host):
        entry.async_on_unload(receiver.async_follow(hass, host))
    async_set_receiver(hass, webhook_id, receiver)


@callback
def async_close_webhook(hass: HomeAssistant, webhook_id: str) -> None:
    """Unregister a webhook, if it is registered."""
    hass.data.get(_RECEIVERS, {}).pop(webhook_id, None)
    webhook.async_unregister(hass, webhook_id)


class PushClient(Protocol):
    """What handles the pushes of a box."""

    @property
    def accepts_pushes(self) -> bool:
        """Whether a push can be received now."""

    def read(self, fields: PushFields, /) -> Any:
        """Return what was pushed; raises `UnreadableError`."""

    def receive(self, pushed: Any, /) -> None:
        """Receive what `read` returned."""

    def skip(self, kind: str, /) -> None:
        """Report a push that cannot be used."""


class PushReceiver:
    """Receives the pushes of a box, from its address only."""

    def __init__(
        self,
        client: PushClient,
        name: str,
        accepted: Iterable[str],
        pushed: Callable[[], None],
        refused: Callable[[str], None],
        *,
        largest: int,
        drops_unreadable: bool,
    ) -> None:
        """Initialize; nothing may push until the host is resolved.

        `accepted` are addresses that the user accepted as well. `pushed` is called
        after each readable push, and `refused` with the address of any other sender.
        With `drops_unreadable`, an unreadable push is answered like any other: a box
        that pushes again until it succeeds would never push anything else.
        """
        self._client = client
        self._largest = largest
        self._drops_unreadable = drops_unreadable
        self._pushed = pushed
        self._refused = refused
        self._name = name
        self._accepted = frozenset(accepted)
        self._addresses: frozenset[str] = frozenset()
        self._refusals_logged: set[str | None] = set()
        self._reading = asyncio.Semaphore(_MOST_AT_ONCE)

    async def async_resolve(self, hass: HomeAssistant, host: str) -> None:
        """Resolve the host; keep the addresses if that fails."""
        self._addresses = await async_addresses(hass, host) or self._addresses

    @callback
    def async_follow(self, hass: HomeAssistant, host: str) -> CALLBACK_TYPE:
        """Resolve the host every minute; return how to stop."""

        async def _resolve(_: datetime) -> None:
            await self.async_resolve(hass, host)

        return async_track_time_interval(hass, _resolve, _RESOLVE_INTERVAL)

    async def async_handle(self, request: Request) -> Response:
        """Receive a push, or refuse it."""
        # Home Assistant also forwards calls from its WebSocket API, which no box uses.
        remote = request.remote if isinstance(request, Request) else None
        if not self._is_box(remote):
            return self._refuse_sender(remote)
        try:
            async with asyncio.timeout(_SECONDS_TO_SEND), self._reading:
                pushed = self._client.read(await _async_read(request, self._largest))
        except HTTPRequestEntityTooLarge:
            return self._drop(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "push is too large")
        except TimeoutError:
            return self._refuse(HTTPStatus.REQUEST_TIMEOUT, "push is too slow")
        except RequestPayloadError:
            return self._refuse(HTTPStatus.BAD_REQUEST, "push is garbled")
        except UnreadableError as error:
            return self._drop(HTTPStatus.BAD_REQUEST, error.kind)
        if not self._client.accepts_pushes:
            return Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
        # First, without an `await`: what is answered is never lost. The box waits at
        # most half a second for the answer, so the push is handled after it.
        self._client.receive(pushed)
        self._pushed()
        return Response()

    def _is_box(self, remote: str | None) -> bool:
        return (
            remote is not None
            and is_address(remote)
            and plain_address(remote) in self._addresses | self._accepted
        )

    def _refuse_sender(self, remote: str | None) -> Response:
        """Refuse a push; log and report each sender once."""
        if (
            remote not in self._refusals_logged
            and len(self._refusals_logged) < _MOST_REFUSALS_LOGGED
        ):
            self._refusals_logged.add(remote)
            LOGGER.warning(
                "Refused a push to the webhook of %s from %s, which is not an address"
                " of the box; further ones are refused without a log line",
                self._name,
                remote or "Home Assistant's own connection",
            )
            # While the host is not resolved, this may be the box.
            if self._addresses and remote is not None and is_address(remote):
                self._refused(plain_address(remote))
        return Response(status=HTTPStatus.FORBIDDEN)

    def _drop(self, status: HTTPStatus, kind: str) -> Response:
        """Refuse a push that is no better the next time."""
        return self._refuse(HTTPStatus.OK if self._drops_unreadable else status, kind)

    def _refuse(self, status: HTTPStatus, kind: str) -> Response:
        self._client.skip(kind)
        return Response(status=status)


async def _async_read(request: Request, largest: int) -> PushFields:
    """Return the fields of a push, from JSON or a form."""
    if (request.content_length or 0) > largest:
        raise HTTPRequestEntityTooLarge(largest)
    if CONTENT_ENCODING in request.headers:
        # No box compresses its pushes, and a decompressed one may fill the memory.
        raise UnreadableError("push is compressed")
    # Home Assistant's own limit is half of what pictures may need.
    request = request.clone(client_max_size=largest)
    if request.content_type not in _FORMS:
        return read_push_body(await request.read())
    try:
        return _fields(await request.post())
    # Raised by aiohttp for unreadable parts, encodings and charsets.
    except (ValueError, LookupError, RuntimeError, HttpProcessingError) as error:
        raise UnreadableError("push is not a form") from error


def _fields(form: Mapping[str, object]) -> PushFields:
    """Return the texts of a form; raises `ValueError` if not Unicode."""
    fields: dict[str, str] = {}
    for name, value in form.items():
        if isinstance(value, FileField):
            value.file.close()
        elif isinstance(value, str):
            if not value.isascii():
                # A charset may produce surrogates, which are not valid Unicode.
                value.encode()
            fields[name] = value
    return fields
