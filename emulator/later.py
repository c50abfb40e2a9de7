"""Delayed work of a box."""

import asyncio
from collections.abc import Awaitable, Callable


class Later:
    """Runs work after a delay."""

    def __init__(self) -> None:
        """Create a schedule without work."""
        self._tasks: set[asyncio.Task[None]] = set()

    def do(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        """Run `work` after the delay, unless it is canceled."""

        async def _wait() -> None:
            await asyncio.sleep(seconds)
            await work()

        task = asyncio.create_task(_wait())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def cancel(self) -> None:
        """Cancel all pending work."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
