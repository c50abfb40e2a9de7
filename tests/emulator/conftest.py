"""Boxes and their clients, as fixtures."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import aiohttp
import pytest

from emulator import EmulatedBox, PictureSize, Variant

from .box_client import PATIENCE_SECONDS, BoxClient
from .listener import Listener


class Boxes:
    """Starts boxes with small pictures, each with a client."""

    def __init__(self, stack: AsyncExitStack) -> None:
        """Create a factory; the stack stops its boxes."""
        self._stack = stack

    async def make(
        self, dialect: str, variant: Variant | None = None, *, score_scale: int = 100
    ) -> BoxClient:
        """Start a box and return its client."""
        box = EmulatedBox(
            "flat" if dialect == "flat" else "nested",
            variant=variant or Variant(),
            score_scale=score_scale,
            picture_size=PictureSize(face=4_000, scene=12_000, reference=4_000),
        )
        await self._stack.enter_async_context(box)
        session = await self._stack.enter_async_context(
            # The timer of a total timeout would outlive a socket that the box aborts.
            aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(sock_read=PATIENCE_SECONDS)
            )
        )
        return BoxClient(box, session)


@pytest.fixture
async def boxes() -> AsyncIterator[Boxes]:
    """Start boxes and stop them after the test."""
    async with AsyncExitStack() as stack:
        yield Boxes(stack)


@pytest.fixture
async def nested(boxes: Boxes) -> BoxClient:
    """Return a client of a 1.x box."""
    return await boxes.make("nested")


@pytest.fixture
async def flat(boxes: Boxes) -> BoxClient:
    """Return a client of a 2.0 box."""
    return await boxes.make("flat")


@pytest.fixture(params=["nested", "flat"])
async def either(request: pytest.FixtureRequest, boxes: Boxes) -> BoxClient:
    """Return a client of a box, in each dialect."""
    return await boxes.make(request.param)


@pytest.fixture
async def boxes_with_large_scenes() -> AsyncIterator[BoxClient]:
    """Return a client of a box with the largest scenes."""
    size = PictureSize(face=30_000, scene=6_000_000, reference=30_000)
    async with (
        EmulatedBox("nested", picture_size=size) as box,
        aiohttp.ClientSession() as session,
    ):
        yield BoxClient(box, session)


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    """Return a running listener."""
    made = Listener()
    async with made.server:
        yield made
