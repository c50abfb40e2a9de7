"""Working days in the past: people who come, have lunch outside and leave."""

from collections.abc import Iterator, Sequence
from random import Random

from .base import AnyBox
from .model import Identity, PersonType

_HOUR_MS = 3_600_000
_DAY_MS = 24 * _HOUR_MS
# Days begin at midnight in UTC+8, and the epoch was a Thursday.
_MIDNIGHT_MS = 16 * _HOUR_MS
_EPOCH_WEEKDAY = 3
_SATURDAY = 5
_SICK_DAYS_IN_HUNDRED = 5
_LUNCHES_IN_TEN = 6

# When a person passes, in milliseconds since midnight, and whether they leave.
type Pass = tuple[int, bool]


async def fill_working_days(
    box: AnyBox, days: int, entrances: Sequence[int], exits: Sequence[int]
) -> None:
    """Add records of the past days, at capture devices by number."""
    now = round(box.state.now() * 1000)
    random = box.state.random
    today = (now + _DAY_MS - _MIDNIGHT_MS) // _DAY_MS
    workers = [
        person for person in box.people if person.person_type is PersonType.EMPLOYEE
    ]
    found: list[tuple[int, int, Identity]] = []
    for day in range(today - days, today + 1):
        if (day + _EPOCH_WEEKDAY) % 7 >= _SATURDAY:
            continue
        midnight = day * _DAY_MS - _DAY_MS + _MIDNIGHT_MS
        for person in workers:
            for at, leaves in _passes(random, usual=_usual_hour(person)):
                if midnight + at < now:
                    door = random.choice(exits if leaves else entrances)
                    found.append((midnight + at, door, person))
    for at, door, person in sorted(found, key=lambda each: each[:2]):
        await box.recognize(box.devices[door], person, timestamp_ms=at, push=False)


def _usual_hour(person: Identity) -> float:
    """Return when a person usually comes, which differs by person."""
    return 7.5 + sum(map(ord, person.identity_id)) % 5 / 2


def _passes(random: Random, usual: float) -> Iterator[Pass]:
    """Yield how one person passes on one day, in order."""
    if random.randrange(100) < _SICK_DAYS_IN_HUNDRED:
        return
    came = random.gauss(usual, 0.2)
    yield round(came * _HOUR_MS), False
    if random.randrange(10) < _LUNCHES_IN_TEN:
        out = random.gauss(12.2, 0.2)
        yield round(out * _HOUR_MS), True
        yield round((out + random.uniform(0.4, 0.9)) * _HOUR_MS), False
    yield round(random.gauss(came + 9, 0.4) * _HOUR_MS), True
