"""A box that only pushes: no socket, no history, and capture devices that are known once they spoke."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from aiohttp import ClientSession

from .dedup import Deduplicator
from .exceptions import AiBoxConnectionError, AiBoxError
from .history import History
from .models import (
    Bookmark,
    LiveRecognition,
    PictureKind,
    Ports,
    Recognition,
    Subscription,
)
from .se3_rest import Se3Rest
from .updates import Connected, Disconnected, Skipped, Update
from .wire.fields import MOST_CAPTURE_DEVICES, JsonObject
from .wire.se3 import read_push

# With the time that an answer may take, a box that is gone is noticed within 45 s.
_CHECK_SECONDS = 30.0
# Of pushes that wait for whoever takes the updates; each may hold megabytes of pictures.
_MOST_WAITING = 64


class Se3Client:
    """One SE3: what it pushed to `url` comes in by `hear` and out by `updates`."""

    def __init__(
        self,
        session: ClientSession,
        host: str,
        ports: Ports,
        url: str,
        *,
        wants: Callable[[str], bool],
        told_ids: bytes = b"",
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Take where the box is, which capture devices are wanted, and the told ids of the client before.

        `sleep` is for tests that cannot wait.
        """
        self._rest = Se3Rest(session, host, ports)
        self._history = History(self._rest)
        self.url = url
        self._wants = wants
        self._sleep = sleep
        self._subscription = Subscription(frozenset())
        self._updates: asyncio.Queue[Update] = asyncio.Queue()
        self._connected = True
        self._deduplicator = Deduplicator(told_ids)

    @property
    def bookmark(self) -> Bookmark | None:
        """None: what was missed is nowhere to be found."""
        return None

    @property
    def told_ids(self) -> bytes:
        """What was told lately, packed, so that nothing is told twice after a restart."""
        return self._deduplicator.keep()

    def give_back(self, recognition: Recognition, *, is_owed: bool = True) -> None:
        """Take back a recognition that could be told to nobody: the box may push it again."""
        self._deduplicator.forget(recognition)

    def look_again(self) -> None:
        """Do nothing: there is no history."""

    @property
    def learns_capture_devices(self) -> bool:
        """Always: they are known once they spoke."""
        return True

    @property
    def rest(self) -> Se3Rest:
        """What the box can be asked."""
        return self._rest

    @property
    def history(self) -> History:
        """What the box recorded: nothing."""
        return self._history

    async def register(self) -> bool:
        """Have the box push to us; return whether it has a call for that."""
        return await self._rest.push_to(
            self.url, reference_pictures=self._subscription.reference_pictures
        )

    async def subscribe(self, subscription: Subscription) -> None:
        """Say which pictures to pass on: the box pushes what it likes."""
        self._subscription = subscription

    def know(self, capture_device_ids: Iterable[str]) -> None:
        """Take the capture devices that spoke before."""
        self._rest.known.update(capture_device_ids)

    def forget(self, capture_device_id: str) -> None:
        """Let a capture device go until it speaks again."""
        self._rest.known.discard(capture_device_id)

    @property
    def overrun(self) -> bool:
        """Whether more waits than can be kept."""
        return self._updates.qsize() >= _MOST_WAITING

    def read(self, message: JsonObject) -> LiveRecognition:
        """Return the recognition in a push; raises `UnreadableError`."""
        return read_push(message, datetime.now(UTC))

    def hear(self, live: LiveRecognition) -> None:
        """Take what the box pushed; it is worked on later, by whoever takes the updates."""
        self._set_connected(None)
        capture_device_id = live.recognition.capture_device_id
        if (
            capture_device_id not in self._rest.known
            and len(self._rest.known) >= MOST_CAPTURE_DEVICES
        ):
            self.skip("too many capture devices")
            return
        self._rest.known.add(capture_device_id)
        recognition = self._deduplicator.admit(live.recognition)
        if recognition is None or not self._wants(capture_device_id):
            return
        pictures = {
            kind: text
            for kind, text in live.embedded_pictures.items()
            if self._is_allowed(kind)
        }
        self._updates.put_nowait(
            LiveRecognition(
                replace(recognition, picture_kinds=frozenset(pictures)), pictures
            )
        )

    def skip(self, kind: str) -> None:
        """Take note of a push that cannot be used."""
        if not self.overrun:
            self._updates.put_nowait(Skipped(kind))

    def _is_allowed(self, kind: PictureKind) -> bool:
        if kind is PictureKind.REFERENCE:
            return self._subscription.reference_pictures
        return self._subscription.captured_pictures

    async def updates(self) -> AsyncGenerator[Update]:
        """Yield what happens, without end and without raising.

        Nothing tells a silent box from one that is gone but asking, so it is asked again and again; the
        question also puts our URL back that somebody else's list replaced.
        """
        checking = asyncio.create_task(self._check())
        try:
            yield Connected()
            while True:
                yield await self._updates.get()
        finally:
            checking.cancel()
            with suppress(asyncio.CancelledError):
                await checking

    async def list_changes(self) -> AsyncGenerator[None]:
        """Yield nothing: such a box never tells."""
        nothing: tuple[None, ...] = ()
        for change in nothing:
            yield change  # pragma: no cover - there is none

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
        """Tell when the box goes and when it is back."""
        connected = error is None
        if connected != self._connected:
            self._connected = connected
            self._updates.put_nowait(
                Connected() if error is None else Disconnected(error)
            )
