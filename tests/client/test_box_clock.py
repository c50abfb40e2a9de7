"""Which clock counts: the box's own, its `Date` header or ours."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from custom_components.se_aibox.aibox import rest as our_rest
from custom_components.se_aibox.aibox.clock import BoxClock, whole_quarters
from custom_components.se_aibox.aibox.models import (
    ClockReading,
    LiveRecognition,
    Recognition,
)
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.updates import Connected, Recovered, ScanCompleted
from emulator import EmulatedBox

from .calls import some_record
from .common import everything, listening, next_update
from .conftest import MakeClient
from .recovering import record_missed

_ZERO = timedelta()
_ZONE = timedelta(hours=8)


def _seen(late: timedelta) -> Recognition:
    now = datetime.now(UTC)
    seen = some_record().recognition
    return replace(seen, occurred_at=now + late, received_at=now)


async def _clock(offset: timedelta, *, is_date: bool = True) -> BoxClock:
    async def measure() -> ClockReading:
        return ClockReading(offset, timedelta(seconds=0.5), is_date=is_date)

    clock = BoxClock(measure)
    await clock.measure()
    return clock


def _is_doubted(clock: BoxClock) -> bool:
    assert clock.reading is not None
    return clock.reading.is_doubted


@pytest.fixture
async def loop_time(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the time of the event loop, which a test sets."""
    times = [1_000.0]
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: times[-1])
    return times


async def _agree(clock: BoxClock, times: list[float], *seconds: float) -> None:
    for passed in seconds:
        times.append(times[-1] + passed)
        clock.receive(_seen(timedelta(seconds=-2)))


async def test_date_is_doubted_after_five_recognitions_over_ten_minutes(
    loop_time: list[float],
) -> None:
    """They agree with our clock."""
    clock = await _clock(_ZONE)
    await _agree(clock, loop_time, 0, 100, 100, 100, 299)
    assert not _is_doubted(clock)
    await _agree(clock, loop_time, 1)
    assert _is_doubted(clock)


async def test_date_is_not_doubted_after_four_recognitions(
    loop_time: list[float],
) -> None:
    """Ten minutes alone are not enough."""
    clock = await _clock(_ZONE)
    await _agree(clock, loop_time, 0, 600, 600, 600)
    assert not _is_doubted(clock)


async def test_recognition_that_agrees_with_the_date_restarts_the_count(
    loop_time: list[float],
) -> None:
    """One that is merely late does not."""
    clock = await _clock(-_ZONE)
    await _agree(clock, loop_time, 0, 200, 200, 200, 200)
    clock.receive(_seen(timedelta(minutes=-5)))
    assert _is_doubted(clock)
    clock.receive(_seen(-_ZONE))
    assert not _is_doubted(clock)


@pytest.mark.parametrize(
    ("offset", "is_date"),
    [
        (_ZERO, True),
        (_ZONE, False),
        (timedelta(minutes=7), True),
        (timedelta(hours=27), True),
    ],
)
async def test_other_clock_is_never_doubted(
    loop_time: list[float], offset: timedelta, is_date: bool
) -> None:
    """The clock call is right, and other differences are no time zone."""
    clock = await _clock(offset, is_date=is_date)
    await _agree(clock, loop_time, 0, 300, 300, 300, 300)
    assert not _is_doubted(clock)
    assert clock.for_history == clock.reading


async def test_recognition_before_the_first_measurement_counts(
    loop_time: list[float],
) -> None:
    """The clock is not known then."""
    clock = BoxClock((await _clock(_ZONE)).measure)
    assert clock.reading is None
    clock.receive(_seen(_ZONE))
    await _agree(clock, loop_time, 0)
    await clock.measure()
    assert clock.for_history == ClockReading(_ZERO, timedelta(seconds=60))


def test_quarter_hours_have_a_tolerance_of_a_minute() -> None:
    """Nepal is 5:45 ahead of UTC."""
    minute = timedelta(minutes=1)
    assert whole_quarters(345 * minute + minute) == 345 * minute
    assert whole_quarters(345 * minute + 1.1 * minute) == _ZERO
    assert whole_quarters(0.5 * minute) == _ZERO


@pytest.mark.parametrize("hours", [-8, 8])
async def test_history_is_read_by_the_times_of_recognitions(
    make_client: MakeClient, box: EmulatedBox, hours: int
) -> None:
    """The date of the box is off by a time zone."""
    await box.port("system").close()
    box.state.date_offset = hours * 3600.0
    client = make_client()
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        await next_update(updates, Connected)
        await next_update(updates, ScanCompleted)
        await box.wait_for_subscription()
        await box.recognize(box.devices[0], box.people[0])
        await next_update(updates, LiveRecognition)
        await box.port("events").close()
        missed = await record_missed(box, minutes_ago=0.01, who=1)
        await box.port("events").open()
        await next_update(updates, Connected)
        found = await next_update(updates, Recovered)
        assert found.recognition.identity_id == missed.identity_id


@pytest.mark.parametrize("minutes", [-30, 30])
async def test_clock_set_during_the_call_does_not_change_the_result(
    rest: Rest, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    """The round trip is measured by a monotonic clock."""
    shift = timedelta(minutes=minutes)
    ours = SimpleNamespace(now=lambda zone: datetime.now(zone) - shift)
    ask = rest.ask

    async def set_meanwhile(request: object) -> object:
        answer = await ask(request)  # type: ignore[arg-type]  # as given
        monkeypatch.setattr(our_rest, "datetime", ours)
        return answer

    monkeypatch.setattr(rest, "ask", set_meanwhile)
    reading = await rest.clock()
    off = reading.offset - shift
    assert abs(off) <= reading.uncertainty + timedelta(milliseconds=1)
    assert reading.uncertainty < timedelta(seconds=1)
