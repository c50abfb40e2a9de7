"""Lets other tasks run while a long list is made."""

import asyncio
from collections.abc import Iterable
from itertools import batched

_AT_ONCE = 50


async def async_listed[T](items: Iterable[T]) -> list[T]:
    """Return the items, made while other tasks run in between."""
    made: list[T] = []
    for piece in batched(items, _AT_ONCE, strict=False):
        made += piece
        await asyncio.sleep(0)
    return made
