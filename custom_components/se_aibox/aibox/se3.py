"""The client of an SE3, which pushes and has no history."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime

from aiohttp import ClientSession

from .clock import BoxClock
from .delivered import Delivered
from .exceptions import AiBoxConnectionError, AiBoxError
from .history import BEGINNING
from .models import (
    Bookmark,
    BoxKind,
    CaptureDevice,
    LiveRecognition,
    Ports,
    Recognition,
    Subscription,
)
from .pictures import with_pictures
from .pushed_devices import PushedDevices
from .se3_rest import Se3Rest
from .updates import Connected, Deliver, Disconnected, Skipped, Update
from .wire.fields import JsonObject
from .wire.se3 import read_push

# With the time that an answer may take, a lost box is detected within 45 s.
_CHECK_SECONDS = 30.0
_LATELY_SECONDS = 600.0
# Pushes that wait to be delivered; each may hold megabytes of pictures.
_MOST_WAITING = 64

_KIND = BoxKind(has_history=False, lists_devices=False, opens_doors=False, pushes=True)


class Se3Client:
    """The client of an SE3, which pushes to `url`.

    A push enters by `receive` and is delivered by `run`.
    """

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

        `wants` decides by capture device id what is delivered. `sleep` is for tests.
        """
        self.kind = _KIND
        self.history = None
        self.rest = Se3Rest(session, host, ports)
        # Anyone at its address can push, so pushes never outweigh the date.
        self.clock = BoxClock(self.rest.clock)
        self.url = url
        self._wants = wants
        self._sleep = sleep
        self._devices = PushedDevices(self.rest)
        self._readings: frozenset[str] = frozenset()
        self._subscription = Subscription(frozenset())
        self._updates: asyncio.Queue[Update] = asyncio.Queue()
        self._connected = True
        self._registered = False
        self._pushed_at: float | None = None
        self._is_running = False
        self._delivered = Delivered((bookmark or Bookmark()).delivered)

    @property
    def bookmark(self) -> Bookmark:
        """The deliveries only: without a history, nothing is recovered."""
        return Bookmark(delivered=self._delivered.pack(BEGINNING))

    @property
    def duplicates(self) -> int:
        """Number of pushes dropped as duplicates."""
        return self._delivered.duplicates

    @property
    def detects_deafness(self) -> bool:
        """Always False: only a history distinguishes deaf from quiet."""
        return False

    @property
    def has_pushed_lately(self) -> bool:
        """Whether the box pushed within the last ten minutes."""
        now = asyncio.get_running_loop().time()
        return self._pushed_at is not None and now - self._pushed_at < _LATELY_SECONDS

    def return_for_recovery(
        self, recognition: Recognition, *, must_recover: bool = True
    ) -> None:
        """Undo a delivery: the recognition may be pushed again."""
        self._delivered.undo_delivery(recognition)

    def request_scan(self) -> None:
        """Do nothing: there is no history."""

    async def register(self) -> bool:
        """Make the box push here; return False if it cannot."""
        # Later, a URL like ours belongs to another Home Assistant, restored from the
        # same backup. Both stay: else they would replace each other for ever.
        takes_url = await self.rest.push_to(
            self.url,
            reference_pictures=self._subscription.reference_pictures,
            replaces=not self._registered,
        )
        self._registered = True
        return takes_url

    async def read_supported(self) -> None:
        """Ask the box which readings it reports."""
        self._readings = await self.rest.readings()

    def has_reading(self, reading: str) -> bool:
        """Return True if the box reported a reading."""
        return reading in self._readings

    async def capture_devices(self) -> tuple[CaptureDevice, ...]:
        """Return the capture devices that pushed."""
        return await self._devices.read()

    async def subscribe(self, subscription: Subscription) -> None:
        """Set which pictures are delivered; the box pushes all."""
        self._subscription = subscription

    def know(self, capture_device_ids: Iterable[str]) -> None:
        """Add capture devices that pushed before."""
        self._devices.know(capture_device_ids)

    def forget(self, capture_device_id: str) -> None:
        """Forget a capture device until it pushes again."""
        self._devices.forget(capture_device_id)

    @property
    def accepts_pushes(self) -> bool:
        """Whether `run` delivers pushes, and few of them wait."""
        return self._is_running and not self.is_full

    @property
    def is_full(self) -> bool:
        """Whether too many pushes wait for delivery."""
        return self._updates.qsize() >= _MOST_WAITING

    def read(self, message: JsonObject) -> LiveRecognition:
        """Return the recognition in a push; raises `UnreadableError`."""
        return read_push(message, datetime.now(UTC))

    def receive(self, live: LiveRecognition) -> None:
        """Receive a push; `run` delivers it later."""
        self._pushed_at = asyncio.get_running_loop().time()
        self._set_connected(None)
        capture_device_id = live.recognition.capture_device_id
        if not self._devices.receive(capture_device_id):
            self.skip("too many capture devices")
            return
        if self._wants(capture_device_id):
            self._updates.put_nowait(live)

    def skip(self, kind: str) -> None:
        """Report a push that cannot be used."""
        if not self.is_full:
            self._updates.put_nowait(Skipped(kind))

    async def run(self, deliver: Deliver) -> None:
        """Deliver updates until canceled.

        Regular requests distinguish a silent box from a lost one. They also restore our
        URL if another client replaced the box's list.
        """
        self._connected = self._is_running = True
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._check())
                deliver(Connected())
                while True:
                    self._deliver(await self._updates.get(), deliver)
        finally:
            self._is_running = False
            # These were answered, so the box does not push them again.
            while not self._updates.empty():
                self._deliver(self._updates.get_nowait(), deliver)

    def _deliver(self, update: Update, deliver: Deliver) -> None:
        if isinstance(update, LiveRecognition):
            self._deliver_live(update, deliver)
        else:
            deliver(update)

    def _deliver_live(self, live: LiveRecognition, deliver: Deliver) -> None:
        # Marked as delivered here: an `await` before `deliver` could lose it.
        recognition = self._delivered.accept_live(live.recognition)
        if recognition is not None:
            live = replace(live, recognition=recognition)
            deliver(with_pictures(live, self._subscription.pictures))

    async def follow_device_list(self, changed: Callable[[], None]) -> None:
        """Return at once: an SE3 does not broadcast changes."""

    async def _check(self) -> None:
        while True:
            await self._sleep(_CHECK_SECONDS)
            try:
                await self.register()
            except AiBoxConnectionError as error:
                self._set_connected(error)
            except AiBoxError:
                # A refusal proves that the box is there.
                self._set_connected(None)
            else:
                self._set_connected(None)

    def _set_connected(self, error: AiBoxError | None) -> None:
        """Deliver each loss and return of the box once."""
        connected = error is None
        if connected != self._connected:
            self._connected = connected
            self._updates.put_nowait(
                Connected() if error is None else Disconnected(error)
            )
