"""How long Python stops everything to collect garbage."""

import gc
import time


class Collections:
    """Takes the time of collections while it watches."""

    def __init__(self) -> None:
        """Watch nothing yet."""
        self._spent = 0.0
        self._began = 0.0

    def watch(self) -> None:
        """Begin to watch."""
        gc.callbacks.append(self._note)

    def stop(self) -> None:
        """Watch no more."""
        gc.callbacks.remove(self._note)

    def take_spent(self) -> float:
        """Return the seconds that were spent since this was asked last."""
        spent, self._spent = self._spent, 0.0
        return spent

    def _note(self, phase: str, _: dict[str, int]) -> None:
        now = time.perf_counter()
        if phase == "start":
            self._began = now
        else:
            self._spent += now - self._began
