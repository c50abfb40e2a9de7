"""What the log says of a box: what lasts is said once."""

from collections import Counter
from collections.abc import Callable
from typing import cast

from homeassistant.core import callback
from homeassistant.util.logging import catch_log_exception

from ..aibox.exceptions import AiBoxError
from ..aibox.updates import CaughtUp
from ..const import LOGGER


def guarded[*Ts](handle: Callable[[*Ts], None], message: str) -> Callable[[*Ts], None]:
    """Return a callback that logs its exceptions, so that they stop nothing else."""
    wrapped = catch_log_exception(handle, lambda *_: message)
    return cast("Callable[[*Ts], None]", wrapped)


class BoxLog:
    """Says of one box what goes wrong, never quoting what it sent, and counts it for the diagnostics."""

    def __init__(self, name: str) -> None:
        """Take what to call the box."""
        self._name = name
        # By kind: frames that were passed over, and why connections failed.
        self.skipped: Counter[str] = Counter()
        self.disconnections: Counter[str] = Counter()
        self._is_away = False
        self._has_no_history = False

    @callback
    def async_connected(self) -> None:
        """Say that the box is back."""
        if self._is_away:
            LOGGER.info("%s is connected again", self._name)
        self._is_away = False

    @callback
    def async_disconnected(self, error: AiBoxError) -> None:
        """Say that the box is away, not how often it was tried."""
        self.disconnections[type(error).__name__] += 1
        if not self._is_away:
            LOGGER.warning(
                "%s is disconnected, no recognitions arrive until it is back: %s",
                self._name,
                error,
            )
        self._is_away = True

    @callback
    def async_skipped(self, kind: str) -> None:
        """Say that something could not be used, once for each kind."""
        self.skipped[kind] += 1
        if self.skipped[kind] == 1:
            LOGGER.warning(
                "%s sent data that was skipped (%s); further cases are only counted in the diagnostics",
                self._name,
                kind,
            )

    @callback
    def async_catch_up_failed(self, error: AiBoxError) -> None:
        """Say that what was missed cannot be recovered yet."""
        if not self._has_no_history:
            LOGGER.warning(
                "Cannot read the history of %s; missed recognitions are not recovered yet: %s",
                self._name,
                error,
            )
        self._has_no_history = True

    @callback
    def async_caught_up(self, caught_up: CaughtUp) -> None:
        """Say what was recovered where that is not everything."""
        self._has_no_history = False
        if caught_up.left != 0:
            LOGGER.warning(
                "%s: recovered %s missed recognitions; %s more are too old or too many",
                self._name,
                caught_up.recovered,
                "an unknown number of" if caught_up.left is None else caught_up.left,
            )
