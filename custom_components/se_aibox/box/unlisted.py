"""Holds what unlisted capture devices saw until the box's list is read again."""

import asyncio
from collections.abc import Awaitable, Callable, Container
from contextlib import suppress
from dataclasses import replace
from time import monotonic

from homeassistant.core import callback

from ..aibox.client import BoxClient
from ..aibox.models import LiveRecognition
from ..aibox.retry import delay
from ..aibox.updates import RecognitionUpdate, Recovered
from .log import BoxLog

# Anyone on the box's network can make up devices without end.
_MOST_WAITING = 64
_MOST_UNKNOWN = 256
# The list may lag behind the first face at a new door. The faces that follow are
# not delivered live for this long at most.
_UNKNOWN_SECONDS = 30.0
_MOST_PICTURE_CHARACTERS = 8 * 1024 * 1024
# While the list cannot be read, up to eight seconds pass between two attempts.
_MOST_FAILURES = 3
TOO_MANY = "too many at capture devices that are not on the list yet"


class UnlistedDevices:
    """What waits for the list in the order of arrival, and the ids it lacked."""

    def __init__(
        self,
        client: BoxClient,
        read_list: Callable[[], Awaitable[Container[str] | None]],
        deliver: Callable[[RecognitionUpdate], None],
        log: BoxLog,
    ) -> None:
        """Start with nothing on hold.

        `read_list` returns the listed ids, or None if the box cannot be reached;
        `deliver` receives each recognition that no longer has to wait. The others
        are returned to the client for recovery.
        """
        self._log = log
        self._client = client
        self._read_list = read_list
        self._deliver = deliver
        self._waiting: list[RecognitionUpdate] = []
        # Until when the list is not read for an id again, by the monotonic clock.
        self._unknown: dict[str, float] = {}
        self._is_looking = False
        self._list_was_read = asyncio.Event()
        self._gave_back = False

    @callback
    def async_must_wait(self, capture_device_id: str, *, is_known: bool) -> bool:
        """Return whether a recognition of a capture device has to wait."""
        # It must not overtake others that wait, even if the device is listed by now.
        if self._waiting and capture_device_id in self._ids():
            return True
        return not (is_known or self._is_unknown(capture_device_id))

    @callback
    def async_wait(self, update: RecognitionUpdate) -> None:
        """Hold a recognition; the caller then starts to read the list."""
        if len(self._waiting) >= _MOST_WAITING:
            self._gave_back = True
            self._log.async_skipped(TOO_MANY)
            self._client.return_for_recovery(update.recognition)
            return
        characters = sum(map(_picture_characters, (*self._waiting, update)))
        if characters > _MOST_PICTURE_CHARACTERS and isinstance(
            update, LiveRecognition
        ):
            # They are in the box's history, too.
            update = replace(update, embedded_pictures={})
        self._waiting.append(update)

    async def async_look(self) -> None:
        """Read the list until nothing waits; return at once if that is under way."""
        if self._is_looking:
            return
        self._is_looking = True
        failures = 0
        try:
            while self._waiting:
                self._list_was_read.clear()
                looked_for = self._ids()
                listed = await self._read_list()
                if listed is None:
                    failures = min(failures + 1, _MOST_FAILURES)
                else:
                    failures = 0
                    self._release(looked_for, listed)
                await self._pause(delay(1 + failures, 1.0))
        finally:
            self._is_looking = False

    async def _pause(self, seconds: float) -> None:
        """Wait before reading the list again; return early if another reader succeeds."""
        if self._list_was_read.is_set():
            await asyncio.sleep(seconds)
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._list_was_read.wait()

    @callback
    def async_give_up(self) -> None:
        """Return everything that waits for recovery."""
        for update in self._waiting:
            self._client.return_for_recovery(update.recognition)
        self._waiting.clear()

    @callback
    def async_list_was_read(self) -> None:
        """End the pause between two attempts, and expect every id on the list again."""
        self._list_was_read.set()
        # While something waits, the list was read for that: it says nothing about the
        # other ids.
        if not self._waiting:
            self._unknown.clear()

    def _is_unknown(self, capture_device_id: str) -> bool:
        until = self._unknown.get(capture_device_id)
        return until is not None and monotonic() < until

    def _ids(self) -> frozenset[str]:
        return frozenset(
            update.recognition.capture_device_id for update in self._waiting
        )

    def _release(self, looked_for: frozenset[str], listed: Container[str]) -> None:
        """Deliver what was seen by the devices that the list was read for."""
        # A scan for the same undeliverable recognitions would return them for ever.
        is_news = False
        until = monotonic() + _UNKNOWN_SECONDS
        for capture_device_id in looked_for:
            if capture_device_id in listed:
                is_news = True
            elif capture_device_id in self._unknown:
                self._unknown[capture_device_id] = until
            elif len(self._unknown) < _MOST_UNKNOWN:
                is_news = True
                self._unknown[capture_device_id] = until
        waiting, self._waiting = self._waiting, []
        for update in waiting:
            if update.recognition.capture_device_id in looked_for:
                self._deliver(update)
            else:
                self._waiting.append(update)
        if self._gave_back and is_news:
            self._client.request_scan()
        self._gave_back = False


def _picture_characters(update: RecognitionUpdate) -> int:
    if isinstance(update, Recovered):
        return 0
    return sum(map(len, update.embedded_pictures.values()))
