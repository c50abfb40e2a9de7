"""Keeps a long-lived task running."""

import asyncio
from collections.abc import Awaitable, Callable
import random

from ..aibox.retry import delay, failures_after
from ..const import LOGGER


async def async_supervise(
    work: Callable[[], Awaitable[None]],
    name: str,
    *,
    on_failure: Callable[[], None] = lambda: None,
) -> None:
    """Run work until it returns; log and restart it if it fails."""
    loop = asyncio.get_running_loop()
    failures = 0
    while True:
        began = loop.time()
        try:
            await work()
        except Exception:  # noqa: BLE001 - a supervisor's whole purpose
            # Nothing awaits the task: without this, its end would go unnoticed.
            LOGGER.exception("Unexpected error in %s; restarting it", name)
        else:
            return
        on_failure()
        failures = failures_after(failures, loop.time() - began)
        await asyncio.sleep(delay(failures, random.random()))
