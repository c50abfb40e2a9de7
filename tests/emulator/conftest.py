"""Boxes and clients of the emulator's tests."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import aiohttp
import pytest

from emulator import EmulatedBox, PictureSize, Variant

from .talk import Talk


class Boxes:
    """Makes started boxes with small pictures and a client to each."""

    def __init__(self, stack: AsyncExitStack) -> None:
        """Take what ends them all."""
        self._stack = stack

    async def make(
        self, dialect: str, variant: Variant | None = None, *, score_scale: int = 100
    ) -> Talk:
        """Return a client of a new box."""
        box = EmulatedBox(
            "flat" if dialect == "flat" else "nested",
            variant=variant or Variant(),
            score_scale=score_scale,
            picture_size=PictureSize(face=4_000, scene=12_000, reference=4_000),
        )
        await self._stack.enter_async_context(box)
        session = await self._stack.enter_async_context(
            # A total time would outlive a socket that the box aborts.
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(sock_read=10))
        )
        return Talk(box, session)


@pytest.fixture
async def boxes() -> AsyncIterator[Boxes]:
    """Make boxes that are stopped afterwards."""
    async with AsyncExitStack() as stack:
        yield Boxes(stack)


@pytest.fixture
async def nested(boxes: Boxes) -> Talk:
    """Return a client of a 1.x box."""
    return await boxes.make("nested")


@pytest.fixture
async def flat(boxes: Boxes) -> Talk:
    """Return a client of a 2.0 box."""
    return await boxes.make("flat")


@pytest.fixture(params=["nested", "flat"])
async def either(request: pytest.FixtureRequest, boxes: Boxes) -> Talk:
    """Return a client of a box of each dialect in turn."""
    return await boxes.make(request.param)


@pytest.fixture
async def boxes_with_large_scenes() -> AsyncIterator[Talk]:
    """Return a client of a box whose scenes are as large as they get."""
    size = PictureSize(face=30_000, scene=6_000_000, reference=30_000)
    async with (
        EmulatedBox("nested", picture_size=size) as box,
        aiohttp.ClientSession() as session,
    ):
        yield Talk(box, session)
