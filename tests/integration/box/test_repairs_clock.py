"""Repairs for a box whose clock or time zone is wrong."""

from datetime import timedelta
from itertools import count
import time

import pytest

# It ships no py.typed.
from custom_components.se_aibox.aibox.models import ClockReading
from custom_components.se_aibox.box.issues import (
    Fault,
    Symptom,
    clock_symptom,
    times_symptom,
)
from custom_components.se_aibox.const import EVENT_RECOVERED
from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from tests.integration.conftest import SetUp
from tests.integration.helpers import Heard

from .repairs_helpers import ahead, issue_of, measure, raised

pytest_plugins = ["tests.integration.box.repairs_fixtures"]

HOUR = timedelta(hours=1)


@pytest.mark.usefixtures("one_moment_is_enough")
async def test_clock_by_the_date(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Where the system port is closed, the date of another answer tells the clock."""
    ahead(box)
    await box.port("system").close()
    await measure(await set_up())
    assert raised(hass) == {"clock_ahead"}
    issue = issue_of(hass, Fault.CLOCK_OFF)
    assert issue is not None
    assert issue.translation_placeholders == {
        "name": "BM1684-180",
        "name_markdown": "BM1684\\-180",
        "difference": "8:02",
    }


_TICKS = count()


async def see(box: EmulatedBox, heard: Heard, offset: timedelta) -> None:
    """Let somebody be recognised whose recognition is dated wrong."""
    # Never twice the same millisecond: that would be one recognition.
    moment = round((time.time() + offset.total_seconds()) * 1000) + next(_TICKS)
    await box.recognize(box.devices[0], box.people[0], timestamp_ms=moment)
    await heard.next()


@pytest.mark.usefixtures("one_moment_is_enough")
@pytest.mark.parametrize(
    ("offset", "key", "difference"),
    [
        (8 * HOUR, "times_ahead", "8:00"),
        (-5.5 * HOUR, "times_behind", "5:30"),
    ],
)
async def test_times_off(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    offset: timedelta,
    key: str,
    difference: str,
) -> None:
    """Recognitions that are all off by the same half hours are raised, until most of them are right."""
    await set_up()
    # Meanwhile nobody acts upon them.
    recovered = Heard(hass, EVENT_RECOVERED)
    await see(box, heard, timedelta())
    for _ in range(4):
        await see(box, recovered, offset)
    assert raised(hass) == set()
    await see(box, recovered, offset)
    assert raised(hass) == {key}
    issue = issue_of(hass, Fault.TIMES_OFF)
    assert issue is not None
    assert issue.translation_placeholders == {
        "name": "BM1684-180",
        "name_markdown": "BM1684\\-180",
        "difference": difference,
    }
    for _ in range(3):
        await see(box, heard, timedelta())
    assert raised(hass) == set()


@pytest.mark.usefixtures("one_moment_is_enough")
async def test_times_of_a_wrong_clock(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, heard: Heard
) -> None:
    """A clock that is off by whole hours is one fault, not two."""
    box.state.clock_offset = 8 * 3600
    await measure(await set_up())
    assert raised(hass) == {"clock_ahead"}
    for _ in range(7):
        await see(box, heard, 8 * HOUR)
    assert raised(hass) == {"clock_ahead"}


def test_times_that_are_no_time_zone() -> None:
    """Late messages, odd differences and too few of them say nothing about a time zone."""
    minute = timedelta(minutes=1)
    assert times_symptom([8 * HOUR] * 4) is None
    assert times_symptom([-20 * minute] * 5) is None
    assert times_symptom([8 * HOUR + 2 * minute] * 5) is None
    assert times_symptom([30 * HOUR] * 5) is None
    assert (
        times_symptom(
            [-50 * minute, -40 * minute, -35 * minute, -9 * minute, 0 * minute]
        )
        is None
    )
    assert times_symptom([8 * HOUR] * 3 + [0 * minute] * 2) is not None


def test_clock_within_what_can_be_told() -> None:
    """An answer that was under way for long proves no wrong clock; a minute and a bit does, either way."""
    second = timedelta(seconds=1)
    assert clock_symptom(ClockReading(60 * second, 0 * second)) is None
    assert clock_symptom(ClockReading(-64 * second, 5 * second)) is None
    assert clock_symptom(ClockReading(-66 * second, 5 * second)) == Symptom(
        "clock_behind", {"difference": "0:01"}
    )
