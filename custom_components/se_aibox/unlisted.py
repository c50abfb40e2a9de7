"""What was seen by capture devices that the box has not listed yet, until its list is read again."""

import asyncio
from collections.abc import Awaitable, Callable, Container
from dataclasses import replace

from homeassistant.core import callback

from .aibox.models import LiveRecognition
from .aibox.recovery import Recovered
from .aibox.retry import delay

type Waiting = LiveRecognition | Recovered

# Anybody in the box's network can name devices without end.
_MOST_WAITING = 64
_MOST_UNKNOWN = 256
_MOST_PICTURE_CHARACTERS = 8 * 1024 * 1024
# While the list cannot be read: up to eight seconds from one try to the next.
_MOST_FAILURES = 3


class UnlistedDevices:
    """Who waits for the list, in the order of arrival, and which ids it was read for in vain."""

    def __init__(
        self,
        read_list: Callable[[], Awaitable[Container[str] | None]],
        take: Callable[[Waiting], None],
    ) -> None:
        """Take how to read the list, None where it cannot be read now, and who is given whoever need wait no more."""
        self._read_list = read_list
        self._take = take
        self._waiting: list[Waiting] = []
        self._unknown: set[str] = set()
        self._is_looking = False

    @callback
    def async_must_wait(self, capture_device_id: str, *, is_known: bool) -> bool:
        """Return whether what a capture device saw has to wait."""
        # Not before those that wait, even if the device is listed by now.
        return capture_device_id in self._ids() or not (
            is_known or capture_device_id in self._unknown
        )

    @callback
    def async_wait(self, update: Waiting) -> bool:
        """Let something wait; return False where too much does."""
        if len(self._waiting) >= _MOST_WAITING:
            return False
        characters = sum(map(_picture_characters, (*self._waiting, update)))
        if characters > _MOST_PICTURE_CHARACTERS and isinstance(
            update, LiveRecognition
        ):
            # The box's history has them, too.
            update = replace(update, embedded_pictures={})
        self._waiting.append(update)
        return True

    async def async_look(self) -> None:
        """Read the list until nobody waits any more; at once where that is being done already."""
        if self._is_looking:
            return
        self._is_looking = True
        failures = 0
        try:
            while self._waiting:
                looked_for = self._ids()
                listed = await self._read_list()
                if listed is None:
                    failures = min(failures + 1, _MOST_FAILURES)
                else:
                    failures = 0
                    self._release(looked_for, listed)
                await asyncio.sleep(delay(1 + failures, 1.0))
        finally:
            self._is_looking = False

    @callback
    def async_give_up(self) -> tuple[Waiting, ...]:
        """Return who waits and will not be told."""
        waiting = tuple(self._waiting)
        self._waiting.clear()
        return waiting

    @callback
    def async_forget_unknown(self) -> None:
        """Look for every id anew; a look for one capture device makes no other worth asking for again."""
        if not self._waiting:
            self._unknown.clear()

    def _ids(self) -> frozenset[str]:
        return frozenset(
            update.recognition.capture_device_id for update in self._waiting
        )

    def _release(self, looked_for: frozenset[str], listed: Container[str]) -> None:
        """Hand on what was seen by devices that the list was read for."""
        for capture_device_id in looked_for:
            if capture_device_id not in listed and len(self._unknown) < _MOST_UNKNOWN:
                self._unknown.add(capture_device_id)
        waiting, self._waiting = self._waiting, []
        for update in waiting:
            if update.recognition.capture_device_id in looked_for:
                self._take(update)
            else:
                self._waiting.append(update)


def _picture_characters(update: Waiting) -> int:
    if isinstance(update, Recovered):
        return 0
    return sum(map(len, update.embedded_pictures.values()))
