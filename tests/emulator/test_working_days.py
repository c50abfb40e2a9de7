"""A month of working days in the history of a box."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest

from emulator import EmulatedBox, PersonType
from emulator.working_days import fill_working_days

LOCAL = timedelta(hours=8)
SATURDAY = 5


@pytest.mark.parametrize("dialect", ["nested", "flat"])
async def test_employees_come_and_leave_on_working_days(dialect: str) -> None:
    """Each enters first and leaves last, and nobody comes on a weekend."""
    async with EmulatedBox(
        "nested" if dialect == "nested" else "flat", device_count=2, seed=4
    ) as box:
        await fill_working_days(box, 31, entrances=[0], exits=[1])
        records = list(box.history)
        now = box.state.now() * 1000
    passes: defaultdict[tuple[date, str | None], list[str]] = defaultdict(list)
    for record in records:
        assert record.identity is not None
        assert record.identity.person_type is PersonType.EMPLOYEE
        at = datetime.fromtimestamp(record.timestamp_ms / 1000, UTC) + LOCAL
        assert at.weekday() < SATURDAY
        assert record.timestamp_ms < now
        passes[at.date(), record.identity_id].append(record.device.device_id)
    assert len({day for day, _ in passes}) in range(21, 25)
    entrance, exit_ = (device.device_id for device in box.devices)
    today = (datetime.now(UTC) + LOCAL).date()
    for (day, _), doors in passes.items():
        assert doors[0] == entrance
        assert day == today or doors[-1] == exit_
    times = [record.timestamp_ms for record in records]
    assert times == sorted(times)
