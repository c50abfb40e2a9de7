"""Holds recognitions of unlisted devices until the list is read."""

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

# Anyone on the box's network can invent any number of devices.
_MOST_WAITING = 64
_MOST_UNLISTED = 256
# The list may lag behind the first face at a new door. For at most this long, later
# faces there are recovered instead of delivered live.
_UNLISTED_SECONDS = 30.0
_MOST_PICTURE_CHARACTERS = 8 * 1024 * 1024
# While the list cannot be read, at most eight seconds pass between two attempts.
_MOST_FAILURES = 3
TOO_MANY = "too many recognitions at unlisted capture devices"


class UnlistedDevices:
    """Recognitions of unlisted devices that wait for the list."""

    def __init__(
        self,
        client: BoxClient,
        read_list: Callable[[], Awaitable[Container[str] | None]],
        deliver: Callable[[RecognitionUpdate], None],
        log: BoxLog,
    ) -> None:
        """Initialize without waiting recognitions.

        `read_list` returns the listed ids, or None if the box cannot be reached.
        `deliver` receives each recognition that no longer has to wait. The others
        are returned to the client for recovery.
        """
        self._log = log
        self._client = client
        self._read_list = read_list
        self._deliver = deliver
        # In the order of arrival.
        self._waiting: list[RecognitionUpdate] = []
        # Ids that the list lacked, with the monotonic time until which it is not read
        # for them again.
        self._unlisted: dict[str, float] = {}
        self._is_reading = False
        self._list_was_read = asyncio.Event()
        self._returned_some = False

    @callback
    def async_must_wait(self, capture_device_id: str, *, is_listed: bool) -> bool:
        """Return whether a recognition has to wait for the list."""
        # It must not overtake waiting ones, even if the device is listed by now.
        if self._waiting and capture_device_id in self._ids():
            return True
        return not (is_listed or self._is_unlisted(capture_device_id))

    @callback
    def async_wait(self, update: RecognitionUpdate) -> None:
        """Hold a recognition; the caller then reads the list."""
        if len(self._waiting) >= _MOST_WAITING:
            self._returned_some = True
            self._log.async_skipped(TOO_MANY)
            self._client.return_for_recovery(update.recognition)
            return
        characters = sum(map(_picture_characters, (*self._waiting, update)))
        if characters > _MOST_PICTURE_CHARACTERS and isinstance(
            update, LiveRecognition
        ):
            # The pictures are in the box's history, too.
            update = replace(update, embedded_pictures={})
        self._waiting.append(update)

    async def async_read_list(self) -> None:
        """Read the list until nothing waits, unless already under way."""
        if self._is_reading:
            return
        self._is_reading = True
        failures = 0
        try:
            while self._waiting:
                self._list_was_read.clear()
                sought = self._ids()
                listed = await self._read_list()
                if listed is None:
                    failures = min(failures + 1, _MOST_FAILURES)
                else:
                    failures = 0
                    self._release(sought, listed)
                await self._pause(delay(1 + failures, 1.0))
        finally:
            self._is_reading = False

    async def _pause(self, seconds: float) -> None:
        """Wait before the next reading, or until another one succeeds."""
        if self._list_was_read.is_set():
            await asyncio.sleep(seconds)
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._list_was_read.wait()

    @callback
    def async_return_waiting(self) -> None:
        """Return all waiting recognitions for recovery."""
        for update in self._waiting:
            self._client.return_for_recovery(update.recognition)
        self._waiting.clear()

    @callback
    def async_drop_pictures(self) -> None:
        """Drop the pictures of all waiting recognitions."""
        self._waiting = [
            replace(update, embedded_pictures={})
            if isinstance(update, LiveRecognition)
            else update
            for update in self._waiting
        ]

    @callback
    def async_list_was_read(self) -> None:
        """End the pause, and clear the unlisted ids."""
        self._list_was_read.set()
        # While recognitions wait, the list was read for them: it says nothing about the
        # other ids.
        if not self._waiting:
            self._unlisted.clear()

    def _is_unlisted(self, capture_device_id: str) -> bool:
        until = self._unlisted.get(capture_device_id)
        return until is not None and monotonic() < until

    def _ids(self) -> frozenset[str]:
        return frozenset(
            update.recognition.capture_device_id for update in self._waiting
        )

    def _release(self, sought: frozenset[str], listed: Container[str]) -> None:
        """Deliver the recognitions that the list was read for."""
        # Without a change, a scan would find and return the same recognitions forever.
        changed = False
        until = monotonic() + _UNLISTED_SECONDS
        for capture_device_id in sought:
            if capture_device_id in listed:
                changed = True
            elif capture_device_id in self._unlisted:
                self._unlisted[capture_device_id] = until
            elif len(self._unlisted) < _MOST_UNLISTED:
                changed = True
                self._unlisted[capture_device_id] = until
        waiting, self._waiting = self._waiting, []
        for update in waiting:
            if update.recognition.capture_device_id in sought:
                self._deliver(update)
            else:
                self._waiting.append(update)
        if self._returned_some and changed:
            self._client.request_scan()
        self._returned_some = False


def _picture_characters(update: RecognitionUpdate) -> int:
    if isinstance(update, Recovered):
        return 0
    return sum(map(len, update.embedded_pictures.values()))
