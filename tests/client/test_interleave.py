"""Two streams as one."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from custom_components.se_aibox.aibox.interleave import interleaved

from .talk import our_tasks


class _Stream:
    """Yields what it is told to, and notes whether it was closed."""

    def __init__(self) -> None:
        """Have nothing yet."""
        self.items: asyncio.Queue[str | Exception | None] = asyncio.Queue()
        self.closed = False

    def say(self, *items: str | Exception | None) -> None:
        """Yield items, raise an error, or end."""
        for item in items:
            self.items.put_nowait(item)

    async def __call__(self) -> AsyncGenerator[str]:
        """Yield until told to end."""
        try:
            while (item := await self.items.get()) is not None:
                if isinstance(item, Exception):
                    raise item
                yield item
        finally:
            self.closed = True


@pytest.fixture
def main() -> _Stream:
    """Return the stream that decides."""
    return _Stream()


@pytest.fixture
def side() -> _Stream:
    """Return the stream that may end earlier."""
    return _Stream()


async def _all(main: _Stream, side: _Stream) -> list[str]:
    async with asyncio.timeout(5), aclosing(interleaved(main(), side())) as both:
        return [item async for item in both]


async def _noticed() -> None:
    """Let the end of a stream be noticed before anything else comes."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_each_as_it_comes(main: _Stream, side: _Stream) -> None:
    """Neither waits for the other."""
    async with asyncio.timeout(5), aclosing(interleaved(main(), side())) as both:
        for stream, item in ((main, "1"), (side, "2"), (side, "3"), (main, "4")):
            stream.say(item)
            assert await anext(both) == item


async def test_the_side_may_end(main: _Stream, side: _Stream) -> None:
    """The main stream goes on."""
    async with asyncio.timeout(5), aclosing(interleaved(main(), side())) as both:
        side.say("1", None)
        assert await anext(both) == "1"
        for item in ("2", "3"):
            waiting = asyncio.ensure_future(anext(both))
            await _noticed()
            main.say(item)
            assert await waiting == item
        main.say(None)
        with pytest.raises(StopAsyncIteration):
            await anext(both)


async def test_both_end(main: _Stream, side: _Stream) -> None:
    """It is over."""
    side.say(None)
    main.say(None)
    assert await _all(main, side) == []


async def test_the_main_ends_after_the_side(main: _Stream, side: _Stream) -> None:
    """It is over then, and not before."""
    side.say(None)
    waiting = asyncio.create_task(_all(main, side))
    await _noticed()
    assert not waiting.done()
    main.say(None)
    assert await waiting == []


async def test_the_main_ends_first(main: _Stream, side: _Stream) -> None:
    """What the side still has is of no use, and it is closed."""
    main.say("1", None)
    assert await _all(main, side) == ["1"]
    assert side.closed


@pytest.mark.parametrize("who", ["main", "side"])
async def test_either_fails(main: _Stream, side: _Stream, who: str) -> None:
    """The other one is closed, and nothing is left behind."""
    tasks = our_tasks()
    (main if who == "main" else side).say(ValueError("broken"))
    with pytest.raises(ValueError, match="broken"):
        await _all(main, side)
    assert main.closed
    assert side.closed
    assert our_tasks() <= tasks


async def test_nobody_wants_it_any_more(main: _Stream, side: _Stream) -> None:
    """Closed while both are waited for, nothing is left behind."""
    tasks = our_tasks()
    both = interleaved(main(), side())
    main.say("1")
    assert await anext(both) == "1"
    await both.aclose()
    assert main.closed
    assert our_tasks() <= tasks


async def test_a_main_stream_that_has_much_holds_nobody_up(
    main: _Stream, side: _Stream
) -> None:
    """Neither the side nor what else waits on the event loop comes after all of it."""
    many = [str(number) for number in range(10)]
    main.say(*many)
    turns = 0

    def turn() -> None:
        nonlocal turns
        turns += 1
        asyncio.get_running_loop().call_soon(turn)

    async with asyncio.timeout(5), aclosing(interleaved(main(), side())) as both:
        asyncio.get_running_loop().call_soon(turn)
        side.say("side")
        items = [await anext(both) for _ in range(len(many) + 1)]
    assert [item for item in items if item != "side"] == many
    assert items.index("side") <= 1
    assert turns >= len(many)
