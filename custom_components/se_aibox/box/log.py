"""Logs the problems of a box, each lasting one once."""

from collections import Counter
from collections.abc import Callable
from typing import cast

from homeassistant.core import callback
from homeassistant.util.logging import catch_log_exception

from ..aibox.exceptions import AiBoxError
from ..aibox.updates import ScanCompleted
from ..const import LOGGER


def guarded[*Ts](handle: Callable[[*Ts], None], message: str) -> Callable[[*Ts], None]:
    """Return a callback that logs exceptions and raises none."""
    wrapped = catch_log_exception(handle, lambda *_: message)
    return cast("Callable[[*Ts], None]", wrapped)


class BoxLog:
    """Logs and counts the problems of one box.

    It never quotes what the box sent.
    """

    def __init__(self, name: str) -> None:
        """Initialize; `name` appears in the log lines."""
        self.name = name
        # For the diagnostics, by kind: skipped data and lost connections.
        self.skipped: Counter[str] = Counter()
        self.disconnections: Counter[str] = Counter()
        self._is_away = False
        self._history_failed = False

    @callback
    def async_connected(self) -> None:
        """Log that the box is connected again."""
        if self._is_away:
            LOGGER.info("%s is connected again", self.name)
        self._is_away = False

    @callback
    def async_disconnected(self, error: AiBoxError) -> None:
        """Log a lost connection once, not each failed attempt."""
        self.disconnections[error.kind] += 1
        if not self._is_away:
            LOGGER.warning(
                "%s is disconnected; no recognitions arrive until it reconnects: %s",
                self.name,
                error,
            )
        self._is_away = True

    @callback
    def async_skipped(self, kind: str) -> None:
        """Count skipped data, and log it once per kind."""
        self.skipped[kind] += 1
        if self.skipped[kind] == 1:
            LOGGER.warning(
                "%s sent data that was skipped (%s); further cases are only counted in"
                " the diagnostics",
                self.name,
                kind,
            )

    @callback
    def async_catch_up_failed(self, error: AiBoxError) -> None:
        """Log once that the history cannot be read."""
        if not self._history_failed:
            LOGGER.warning(
                "Cannot read the history of %s; missed recognitions are not recovered"
                " yet: %s",
                self.name,
                error,
            )
        self._history_failed = True

    @callback
    def async_caught_up(self, caught_up: ScanCompleted) -> None:
        """Log a recovery that left out some recognitions."""
        self._history_failed = False
        if caught_up.left != 0:
            LOGGER.warning(
                "%s: recovered recognitions: %s; too old or too many to recover: %s",
                self.name,
                caught_up.recovered,
                "an unknown number" if caught_up.left is None else caught_up.left,
            )
