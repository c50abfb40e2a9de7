"""Post recognitions to the URLs of an SE3 (docs/protocol.md §6)."""

import asyncio
from dataclasses import dataclass, field
import time
from typing import Literal

import aiohttp
import orjson

from emulator.model import JsonObject, JsonValue
from emulator.variant import Variant

type ContentType = Literal["json", "form-data"]
type _Body = bytes | aiohttp.FormData
type Outcome = Literal["answered", "timeout", "failed", "dropped"]

# The vendor's limit, in seconds: the next URL waits that long for a slow one.
TIMEOUT = 0.5
_ANY_HOST = ("0.0.0.0", "::", "")


@dataclass(frozen=True, slots=True)
class Delivery:
    """The result of one post; `status` is 0 without an answer."""

    url: str
    event_id: str
    outcome: Outcome
    status: int
    seconds: float


@dataclass(slots=True)
class Uploads:
    """The target URLs, the format, and the results."""

    host: str
    timeout: float = TIMEOUT
    urls: list[str] = field(default_factory=list)
    content_type: ContentType = "json"
    need_reg_pic: bool = True
    dropping: bool = False
    deliveries: list[Delivery] = field(default_factory=list)
    _session: aiohttp.ClientSession | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def send(self, event_id: str, message: JsonObject, variant: Variant) -> None:
        """Post a recognition to one URL after the other."""
        async with self._turn:
            for url in tuple(self.urls):
                body = self._body(message, variant)
                self.deliveries.append(await self._post(url, event_id, body))

    async def close(self) -> None:
        """Finish the current posts, then close the connections."""
        async with self._turn:
            session, self._session = self._session, None
            if session is not None:
                await session.close()

    async def _post(self, url: str, event_id: str, body: _Body) -> Delivery:
        if self.dropping:
            return Delivery(url, event_id, "dropped", 0, 0.0)
        started = time.perf_counter()
        outcome: Outcome
        status = 0
        try:
            status = await self._answer(url, body)
            outcome = "answered"
        except TimeoutError:
            outcome = "timeout"
        except aiohttp.ClientError:
            outcome = "failed"
        return Delivery(url, event_id, outcome, status, time.perf_counter() - started)

    async def _answer(self, url: str, body: _Body) -> int:
        if self._session is None:
            # Clients may require that posts come from the box's own address.
            source = None if self.host in _ANY_HOST else (self.host, 0)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(local_addr=source, force_close=True)
            )
        is_json = isinstance(body, bytes)
        async with self._session.post(
            url,
            data=body,
            headers={"Content-Type": "application/json"} if is_json else {},
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=self.timeout),
        ) as response:
            await response.read()
            return response.status

    def _body(self, message: JsonObject, variant: Variant) -> _Body:
        if self.content_type == "json":
            return orjson.dumps(message)
        form = aiohttp.FormData(default_to_multipart=not variant.se3_form_urlencoded)
        for name, value in message.items():
            form.add_field(name, _text(value, variant))
        return form


def _text(value: JsonValue, variant: Variant) -> str:
    """Return a form field; its value may be a Python object as text."""
    if isinstance(value, str):
        return value
    is_python = variant.se3_form_values == "python"
    return str(value) if is_python else orjson.dumps(value).decode()
