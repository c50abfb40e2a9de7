"""What was seen by capture devices that the box has not listed yet, until its list is read again."""

from collections.abc import Callable

from homeassistant.core import callback

from .aibox.models import LiveRecognition
from .aibox.recovery import Recovered

type Waiting = LiveRecognition | Recovered


class UnlistedDevices:
    """Who waits for the list, by capture device id, and which ids it was read for in vain."""

    def __init__(self, look_for: Callable[[str], None]) -> None:
        """Take what has the list read, once for each id."""
        self._look_for = look_for
        self._waiting: dict[str, list[Waiting]] = {}
        self._unknown: set[str] = set()

    @callback
    def async_holds(self, update: Waiting, *, is_chosen: bool, is_listed: bool) -> bool:
        """Keep what has to wait; return False for what has not."""
        key = update.recognition.capture_device_id
        if key in self._waiting:
            # Not before those that wait, even if the device is listed by now.
            self._waiting[key].append(update)
            return True
        if is_chosen or is_listed or key in self._unknown:
            return False
        self._waiting[key] = [update]
        self._look_for(key)
        return True

    @callback
    def async_release(
        self, capture_device_id: str, *, is_unknown: bool
    ) -> list[Waiting]:
        """Return who waited, now that the list was read."""
        if is_unknown:
            self._unknown.add(capture_device_id)
        return self._waiting.pop(capture_device_id)

    @callback
    def async_forget_unknown(self) -> None:
        """Look for every id anew; a look for one capture device makes no other worth asking for again."""
        if not self._waiting:
            self._unknown.clear()
