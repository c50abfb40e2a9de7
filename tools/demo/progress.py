"""Shows the running step and its duration on the terminal."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
import sys
import time
from typing import override


def say(text: str = "") -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class Step:
    """A step of the demo, with its duration."""

    def __init__(self, title: str) -> None:
        """Start to measure the time."""
        self._title = title
        self._detail = ""
        self._began = time.monotonic()

    def update(self, detail: str) -> None:
        """Set the progress, to be shown with the title."""
        self._detail = detail

    @override
    def __str__(self) -> str:
        """Return the title, the progress and the seconds so far."""
        seconds = f"{time.monotonic() - self._began:.0f} s"
        return f"{self._title} … {f'{self._detail}, ' if self._detail else ''}{seconds}"


@asynccontextmanager
async def step(title: str) -> AsyncGenerator[Step]:
    """Show a step while it runs."""
    # A terminal shows a line that updates; a file gets its start and its end.
    shown = Step(title)
    live = sys.stdout.isatty()
    if not live:
        say(f"{title} …")
    ticking = asyncio.create_task(_tick(shown)) if live else None
    try:
        yield shown
    finally:
        if ticking is not None:
            ticking.cancel()
            sys.stdout.write("\r\x1b[K")
        say(str(shown))


async def _tick(shown: Step) -> None:
    while True:
        sys.stdout.write(f"\r\x1b[K{shown}")
        sys.stdout.flush()
        await asyncio.sleep(0.5)
