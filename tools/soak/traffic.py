"""The recognitions that the boxes emit."""

import asyncio
from random import Random
import time
from typing import Final, get_args

from emulator import Device, Identity
from emulator.recognition import Stranger

from .books import TOLERANCE_MS, Emitted
from .boxes import SoakedBox, is_walker

_STRANGERS_IN_TEN: Final = 3
_STRANGERS: Final[tuple[Stranger, ...]] = get_args(Stranger.__value__)
# Seconds around the freshness limit of the run.
_LATE_SECONDS: Final = (4.0, 18.0)
_MIXED_UP_SECONDS: Final = (0.05, 1.0)
# Seconds. The client waits ten minutes for records, by a clock that may be set by up to
# two minutes meanwhile.
_RECORDED_LATE_SECONDS: Final = (1.0, 420.0)
_RECORDED_SLOWLY_SECONDS: Final = (0.5, 8.0)
# Everything is pushed and recorded within so many seconds after the end.
SLOWEST_SECONDS: Final = 20.0


class Traffic:
    """The recognitions of one box."""

    def __init__(self, box: SoakedBox, rate: float, seed: int, seconds: float) -> None:
        """Initialize with the average rate per second and the length of the run."""
        self._box = box
        self._rate = rate
        self._random = Random(f"{seed}/traffic/{box.name}")
        self._moments: set[int] = set()
        self._ends = time.monotonic() + seconds
        # Everybody but those who walk through the site.
        self._others = [each for each in box.emulated.people if not is_walker(each)]

    async def run(self, over: asyncio.Event) -> None:
        """Emit recognitions until `over` is set; the last one is completed."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while not over.is_set():
            # Overdue recognitions follow at once, which keeps the average rate.
            due += self._random.uniform(0.4, 1.6) / self._rate
            await asyncio.sleep(max(due - loop.time(), 0))
            if self._box.mood.sees_nobody:
                due = loop.time()
            else:
                device = self._random.choice(self._box.emulated.devices)
                await self.emit(device, self._passer_by())

    async def emit(self, device: Device, person: Identity | None) -> None:
        """Emit a recognition in the mood of the box."""
        box = self._box
        moment = self._moment()
        happened_at = moment / 1000 - box.emulated.state.clock_offset
        # Before anything that takes time: only who is subscribed now receives the push.
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

    def _passer_by(self) -> Identity | None:
        if self._random.randrange(10) < _STRANGERS_IN_TEN:
            return None
        return self._random.choice(self._others)

    def _moment(self) -> int:
        """Return the time by the box's clock, distinct from all others."""
        # Distinct by more than the tolerance, so that a time identifies a record.
        moment = self._box.emulated.state.next_moment()
        apart = 2 * TOLERANCE_MS
        while not self._moments.isdisjoint(range(moment - apart, moment + apart + 1)):
            moment += 1
        self._moments.add(moment)
        return moment

    def _copies(self, person: Identity | None) -> int:
        if person is None and self._box.emulated.dialect == "nested":
            # One stranger twice cannot be distinguished from two similar strangers.
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
        mood = self._box.mood
        return self._seconds(
            mood.records_late, (earliest, min(latest, left))
        ) or self._seconds(mood.records_slowly, _RECORDED_SLOWLY_SECONDS)

    def _seconds(self, chance: float, span: tuple[float, float]) -> float:
        return self._random.uniform(*span) if self._happens(chance) else 0.0

    def _happens(self, chance: float) -> bool:
        return self._random.random() < chance
