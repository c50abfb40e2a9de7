"""Two streams as one."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from enum import Enum, auto
from typing import Final


class _Over(Enum):
    OVER = auto()


_OVER: Final = _Over.OVER


async def interleaved[T](
    main: AsyncGenerator[T], side: AsyncGenerator[T]
) -> AsyncGenerator[T]:
    """Yield what both yield, as it comes, until `main` ends or either raises; `side` may end earlier.

    What `main` has is never kept waiting by `side`, and costs nothing more once that has ended.
    """
    async with aclosing(main), aclosing(side):
        next_main = asyncio.create_task(_next(main))
        next_side = asyncio.create_task(_next(side))
        try:
            while True:
                if next_main.done():
                    # It had more at once: whatever else waits on the event loop has its turn first.
                    await asyncio.sleep(0)
                else:
                    await asyncio.wait(
                        (next_main, next_side), return_when=asyncio.FIRST_COMPLETED
                    )
                if next_main.done():
                    if (item := next_main.result()) is _OVER:
                        return
                    yield item
                    next_main = asyncio.create_task(_next(main), eager_start=True)
                if next_side.done():
                    if (item := next_side.result()) is _OVER:
                        break
                    yield item
                    next_side = asyncio.create_task(_next(side))
            if (item := await next_main) is not _OVER:
                yield item
        finally:
            next_main.cancel()
            next_side.cancel()
            await asyncio.gather(next_main, next_side, return_exceptions=True)
        async for item in main:
            yield item


async def _next[T](generator: AsyncGenerator[T]) -> T | _Over:
    return await anext(generator, _OVER)
