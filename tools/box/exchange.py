"""One exchange with a box, kept whole: also what the client treats as an error."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
import re

from aiohttp import ClientError, ClientTimeout

from custom_components.se_aibox.aibox.exceptions import AiBoxError, UnreadableError
from custom_components.se_aibox.aibox.http import box_url
from custom_components.se_aibox.aibox.wire.fields import (
    JsonObject,
    load_object,
    mapping,
    objects,
)
from custom_components.se_aibox.aibox.wire.request import Request

from .address import Address

_TIMEOUT = ClientTimeout(total=10, sock_connect=3)
_LARGEST = 32 * 1024 * 1024
_CODE = re.compile(r"[A-Z]+(_[A-Z0-9]+)+|\d{1,6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer of a box, or 0 as the status without one."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def data(self) -> JsonObject:
        """The JSON object in the body, empty without one."""
        try:
            return load_object(self.body)
        except UnreadableError:
            return {}

    @property
    def error(self) -> str:
        """The codes of an error, without personal data."""
        # Not the message: it may repeat the id that was asked for.
        error = inner(self.data, "error")
        parts = [error.get("code"), error.get("status")]
        codes = [str(part) for part in parts if _CODE.fullmatch(str(part))]
        return " ".join(codes) or "without a code"

    @property
    def outcome(self) -> str:
        """Whether the call exists and answers, in words."""
        if not self.status:
            return "no answer"
        if self.data.get("error"):
            return f"error {self.error} (HTTP {self.status})"
        if self.status in (404, 405):
            return "no such call" if self.status == 404 else "wants another method"
        return "answers" if self.data else f"HTTP {self.status} without JSON"


def inner(data: JsonObject, name: str) -> JsonObject:
    """Return the object in a field, empty if it is none."""
    try:
        return mapping(data, name)
    except UnreadableError:
        return {}


def rows(data: JsonObject, name: str) -> tuple[JsonObject, ...]:
    """Return the objects of a list in a field, empty if it is none."""
    try:
        return objects(data, name)
    except UnreadableError:
        return ()


async def exchange(address: Address, request: Request, port: int = 0) -> Reply:
    """Return a reply to a request that only reads; `port` replaces its own."""
    if request.method == "PUT":
        raise ValueError("a survey changes nothing")
    ports = address.ports
    own = ports.system if request.port == "system" else ports.rest
    try:
        url = box_url("http", address.host, port or own, request.path)
        async with address.session.request(
            request.method,
            url.with_query(request.query),
            json=request.body,
            allow_redirects=False,
            timeout=_TIMEOUT,
        ) as response:
            body = await response.content.read(_LARGEST)
            while chunk := await response.content.read(_LARGEST - len(body)):
                body += chunk
            return Reply(response.status, response.headers, body)
    except AiBoxError, ClientError, TimeoutError, OSError:
        return Reply()


async def is_open(host: str, port: int) -> bool:
    """Return True if a TCP port accepts a connection."""
    try:
        async with asyncio.timeout(3):
            _, writer = await asyncio.open_connection(host, port)
    except TimeoutError, OSError:
        return False
    writer.close()
    return True
