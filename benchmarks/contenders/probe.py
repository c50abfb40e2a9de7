"""Measures its own process: the arrivals, their latency and their cost."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
import resource
import time
from types import ModuleType

from .excused import Excused

_LOOK_SECONDS = 0.05
_TICK_SECONDS = 0.001


async def _at_once() -> None:
    """Wait for nothing: the work is done when the last recognition arrives."""


class Probe:
    """One measurement at a time, from `begin` to `end`."""

    def __init__(
        self,
        settle: Callable[[], Awaitable[None]] = _at_once,
        readers: Sequence[ModuleType] = (),
    ) -> None:
        """Initialize; `settle` waits for later work, such as the recorder's.

        `readers` are the modules that parse a box's messages.
        """
        self._settle = settle
        self._arrived: list[int] = []
        self._shown: list[int] = []
        self._last = 0
        self._cpu = 0.0
        self._held = 0.0
        self._excused = Excused(readers)
        self._ticking: asyncio.TimerHandle | None = None

    async def begin(self, *, ticking: bool = False) -> None:
        """Start a measurement; with `ticking`, also of event loop stalls."""
        self._arrived, self._shown = [], []
        self._held = 0.0
        if ticking:
            self._excused.watch()
            self._tick(asyncio.get_running_loop().time())
        self._cpu = time.process_time()

    def arrive(self, moment: int) -> None:
        """Add a recognition sent at a time in monotonic nanoseconds."""
        self._last = time.monotonic_ns()
        self._arrived.append(self._last - moment)

    def show(self, moment: int) -> None:
        """Add the state of a recognition sent at that time."""
        self._shown.append(time.monotonic_ns() - moment)

    async def end(self, expected: int, patience: float) -> dict[str, object]:
        """Wait for the expected recognitions; return the measurements.

        Waits at most `patience` seconds for each. Latencies are in milliseconds, other
        values in seconds and bytes.
        """
        waiting_since, seen = time.monotonic(), -1
        while len(self._arrived) < expected:
            if len(self._arrived) != seen:
                waiting_since, seen = time.monotonic(), len(self._arrived)
            elif time.monotonic() - waiting_since > patience:
                break
            await asyncio.sleep(_LOOK_SECONDS)
        await self._settle()
        cpu = time.process_time() - self._cpu
        if self._ticking is not None:
            self._ticking.cancel()
            self._ticking = None
            self._excused.stop()
        return {
            "received": len(self._arrived),
            "last": self._last,
            "cpu": cpu,
            "held": self._held,
            "parse": self._excused.longest_parse,
            "resident": resident_bytes(),
            "bus": _milliseconds(self._arrived),
            "state": _milliseconds(self._shown),
        }

    def _tick(self, due: float) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        self._held = max(self._held, now - due - self._excused.take_spent())
        self._ticking = loop.call_at(
            now + _TICK_SECONDS, self._tick, now + _TICK_SECONDS
        )


def _milliseconds(nanoseconds: list[int]) -> list[float]:
    return [round(value / 1e6, 4) for value in nanoseconds]


def resident_bytes() -> int:
    """Return the resident memory of this process, in bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()
