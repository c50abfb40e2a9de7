"""How a check fails."""

import asyncio
from collections.abc import Awaitable, Callable


class CheckFailedError(Exception):
    """A check failed; the message describes the problem."""


async def wait_until_empty(
    missing: Callable[[], Awaitable[list[str]]], seconds: float, failure: str
) -> None:
    """Wait until nothing is missing.

    Raises `CheckFailedError` with the rest after `seconds`.
    """
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
