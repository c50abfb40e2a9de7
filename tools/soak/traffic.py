"""People who pass the boxes, and what the boxes make of them."""

import asyncio
from random import Random
import time
from typing import Final, get_args

from emulator import Identity
from emulator.recognition import Stranger

from .books import TOLERANCE_MS, Emitted
from .boxes import SoakedBox

_STRANGERS_IN_TEN: Final = 3
_STRANGERS: Final[tuple[Stranger, ...]] = get_args(Stranger.__value__)
# Around the freshness limit of the run.
_LATE_SECONDS: Final = (4.0, 18.0)
_MIXED_UP_SECONDS: Final = (0.05, 1.0)
# Less than the ten minutes for which the client waits, by clocks that are set by minutes meanwhile.
_RECORDED_LATE_SECONDS: Final = (1.0, 420.0)
# So long after the end everything was pushed and recorded.
SLOWEST_SECONDS: Final = 20.0


class Traffic:
    """What one box sees."""

    def __init__(self, box: SoakedBox, rate: float, seed: int, seconds: float) -> None:
        """Take how many recognitions a second there shall be on average, and for how long."""
        self._box = box
        self._rate = rate
        self._random = Random(f"{seed}/traffic/{box.name}")
        self._moments: set[int] = set()
        self._ends = time.monotonic() + seconds

    async def run(self, over: asyncio.Event) -> None:
        """Let people pass until it is over; nobody is cut off half seen."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while not over.is_set():
            # Whoever came while the box was busy passes right after, so that the rate holds.
            due += self._random.uniform(0.4, 1.6) / self._rate
            await asyncio.sleep(max(due - loop.time(), 0))
            if self._box.mood.sees_nobody:
                due = loop.time()
            else:
                await self._recognize()

    async def _recognize(self) -> None:
        box = self._box
        device, person = self._random.choice(box.emulated.devices), self._somebody()
        moment = self._moment()
        happened_at = moment / 1000 - box.emulated.state.clock_offset
        # Before anything that takes time: it is told to whoever listens now.
        is_listened_to = box.listens_to(device.device_id)
        record_delay = self._record_delay()
        seen = await box.emulated.recognize(
            device,
            person,
            timestamp_ms=moment,
            stranger=self._random.choice(_STRANGERS),
            copies=self._copies(person),
            push_delay=self._push_delay(),
            record_delay=record_delay,
        )
        box.emitted.append(
            Emitted(
                box=box.name,
                event_id=seen.event_id,
                capture_device_id=seen.device_id,
                identity_id=seen.identity_id,
                score=seen.score,
                timestamp_ms=moment,
                happened_at=happened_at,
                recorded_at=happened_at + record_delay,
                is_listened_to=is_listened_to,
            )
        )

    def _somebody(self) -> Identity | None:
        if self._random.randrange(10) < _STRANGERS_IN_TEN:
            return None
        return self._random.choice(self._box.emulated.people)

    def _moment(self) -> int:
        """Return now by the box's clock, so far from every other moment that a record can be told apart by time."""
        moment = self._box.emulated.state.next_moment()
        apart = 2 * TOLERANCE_MS
        while not self._moments.isdisjoint(range(moment - apart, moment + apart + 1)):
            moment += 1
        self._moments.add(moment)
        return moment

    def _copies(self, person: Identity | None) -> int:
        if person is None and self._box.name == "nested":
            # Nothing tells one stranger twice from two strangers who look alike.
            return 1
        return 2 if self._happens(self._box.mood.repeats) else 1

    def _push_delay(self) -> float:
        mood = self._box.mood
        return self._seconds(mood.is_late, _LATE_SECONDS) or self._seconds(
            mood.mixes_up, _MIXED_UP_SECONDS
        )

    def _record_delay(self) -> float:
        earliest, latest = _RECORDED_LATE_SECONDS
        left = self._ends - time.monotonic() + SLOWEST_SECONDS
        return self._seconds(self._box.mood.records_late, (earliest, min(latest, left)))

    def _seconds(self, chance: float, span: tuple[float, float]) -> float:
        return self._random.uniform(*span) if self._happens(chance) else 0.0

    def _happens(self, chance: float) -> bool:
        return self._random.random() < chance
