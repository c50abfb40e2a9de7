"""What a check says when something is not as it must be."""

import asyncio
from collections.abc import Awaitable, Callable


class CheckFailedError(Exception):
    """Something is not as it must be; the message says what."""


async def wait_until_empty(
    missing: Callable[[], Awaitable[list[str]]], seconds: float, failure: str
) -> None:
    """Ask what is missing until nothing is; raises with what still is when the time is over."""
    left: list[str] = []
    try:
        async with asyncio.timeout(seconds):
            while True:
                left = await missing()
                if not left:
                    return
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise CheckFailedError(f"{failure}: {', '.join(left)}") from None
