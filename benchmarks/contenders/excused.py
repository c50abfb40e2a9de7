"""What may hold the event loop: garbage collection, and the parse of a message."""

from collections.abc import Callable, Sequence
import gc
from threading import get_ident
import time
from types import ModuleType
from unittest.mock import patch

_PARSE = "load_object"


class Excused:
    """Measures the time of garbage collections and parses while it watches."""

    def __init__(self, readers: Sequence[ModuleType] = ()) -> None:
        """Initialize; `readers` are the modules that parse messages."""
        self._collecting_since = 0.0
        self._collected = 0.0
        # The longest parse since the time was taken, and of all.
        self._parsed = 0.0
        self.longest_parse = 0.0
        self._thread = 0
        self._patches = [
            patch.object(module, _PARSE, self._timed(getattr(module, _PARSE)))
            for module in readers
        ]

    def watch(self) -> None:
        """Start to watch the thread of the caller."""
        self._thread = get_ident()
        self._collected = self._parsed = self.longest_parse = 0.0
        gc.callbacks.append(self._collect)
        for each in self._patches:
            each.start()

    def stop(self) -> None:
        """Stop watching."""
        gc.callbacks.remove(self._collect)
        for each in self._patches:
            each.stop()

    def take_spent(self) -> float:
        """Return the seconds of all collections and one parse since the last call."""
        spent = self._collected + self._parsed
        self._collected = self._parsed = 0.0
        return spent

    def _collect(self, phase: str, _: dict[str, int]) -> None:
        now = time.perf_counter()
        if phase == "start":
            self._collecting_since = now
        else:
            self._collected += now - self._collecting_since

    def _timed(self, parse: Callable[[bytes], object]) -> Callable[[bytes], object]:
        def timed(content: bytes) -> object:
            began = time.perf_counter()
            try:
                return parse(content)
            finally:
                # A parse in another thread does not hold the event loop.
                if get_ident() == self._thread:
                    spent = time.perf_counter() - began
                    self._parsed = max(self._parsed, spent)
                    self.longest_parse = max(self.longest_parse, spent)

        return timed
