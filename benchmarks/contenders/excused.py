"""The time that Python spends on garbage collection."""

import gc
import time


class Collections:
    """Measures the time of garbage collections while it watches."""

    def __init__(self) -> None:
        """Initialize without watching."""
        self._spent = 0.0
        self._began = 0.0

    def watch(self) -> None:
        """Start to watch."""
        gc.callbacks.append(self._note)

    def stop(self) -> None:
        """Stop watching."""
        gc.callbacks.remove(self._note)

    def take_spent(self) -> float:
        """Return the seconds spent since the last call."""
        spent, self._spent = self._spent, 0.0
        return spent

    def _note(self, phase: str, _: dict[str, int]) -> None:
        now = time.perf_counter()
        if phase == "start":
            self._began = now
        else:
            self._spent += now - self._began
