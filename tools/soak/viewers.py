"""A browser beside the soak: a card's subscription, and pictures that it loads."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import ClientSession, ClientWebSocketResponse

from tools.demo.configuration import DOMAIN

from .books import Delivered

# The pictures of one row, and how wide they are loaded; None is their full width.
_LOADED: Final = (("face", 200), ("scene", 800), ("reference", None))
# Rows whose pictures wait. A browser loads those in sight, which are the newest.
_IN_SIGHT: Final = 20
_PICTURE_GONE: Final = 404
_PATIENCE: Final = 60.0


@dataclass(slots=True)
class Viewed:
    """What the browser received."""

    # Box and recognition id of each live row.
    live: set[tuple[str, str]] = field(default_factory=set)
    recovered: int = 0
    pictures: int = 0
    # Those that nobody has any more: of an emptied cache and a box that is away.
    gone: int = 0
    # Answers that a browser should never get.
    wrong: list[str] = field(default_factory=list)
    missing: list[Delivered] = field(default_factory=list)

    @property
    def balances(self) -> bool:
        """Whether every live recognition was shown, and every picture in order."""
        return not self.wrong and not self.missing

    def compare(self, delivered: Iterable[Delivered]) -> None:
        """Find the live recognitions that were never shown."""
        self.missing = [
            each
            for each in delivered
            if each.is_live and (each.box, each.recognition_id) not in self.live
        ]


class _Browser:
    """One card and the pictures in sight."""

    def __init__(self, session: ClientSession, url: str) -> None:
        """Initialize before the first row."""
        self.viewed = Viewed()
        self._session = session
        self._url = url
        self._in_sight: asyncio.Queue[dict[str, str]] = asyncio.Queue(_IN_SIGHT)

    async def read_rows(self, socket: ClientWebSocketResponse) -> None:
        """Receive rows until the socket closes."""
        async for message in socket:
            event: dict[str, Any] = message.json().get("event") or {}
            if event.get("type") != "recognition":
                continue
            row = event["recognition"]
            if row["kind"] == "live":
                self.viewed.live.add((row["entry_id"], row["recognition_id"]))
            else:
                self.viewed.recovered += 1
            if self._in_sight.full():
                self._in_sight.get_nowait()
            self._in_sight.put_nowait(row["pictures"])

    async def load_pictures(self) -> None:
        """Load the pictures of the rows in sight, one after the other."""
        while True:
            pictures = await self._in_sight.get()
            for kind, width in _LOADED:
                if path := pictures.get(kind):
                    await self._load(path if width is None else f"{path}&width={width}")

    async def _load(self, path: str) -> None:
        async with self._session.get(f"{self._url}{path}") as response:
            content = await response.read()
        if response.status == _PICTURE_GONE:
            self.viewed.gone += 1
        elif response.ok and content.startswith(b"\xff\xd8"):
            self.viewed.pictures += 1
        else:
            self.viewed.wrong.append(f"a picture was answered with {response.status}")


@asynccontextmanager
async def browser(url: str, token: str) -> AsyncGenerator[Viewed]:
    """Show a card until the end of the context."""
    async with ClientSession() as session:
        async with asyncio.timeout(_PATIENCE):
            socket = await session.ws_connect(f"{url}/api/websocket", max_msg_size=0)
            await socket.receive_json()
            await socket.send_json({"type": "auth", "access_token": token})
            await socket.receive_json()
            command = f"{DOMAIN}/recognitions/subscribe"
            await socket.send_json({"id": 1, "type": command})
            await socket.receive_json()
        shown = _Browser(session, url)
        async with socket, asyncio.TaskGroup() as tasks:
            reading = tasks.create_task(shown.read_rows(socket))
            loading = tasks.create_task(shown.load_pictures())
            yield shown.viewed
            if reading.done():
                shown.viewed.wrong.append("the websocket was closed")
            loading.cancel()
            await socket.close()
