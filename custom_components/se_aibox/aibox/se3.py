"""An SE3: it pushes to a webhook, keeps no history, and opens no doors."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime

from aiohttp import ClientSession

from .delivered import Delivered
from .exceptions import AiBoxConnectionError, AiBoxError
from .history import BEGINNING
from .models import (
    Bookmark,
    BoxKind,
    CaptureDevice,
    LiveRecognition,
    PictureKind,
    Ports,
    Recognition,
    Subscription,
)
from .pushed_devices import PushedDevices
from .se3_rest import Se3Rest
from .updates import Connected, Deliver, Disconnected, Skipped, Update
from .wire.fields import JsonObject
from .wire.se3 import read_push

# With the time that an answer may take, a box that is gone is noticed within 45 s.
_CHECK_SECONDS = 30.0
# Pushes that wait to be delivered; each may hold megabytes of pictures.
_MOST_WAITING = 64

_KIND = BoxKind(has_history=False, lists_devices=False, opens_doors=False, pushes=True)


class Se3Client:
    """One SE3: what it pushes to `url` enters by `receive` and leaves by `run`."""

    def __init__(
        self,
        session: ClientSession,
        host: str,
        ports: Ports,
        url: str,
        *,
        wants: Callable[[str], bool],
        bookmark: Bookmark | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Continue from the bookmark of an earlier client.

        `wants` says which capture devices are delivered. `sleep` is for tests.
        """
        self.kind = _KIND
        self.history = None
        self.rest = Se3Rest(session, host, ports)
        self.url = url
        self._wants = wants
        self._sleep = sleep
        self._devices = PushedDevices(self.rest)
        self._readings: frozenset[str] = frozenset()
        self._subscription = Subscription(frozenset())
        self._updates: asyncio.Queue[Update] = asyncio.Queue()
        self._connected = True
        self._delivered = Delivered((bookmark or Bookmark()).delivered)

    @property
    def bookmark(self) -> Bookmark:
        """What was delivered: without a history, nothing is recovered."""
        return Bookmark(delivered=self._delivered.pack(BEGINNING))

    @property
    def duplicates(self) -> int:
        """How many pushes were dropped as duplicates."""
        return self._delivered.duplicates

    @property
    def is_checked(self) -> bool:
        """Never: without a history, nothing tells a deaf box from a quiet one."""
        return False

    def return_for_recovery(
        self, recognition: Recognition, *, is_owed: bool = True
    ) -> None:
        """Take back a recognition that could not be delivered; it may come again."""
        self._delivered.take_back(recognition)

    def request_scan(self) -> None:
        """Do nothing: there is no history."""

    async def register(self) -> bool:
        """Have the box push to us; return False if it has no call for that."""
        return await self.rest.push_to(
            self.url, reference_pictures=self._subscription.reference_pictures
        )

    async def learn_readings(self) -> None:
        """Find out which readings the box has."""
        self._readings = await self.rest.readings()

    def has_reading(self, reading: str) -> bool:
        """Return whether the box had a reading when it was asked for it."""
        return reading in self._readings

    async def capture_devices(self) -> tuple[CaptureDevice, ...]:
        """Return the capture devices that spoke."""
        return await self._devices.read()

    async def subscribe(self, subscription: Subscription) -> None:
        """Set which pictures are delivered: the box pushes what it likes."""
        self._subscription = subscription

    def know(self, capture_device_ids: Iterable[str]) -> None:
        """Add capture devices that spoke before."""
        self._devices.know(capture_device_ids)

    def forget(self, capture_device_id: str) -> None:
        """Forget a capture device until it speaks again."""
        self._devices.forget(capture_device_id)

    @property
    def overrun(self) -> bool:
        """Whether more pushes wait than may."""
        return self._updates.qsize() >= _MOST_WAITING

    def read(self, message: JsonObject) -> LiveRecognition:
        """Return the recognition in a push; raises `UnreadableError`."""
        return read_push(message, datetime.now(UTC))

    def receive(self, live: LiveRecognition) -> None:
        """Receive a push; `run` delivers it later."""
        self._set_connected(None)
        capture_device_id = live.recognition.capture_device_id
        if not self._devices.hear(capture_device_id):
            self.skip("too many capture devices")
            return
        if self._wants(capture_device_id):
            self._updates.put_nowait(live)

    def skip(self, kind: str) -> None:
        """Note a push that cannot be used."""
        if not self.overrun:
            self._updates.put_nowait(Skipped(kind))

    def _is_allowed(self, kind: PictureKind) -> bool:
        if kind is PictureKind.REFERENCE:
            return self._subscription.reference_pictures
        return self._subscription.captured_pictures

    async def run(self, deliver: Deliver) -> None:
        """Deliver updates without end; cancel it to stop.

        Only asking tells a silent box from one that is gone. The question also puts our
        URL back if another list has replaced it.
        """
        self._connected = True
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._check())
            deliver(Connected())
            while True:
                update = await self._updates.get()
                if isinstance(update, LiveRecognition):
                    self._deliver_live(update, deliver)
                else:
                    deliver(update)

    def _deliver_live(self, live: LiveRecognition, deliver: Deliver) -> None:
        # Marked as delivered here: no `await` may stand between these two calls.
        recognition = self._delivered.deliver_live(live.recognition)
        if recognition is not None:
            pictures = {
                kind: text
                for kind, text in live.embedded_pictures.items()
                if self._is_allowed(kind)
            }
            kinds = frozenset(pictures)
            deliver(
                LiveRecognition(replace(recognition, picture_kinds=kinds), pictures)
            )

    async def follow_device_list(self, changed: Callable[[], None]) -> None:
        """Return at once: such a box never says that its devices changed."""

    async def _check(self) -> None:
        while True:
            await self._sleep(_CHECK_SECONDS)
            try:
                await self.register()
            except AiBoxConnectionError as error:
                self._set_connected(error)
            except AiBoxError:
                # It refuses, so it is there.
                self._set_connected(None)
            else:
                self._set_connected(None)

    def _set_connected(self, error: AiBoxError | None) -> None:
        """Deliver once that the box is gone, and once that it is back."""
        connected = error is None
        if connected != self._connected:
            self._connected = connected
            self._updates.put_nowait(
                Connected() if error is None else Disconnected(error)
            )
