"""A thin client that calls a box as docs/protocol.md shows."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
import json
from typing import Any

import aiohttp
import pytest

from emulator import EmulatedBox

# Only guards against hanging: a busy machine may need a while.
PATIENCE_SECONDS = 30

CONFIGURATION_KEYS = {
    "nested": ("need_face", "need_register", "event_list"),
    "flat": ("with_face_image", "with_register_image", "media_device_ids"),
}


# The errors of 1.x (MQ 3 of the manual) by the names that 2.0 has for them.
NESTED_ERRORS = {
    "DEVICE_ID_NOT_FOUND": (40400, "NOT_FOUND"),
    "EMPTY_GROUP_ERROR": (40008, "EMPTY_GROUP_ERROR"),
    "ID_NOT_FOUND": (40401, "ID_NOT_FOUND"),
    "ID_REPEAT_ERROR": (40011, "IDENTITY_EXSIT_ERROR"),
    "IMAGE_DECODE_ERROR": (40003, "IMAGE_ERROR"),
    "IMAGE_SIZE_TOO_LARGE_ERROR": (40007, "IMAGE_SIZE_TOO_LARGE_ERROR"),
    "INVALID_ARGUMENTS": (40091, "PARAM_ERROR"),
    "LOW_QUALITY_ERROR": (40006, "LOW_QUALITY_ERROR"),
    "MISSING_ARGUMENTS": (40091, "PARAM_ERROR"),
    "NO_FACE_ERROR": (40004, "NO_FACE"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A REST answer with its body."""

    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        """The parsed JSON body."""
        return json.loads(self.body)

    def is_error(self, code: str) -> bool:
        """Whether it is the error that 2.0 has this code for."""
        error = self.json["error"]
        if "status" not in error:
            return bool(error["code"] == code)
        return (error["code"], error["status"]) == NESTED_ERRORS[code]


class BoxClient:
    """A client of one box."""

    def __init__(self, box: EmulatedBox, session: aiohttp.ClientSession) -> None:
        """Create a client; the caller closes the session."""
        self.box = box
        self.session = session

    async def get(
        self, path: str, *, port: int | None = None, **query: object
    ) -> Answer:
        """GET a path of the application port."""
        return await self.request(
            "GET",
            path,
            port=port,
            params={key: str(value) for key, value in query.items()},
        )

    async def post(
        self, path: str, body: object = None, *, port: int | None = None
    ) -> Answer:
        """POST JSON to a path of the application port."""
        return await self.request(
            "POST", path, port=port, json={} if body is None else body
        )

    async def system(self, name: str, body: object = None) -> Answer:
        """Call the system API by name."""
        port = self.box.ports.system
        if self.box.dialect == "flat":
            return await self.post(f"/sophon/v2/system/{name}", body, port=port)
        return await self.get(f"/SophonSystem/api/{name}", port=port)

    async def events(self, **arguments: Any) -> list[Any]:
        """Return history records; arguments depend on the dialect."""
        if self.box.dialect == "nested":
            return list(
                (await self.get("/SophonFace/api/events", **arguments)).json["data"]
            )
        answer = await self.post(
            "/sophon/v2/face/getevents", {"page_limit": 100, "filters": arguments}
        )
        return list(answer.json["events"])

    async def request(
        self, method: str, path: str, *, port: int | None = None, **options: Any
    ) -> Answer:
        """Send any request."""
        url = f"http://{self.box.host}:{port or self.box.ports.rest}{path}"
        async with self.session.request(method, url, **options) as response:
            return Answer(
                response.status, await response.read(), dict(response.headers)
            )

    async def connect(self, port: int | None = None) -> aiohttp.ClientWebSocketResponse:
        """Open a WebSocket without a configuration."""
        url = f"ws://{self.box.host}:{port or self.box.ports.events}"
        return await self.session.ws_connect(url, max_msg_size=0, autoping=False)

    async def configure(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        device_ids: list[str] | None = None,
        *,
        face: bool = True,
        reference: bool = True,
    ) -> None:
        """Send a configuration frame and wait for its effect."""
        ids = (
            [device.device_id for device in self.box.devices]
            if device_ids is None
            else device_ids
        )
        frame = dict(
            zip(
                CONFIGURATION_KEYS[self.box.dialect],
                (face, reference, ids),
                strict=True,
            )
        )
        await socket.send_json(frame)
        await until(
            lambda: (
                frame in [subscription.frame for subscription in self.box.subscriptions]
            )
        )

    async def subscribe(
        self, device_ids: list[str] | None = None
    ) -> aiohttp.ClientWebSocketResponse:
        """Open a WebSocket and request every picture."""
        socket = await self.connect()
        await self.configure(socket, device_ids)
        return socket


async def until(condition: Callable[[], bool]) -> None:
    """Wait until a condition is true."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110 - no event to wait for
            await asyncio.sleep(0.001)


async def next_message(socket: aiohttp.ClientWebSocketResponse) -> aiohttp.WSMessage:
    """Return the next message of any kind."""
    return await socket.receive(timeout=PATIENCE_SECONDS)


async def receive(socket: aiohttp.ClientWebSocketResponse) -> Any:
    """Return the JSON of the next message."""
    message = await next_message(socket)
    assert message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY), message
    return json.loads(message.data)


async def is_quiet(socket: aiohttp.ClientWebSocketResponse) -> bool:
    """Whether the box has sent nothing so far."""
    # The box sends frames in order, so the pong follows everything else.
    await socket.ping(b"anything?")
    message = await next_message(socket)
    return (message.type, message.data) == (aiohttp.WSMsgType.PONG, b"anything?")


def make_visible(box: EmulatedBox) -> None:
    """Let late records enter the history a minute early."""
    box.history[:] = [
        replace(record, visible_at=record.visible_at - 60) for record in box.history
    ]


def skip(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let the timers of the event loop run as if time had passed."""
    loop = asyncio.get_running_loop()
    now = loop.time
    monkeypatch.setattr(loop, "time", lambda: now() + seconds)
