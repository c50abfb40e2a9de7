"""Hears that a box's capture devices changed (PROTOCOL §2), and reconnects for as long as anybody wants to know."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import replace
import random

from aiohttp import ClientSession

from .exceptions import AiBoxError
from .models import Dialect, Ports
from .retry import delay, failures_after
from .stream import connect
from .wire.flat import concerns_capture_devices


async def list_changes(
    session: ClientSession,
    host: str,
    ports: Ports,
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    jitter: Callable[[], float] = random.random,
) -> AsyncGenerator[None]:
    """Yield whenever the capture devices may have changed: a broadcast came, or one may have been missed.

    It never ends or raises, also where nobody ever answers; close the generator to disconnect.
    """
    failures = 0
    loop = asyncio.get_running_loop()
    # The socket is opened and watched like that of the recognitions, on a port of its own.
    ports = replace(ports, events=ports.broadcasts)
    while True:
        opened = loop.time()
        try:
            async with connect(session, host, ports, Dialect.FLAT) as stream:
                await stream.wait_for_sign()
                yield
                while True:
                    if concerns_capture_devices(await stream.receive()):
                        yield
        except AiBoxError:
            failures = failures_after(failures, loop.time() - opened)
        await sleep(delay(failures, jitter()))
