"""The people who walk through the site, by the ways of both boxes."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from random import Random
from typing import Final

from emulator import Identity

from .boxes import SoakedBox, is_walker
from .site import CLOCK_SECONDS, Way
from .traffic import Traffic

# Seconds between two people.
_APART: Final = (0.1, 0.5)
# Longer than two clocks may differ, so that it is certain which passage was the last.
_STAY_SECONDS: Final = 2 * CLOCK_SECONDS + 1.0


class Walkers:
    """Everybody enters and leaves, again and again."""

    def __init__(
        self, boxes: Sequence[SoakedBox], traffics: Sequence[Traffic], seed: int
    ) -> None:
        """Initialize with the traffic of each box."""
        self._doors = list(zip(boxes, traffics, strict=True))
        self._random = Random(f"{seed}/site")
        self._people = [each for each in boxes[0].emulated.people if is_walker(each)]

    @property
    def names(self) -> dict[str, str]:
        """The names of all of them, by identity id."""
        return {each.identity_id: each.name for each in self._people}

    async def run(self, over: asyncio.Event) -> None:
        """Let everybody come and go until `over` is set."""
        while not over.is_set():
            await self.all_pass(Way.ENTRANCE)
            # Some are seen inside, and some pass an entrance again.
            for way in (Way.INSIDE, Way.ENTRANCE):
                await self._pass(self._some(), way)
            await _pause(over)
            await self.all_pass(Way.EXIT)
            # To be seen there outside changes nothing.
            await self._pass(self._some(), Way.EXIT)
            await _pause(over)

    async def all_pass(self, way: Way) -> None:
        """Let everybody pass, then wait until that is certainly past."""
        await self._pass(self._people, way)
        await asyncio.sleep(_STAY_SECONDS)

    async def come_back(self) -> None:
        """Let all but two enter."""
        await self._pass(self._people[2:], Way.ENTRANCE)

    async def first_enters(self) -> None:
        """Let one of the two enter who did not come back."""
        await self._pass(self._people[:1], Way.ENTRANCE)

    def _some(self) -> list[Identity]:
        return self._random.sample(self._people, 2)

    async def _pass(self, people: Iterable[Identity], way: Way) -> None:
        people = list(people)
        for person in self._random.sample(people, len(people)):
            await asyncio.sleep(self._random.uniform(*_APART))
            # Whom no box sees passes unseen.
            awake = [door for door in self._doors if not door[0].mood.sees_nobody]
            if awake:
                box, traffic = self._random.choice(awake)
                device_id = next(key for key, value in box.ways.items() if value is way)
                device = box.emulated.state.find_device(device_id)
                assert device is not None
                await traffic.emit(device, person)


async def _pause(over: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(over.wait(), _STAY_SECONDS)
