"""Sends the requests of a dashboard, and measures the time."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from itertools import count
import logging
import time
from typing import Any, Self

from aiohttp import ClientSession
import orjson

from benchmarks.control import Handler
from custom_components.se_aibox.const import DOMAIN
from custom_components.se_aibox.frontend.cursor import Cursor
from custom_components.se_aibox.frontend.filter import Filter, Wanted
from custom_components.se_aibox.frontend.pages import async_page
from custom_components.se_aibox.frontend.rows import RowKind, row
from custom_components.se_aibox.frontend.view import async_view_of
from custom_components.se_aibox.recognition.events import picture_paths
from custom_components.se_aibox.recognition.faces import async_signed_path
from custom_components.se_aibox.recognition.sighting import SIGNAL_LIVE, Sighting
from homeassistant.auth.const import GROUP_ID_ADMIN
from homeassistant.auth.models import RefreshToken
from homeassistant.components.http.auth import async_sign_path
from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.components.websocket_api.http import WebSocketAdapter
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.dispatcher import async_dispatcher_send

from .entries import Entries, rest

_COMMANDS = f"{DOMAIN}/recognitions"
_PAGE = 50
# Each record of a 1.x box has one.
_RECORD = b'"_id"'
_SIGHTINGS = 100
_VIEWS = 20
_SIGNED_FOR = timedelta(hours=24)
_MOST_LOGINS = 20


class _Browser:
    """The WebSocket connection of a login."""

    def __init__(self, hass: HomeAssistant, login: RefreshToken) -> None:
        """Connect."""
        self.login = login
        self.received = 0
        self._answer: asyncio.Future[bytes] | None = None
        self._ids = count(1)
        adapter = WebSocketAdapter(logging.getLogger(__name__), {"connid": 0})
        self._connection = ActiveConnection(
            adapter, hass, self._receive, login.user, login, None
        )

    async def ask(self, command: str, **arguments: object) -> Any:
        """Return the result of a command, still as JSON."""
        message: dict[str, Any] = {
            "id": next(self._ids),
            "type": f"{_COMMANDS}/{command}",
            **arguments,
        }
        self._answer = asyncio.get_running_loop().create_future()
        self._connection.async_handle(message)
        return await self._answer

    def close(self) -> None:
        """Close the connection."""
        self._connection.async_handle_close()

    def _receive(self, message: bytes | str | dict[str, Any]) -> None:
        """Receive a message to the browser as JSON."""
        assert isinstance(message, bytes), message
        self.received += 1
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(message)


class Dashboard:
    """The calls that the driver may make."""

    def __init__(
        self, hass: HomeAssistant, entries: Entries, logins: list[RefreshToken]
    ) -> None:
        """Initialize with several logins of one user."""
        self._hass = hass
        self._entries = entries
        self._logins = logins
        self._session: ClientSession = async_get_clientsession(hass)

    @classmethod
    async def of(cls, hass: HomeAssistant, entries: Entries) -> Self:
        """Create a user with full access, and log in."""
        user = await hass.auth.async_create_user("User", group_ids=[GROUP_ID_ADMIN])
        logins = [
            await hass.auth.async_create_refresh_token(
                user, client_id=f"http://browser{number}.invalid/"
            )
            for number in range(_MOST_LOGINS)
        ]
        return cls(hass, entries, logins)

    @property
    def handlers(self) -> dict[str, Handler]:
        """The calls that the driver may make."""
        return {
            "first_page": self.first_page,
            "request": self.request,
            "rows": self.rows,
            "sighting": self.sighting,
            "view": self.view,
        }

    async def first_page(self, names: list[str]) -> float:
        """Return the seconds until the newest recognitions of boxes arrive."""
        browser = _Browser(self._hass, self._logins[0])
        asked = {"entry_ids": self._entries.entry_ids(names)}
        began = time.perf_counter()
        answer = await browser.ask("list", filter=asked, limit=_PAGE)
        seconds = time.perf_counter() - began
        browser.close()
        assert len(orjson.loads(answer)["result"]["recognitions"]) == _PAGE
        return seconds

    async def request(self, requests: list[dict[str, Any]]) -> float:
        """Return the seconds until the answers to some requests are parsed."""

        async def one(request: dict[str, Any]) -> None:
            async with self._session.request(
                request["method"],
                request["url"],
                params=request["query"],
                json=request["body"],
            ) as response:
                content = await response.read()
                assert orjson.loads(content)
                assert content.count(_RECORD) >= _PAGE

        began = time.perf_counter()
        await asyncio.gather(*map(one, requests))
        return time.perf_counter() - began

    async def rows(self) -> dict[str, float]:
        """Return the processor time of a page's rows, and of their paths alone."""
        sightings = await self._sightings()
        login = self._logins[0].id

        def sign(path: str) -> str:
            return async_signed_path(self._hass, path, login)

        def build() -> None:
            for sighting in sightings:
                row(sighting, RowKind.RECORDED, (), sign)

        def sign_alone() -> None:
            for sighting in sightings:
                for path in picture_paths(sighting).values():
                    async_sign_path(
                        self._hass, path, _SIGNED_FOR, refresh_token_id=login
                    )

        return {"rows": _cpu(build), "signed": _cpu(sign_alone)}

    async def sighting(self, cards: int, logins: int) -> float:
        """Return the processor time of a live sighting for some open cards."""
        sightings = await self._sightings()
        browsers = [
            _Browser(self._hass, self._logins[number % logins])
            for number in range(cards)
        ]
        for browser in browsers:
            await browser.ask("subscribe")
        # The box is asked for today's count.
        await rest()
        before = sum(browser.received for browser in browsers)

        def send() -> None:
            for number in range(_SIGHTINGS):
                sighting = sightings[number % len(sightings)]
                async_dispatcher_send(self._hass, SIGNAL_LIVE, sighting)

        spent = _cpu(send) / _SIGHTINGS
        received = sum(browser.received for browser in browsers) - before
        assert received == _SIGHTINGS * cards, received
        for browser in browsers:
            browser.close()
        return spent

    async def view(self) -> float:
        """Return the processor time of finding everything a user may see."""
        user = self._logins[0].user

        def look() -> None:
            for _ in range(_VIEWS):
                async_view_of(self._hass, user)

        return _cpu(look) / _VIEWS

    async def _sightings(self) -> tuple[Sighting, ...]:
        wanted = Wanted.of(Filter(), async_view_of(self._hass, self._logins[0].user))
        page = await async_page(self._hass, wanted, Cursor(), _PAGE)
        assert len(page.sightings) == _PAGE
        return page.sightings


def _cpu(work: Callable[[], None]) -> float:
    """Return the processor time of some work in seconds."""
    began = time.process_time()
    work()
    return time.process_time() - began
