"""Work that a box does after a delay."""

import asyncio
from collections.abc import Awaitable, Callable


class Later:
    """The delayed work of one box."""

    def __init__(self) -> None:
        """Start without any work."""
        self._tasks: set[asyncio.Task[None]] = set()

    def do(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        """Do the work after the delay, unless it is canceled before."""

        async def _wait() -> None:
            await asyncio.sleep(seconds)
            await work()

        task = asyncio.create_task(_wait())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def cancel(self) -> None:
        """Cancel the work that still waits."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
