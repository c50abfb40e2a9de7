"""What was seen by capture devices that the box has not listed yet, until its list is read again."""

import asyncio
from collections.abc import Awaitable, Callable, Container
from contextlib import suppress
from dataclasses import replace
from time import monotonic

from homeassistant.core import callback

from ..aibox.client import BoxClient
from ..aibox.models import LiveRecognition
from ..aibox.recovery import Recovered
from ..aibox.retry import delay
from ..aibox.updates import RecognitionUpdate
from .log import BoxLog

# Anybody in the box's network can name devices without end.
_MOST_WAITING = 64
_MOST_UNKNOWN = 256
# A list may lag behind the first face that a new door sees; for as long, at most, who comes next is not told live.
_UNKNOWN_SECONDS = 30.0
_MOST_PICTURE_CHARACTERS = 8 * 1024 * 1024
# While the list cannot be read: up to eight seconds from one try to the next.
_MOST_FAILURES = 3
TOO_MANY = "too many at capture devices that are not on the list yet"


class UnlistedDevices:
    """Who waits for the list, in the order of arrival, and which ids it was read for in vain."""

    def __init__(
        self,
        client: BoxClient,
        read_list: Callable[[], Awaitable[Container[str] | None]],
        take: Callable[[RecognitionUpdate], None],
        log: BoxLog,
    ) -> None:
        """Take how to read the list, None where it cannot be read now, and who is given whoever need wait no more.

        Whoever can be told to nobody is given back to the client.
        """
        self._log = log
        self._client = client
        self._read_list = read_list
        self._take = take
        self._waiting: list[RecognitionUpdate] = []
        # Until when, by the monotonic clock, the list is not read for them again.
        self._unknown: dict[str, float] = {}
        self._is_looking = False
        self._list_was_read = asyncio.Event()
        self._gave_back = False

    @callback
    def async_must_wait(self, capture_device_id: str, *, is_known: bool) -> bool:
        """Return whether what a capture device saw has to wait."""
        # Not before those that wait, even if the device is listed by now.
        return capture_device_id in self._ids() or not (
            is_known or self._is_unknown(capture_device_id)
        )

    @callback
    def async_wait(self, update: RecognitionUpdate) -> None:
        """Let something wait for a look at the list, which has to be begun."""
        if len(self._waiting) >= _MOST_WAITING:
            self._gave_back = True
            self._log.async_skipped(TOO_MANY)
            self._client.give_back(update.recognition)
            return
        characters = sum(map(_picture_characters, (*self._waiting, update)))
        if characters > _MOST_PICTURE_CHARACTERS and isinstance(
            update, LiveRecognition
        ):
            # The box's history has them, too.
            update = replace(update, embedded_pictures={})
        self._waiting.append(update)

    async def async_look(self) -> None:
        """Read the list until nobody waits any more; at once where that is being done already."""
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
        """Wait until the list may be read again: sooner where somebody else could read it."""
        if self._list_was_read.is_set():
            await asyncio.sleep(seconds)
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._list_was_read.wait()

    @callback
    def async_give_up(self) -> None:
        """Give back who waits and will not be told."""
        for update in self._waiting:
            self._client.give_back(update.recognition)
        self._waiting.clear()

    @callback
    def async_list_was_read(self) -> None:
        """Try again at once where the list could not be read, and look for every id anew.

        Not where that was for somebody who waits: reading it for one makes no other worth asking for again.
        """
        self._list_was_read.set()
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
        """Hand on what was seen by devices that the list was read for."""
        # A look for the same ones, who can be told to nobody still, would give them back for ever.
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
                self._take(update)
            else:
                self._waiting.append(update)
        if self._gave_back and is_news:
            self._client.look_again()
        self._gave_back = False


def _picture_characters(update: RecognitionUpdate) -> int:
    if isinstance(update, Recovered):
        return 0
    return sum(map(len, update.embedded_pictures.values()))
