"""Follows a box's broadcasts about capture devices (docs/protocol.md §2)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
import random

from aiohttp import ClientSession

from .exceptions import AiBoxError
from .models import Dialect, Ports
from .pings import Pings
from .retry import delay, failures_after
from .stream import connect
from .wire.flat import concerns_capture_devices


async def follow_device_list(
    session: ClientSession,
    host: str,
    ports: Ports,
    changed: Callable[[], None],
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    jitter: Callable[[], float] = random.random,
) -> None:
    """Call back whenever the capture devices may have changed, until canceled.

    A reconnect counts as a change, because a broadcast may have been missed.
    """
    failures = 0
    loop = asyncio.get_running_loop()
    # The broadcast socket works like the event socket, but on its own port.
    ports = replace(ports, events=ports.broadcasts)
    pings = Pings()
    while True:
        opened = loop.time()
        try:
            async with connect(session, host, ports, Dialect.FLAT, pings) as stream:
                await stream.wait_until_alive()
                changed()
                while True:
                    if concerns_capture_devices(await stream.receive()):
                        changed()
        except AiBoxError:
            failures = failures_after(failures, loop.time() - opened)
        await sleep(delay(failures, jitter()))
