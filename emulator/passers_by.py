"""Random recognitions, now and in the past."""

import asyncio
from collections.abc import AsyncGenerator
from typing import get_args

from .base import AnyBox
from .model import Emitted, Identity
from .recognition import Stranger

_RECORDS_PER_DAY = 60
_STRANGERS_IN_TEN = 3
_DAY_MS = 86_400_000
# Recognitions happen only between these hours of the day, in UTC+8.
_FIRST_HOUR, _LAST_HOUR = 7, 20
_MIDNIGHT_MS = 16 * 3_600_000


async def fill_history(box: AnyBox, days: int) -> None:
    """Add records of the past days, oldest first."""
    now = round(box.state.now() * 1000)
    midnight = now - (now - _MIDNIGHT_MS) % _DAY_MS
    times = sorted(
        midnight
        - day * _DAY_MS
        + round(box.state.random.uniform(_FIRST_HOUR, _LAST_HOUR) * 3_600_000)
        for day in range(days + 1)
        for _ in range(_RECORDS_PER_DAY)
    )
    for timestamp_ms in times:
        if now - days * _DAY_MS <= timestamp_ms < now:
            await _recognize(box, timestamp_ms)


async def walk_by(box: AnyBox, rate: float) -> AsyncGenerator[Emitted]:
    """Yield random recognitions, `rate` per second on average."""
    while True:
        await asyncio.sleep(box.state.random.uniform(0.4, 1.6) / rate)
        yield await _recognize(box)


async def _recognize(box: AnyBox, timestamp_ms: int | None = None) -> Emitted:
    stranger: Stranger = box.state.random.choice(get_args(Stranger.__value__))
    return await box.recognize(
        identity=_choose_person(box),
        stranger=stranger,
        timestamp_ms=timestamp_ms,
        push=timestamp_ms is None,
    )


def _choose_person(box: AnyBox) -> Identity | None:
    return (
        None
        if box.state.random.randrange(10) < _STRANGERS_IN_TEN
        else box.state.random.choice(box.people)
    )
