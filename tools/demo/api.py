"""A client for those parts of Home Assistant's API that the demo uses."""

from collections import deque
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypedDict

from aiohttp import (
    ClientResponse,
    ClientSession,
    ClientWebSocketResponse,
    FormData,
    WSMsgType,
)

type Json = Mapping[str, object]
# A page of a flow; its keys differ by step.
type Page = dict[str, Any]

USERNAME = "demo"
PASSWORD = "demo"


class State(TypedDict):
    """An entity's state."""

    entity_id: str
    state: str
    attributes: dict[str, object]


class Event(TypedDict):
    """An event of the bus."""

    event_type: str
    # Differs by event type.
    data: Any


class RecognitionData(TypedDict):
    """Those keys of a recognition event that the demo reads."""

    entry_id: str
    device_id: str
    capture_device_name: str
    recognition_id: str
    identity_id: str | None
    identity_name: str | None
    person_type: str
    matched: bool
    score: float | None
    occurred_at: str
    pictures: dict[str, str]


class EntityEntry(TypedDict):
    """An entry of the entity registry."""

    entity_id: str
    unique_id: str
    device_id: str
    platform: str
    translation_key: str | None
    disabled_by: str | None


class DeviceEntry(TypedDict):
    """An entry of the device registry."""

    id: str
    name: str
    name_by_user: str | None
    via_device_id: str | None
    config_entries: list[str]


class HomeAssistantError(Exception):
    """Home Assistant refused a request or is not as expected."""


class Socket:
    """A connection to Home Assistant's WebSocket API, without background tasks."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        """Initialize with an open WebSocket."""
        self._socket = socket
        self._last_id = 0
        self._events: deque[Event] = deque()

    async def authenticate(self, token: str) -> None:
        """Authenticate with an access token."""
        await self._receive()
        await self._socket.send_json({"type": "auth", "access_token": token})
        answer = await self._receive()
        if answer["type"] != "auth_ok":
            raise HomeAssistantError(f"Home Assistant rejected the token: {answer}")

    async def _receive(self) -> Any:
        message = await self._socket.receive()
        if message.type is not WSMsgType.TEXT:
            raise HomeAssistantError("Home Assistant closed the WebSocket")
        return message.json()

    async def command(self, type_: str, **arguments: object) -> Any:
        """Run a command and return its result."""
        self._last_id += 1
        await self._socket.send_json({"id": self._last_id, "type": type_, **arguments})
        while True:
            message = await self._receive()
            if message["type"] == "event":
                self._events.append(message["event"])
            elif message["id"] == self._last_id:
                break
        if not message["success"]:
            raise HomeAssistantError(f"{type_}: {message['error']['message']}")
        return message["result"]

    async def subscribe(self, *event_types: str) -> None:
        """Subscribe to event types, to be read from `events`."""
        for event_type in event_types:
            await self.command("subscribe_events", event_type=event_type)

    async def events(self) -> AsyncGenerator[Event]:
        """Yield the subscribed events in order."""
        while True:
            while self._events:
                yield self._events.popleft()
            message = await self._receive()
            if message["type"] == "event":
                self._events.append(message["event"])

    async def ask_assist(self, question: str) -> str:
        """Return the answer to a sentence that is typed in the dialog of Assist."""
        await self.command(
            "assist_pipeline/run",
            start_stage="intent",
            end_stage="intent",
            input={"text": question},
        )
        async for event in self.events():
            report: Any = event
            if report["type"] == "error":
                raise HomeAssistantError(f"Assist: {report['data']['message']}")
            if report["type"] == "intent-end":
                speech = report["data"]["intent_output"]["response"]["speech"]
                return str(speech["plain"]["speech"])
        raise HomeAssistantError("Assist did not answer")

    async def states(self) -> list[State]:
        """Return every state."""
        states: list[State] = await self.command("get_states")
        return states

    async def entities(self, platform: str) -> list[EntityEntry]:
        """Return an integration's enabled entities."""
        entities: list[EntityEntry] = await self.command("config/entity_registry/list")
        return [
            entity
            for entity in entities
            if entity["platform"] == platform and not entity["disabled_by"]
        ]

    async def devices(self) -> list[DeviceEntry]:
        """Return every device."""
        devices: list[DeviceEntry] = await self.command("config/device_registry/list")
        return devices


class Api:
    """Home Assistant's API at a URL."""

    def __init__(self, session: ClientSession, url: str) -> None:
        """Initialize without logging in."""
        self.url = url
        self._session = session
        self._token = ""
        self._refresh_token = ""

    async def log_in(self) -> None:
        """Log in as the frontend does."""
        flow = await self.post(
            "/auth/login_flow",
            {
                "client_id": f"{self.url}/",
                "handler": ["homeassistant", None],
                "redirect_uri": f"{self.url}/",
            },
        )
        answer = await self.post(
            f"/auth/login_flow/{flow['flow_id']}",
            {
                "client_id": f"{self.url}/",
                "username": USERNAME,
                "password": PASSWORD,
            },
        )
        if answer["type"] != "create_entry":
            raise HomeAssistantError(f"The login failed: {answer}")
        await self.redeem(answer["result"])

    async def redeem(self, code: str) -> None:
        """Exchange an authorization code for the token of later calls."""
        tokens = await self._tokens(grant_type="authorization_code", code=code)
        self._token = tokens["access_token"]
        self._refresh_token = tokens["refresh_token"]

    async def resume(self, before: Api) -> None:
        """Continue a login as a tab does that was open all the time."""
        # Its token is used as it is, and renewed half an hour later.
        self._token = before._token
        async with self.socket():
            pass
        tokens = await self._tokens(
            grant_type="refresh_token",
            refresh_token=before._refresh_token,
            # The port may be another one.
            client_id=f"{before.url}/",
        )
        self._token = tokens["access_token"]
        async with self.socket():
            pass

    async def _tokens(self, **form: str) -> dict[str, str]:
        form = {"client_id": f"{self.url}/", **form}
        async with self._session.post(f"{self.url}/auth/token", data=form) as response:
            await _expect_success(response)
            tokens: dict[str, str] = await response.json()
            return tokens

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"} if self._token else {}

    async def get(self, path: str) -> Any:
        """Return the answer to a GET; raises `HomeAssistantError`."""
        async with self._session.get(self.url + path, headers=self._headers) as answer:
            await _expect_success(answer)
            return await answer.json()

    async def post(self, path: str, body: Json) -> Any:
        """Return the answer to a POST; raises `HomeAssistantError`."""
        async with self._session.post(
            self.url + path, json=body, headers=self._headers
        ) as answer:
            await _expect_success(answer)
            return await answer.json()

    async def upload_picture(self, name: str, jpeg: bytes) -> str:
        """Upload a picture to the media; return its media id."""
        form = FormData({"media_content_id": "media-source://media_source/local/."})
        form.add_field("file", jpeg, filename=name, content_type="image/jpeg")
        async with self._session.post(
            f"{self.url}/api/media_source/local_source/upload",
            data=form,
            headers=self._headers,
        ) as answer:
            await _expect_success(answer)
            uploaded: Page = await answer.json()
            return str(uploaded["media_content_id"])

    async def get_bytes(
        self, path: str, *, with_token: bool = True
    ) -> tuple[int, bytes]:
        """Return the status and body at a path."""
        headers = self._headers if with_token else {}
        async with self._session.get(self.url + path, headers=headers) as answer:
            return answer.status, await answer.read()

    @asynccontextmanager
    async def socket(self) -> AsyncGenerator[Socket]:
        """Open an authenticated WebSocket."""
        async with self._session.ws_connect(
            f"{self.url}/api/websocket", max_msg_size=0
        ) as connection:
            socket = Socket(connection)
            await socket.authenticate(self._token)
            yield socket


async def _expect_success(answer: ClientResponse) -> None:
    if not answer.ok:
        raise HomeAssistantError(
            f"{answer.method} {answer.url.path}: {answer.status} {await answer.text()}"
        )
