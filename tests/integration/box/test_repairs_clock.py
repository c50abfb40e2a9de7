"""Issues about the clock and the time zone of a box."""

from datetime import timedelta
from itertools import count
import time

import pytest

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
from tests.integration.helpers import FiredEvents

from .repairs_helpers import ahead, issue_of, measure, raised

pytest_plugins = ["tests.integration.box.repairs_fixtures"]

HOUR = timedelta(hours=1)


@pytest.mark.usefixtures("no_minimum_duration")
async def test_clock_is_measured_by_the_date_of_another_answer(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The system port is closed."""
    ahead(box)
    await box.port("system").close()
    await measure(await set_up(accepts_silence=True))
    assert raised(hass) == {"clock_ahead"}
    issue = issue_of(hass, Fault.CLOCK_OFF)
    assert issue is not None
    assert issue.translation_placeholders == {
        "name": "BM1684-180",
        "name_markdown": "BM1684\\-180",
        "difference": "8 h 2 min",
    }


_TICKS = count()


async def see(box: EmulatedBox, fired: FiredEvents, offset: timedelta) -> None:
    """Recognize a person at a wrong time."""
    # Never twice the same millisecond: that would be one recognition.
    moment = round((time.time() + offset.total_seconds()) * 1000) + next(_TICKS)
    await box.recognize(box.devices[0], box.people[0], timestamp_ms=moment)
    await fired.next()


@pytest.mark.usefixtures("no_minimum_duration")
@pytest.mark.parametrize(
    ("offset", "key", "difference"),
    [
        (8 * HOUR, "times_ahead", "8 h"),
        (-5.5 * HOUR, "times_behind", "5 h 30 min"),
    ],
)
async def test_times_in_another_time_zone_are_raised(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    offset: timedelta,
    key: str,
    difference: str,
) -> None:
    """Most times must be off by the same half hours."""
    await set_up()
    # They are not fresh, so they are delivered as recovered.
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    await see(box, fired, timedelta())
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
        await see(box, fired, timedelta())
    assert raised(hass) == set()


@pytest.mark.usefixtures("no_minimum_duration")
async def test_wrong_clock_raises_one_issue(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """The times of its recognitions are no second fault."""
    box.state.clock_offset = 8 * 3600
    await measure(await set_up())
    assert raised(hass) == {"clock_ahead"}
    for _ in range(7):
        await see(box, fired, 8 * HOUR)
    assert raised(hass) == {"clock_ahead"}


@pytest.mark.parametrize(
    ("difference", "key"),
    [
        (timedelta(minutes=-20), "times_shifted_behind"),
        (8 * HOUR + timedelta(minutes=2), "times_shifted_ahead"),
        (30 * HOUR, "times_shifted_ahead"),
        (5.75 * HOUR, "times_ahead"),
    ],
)
def test_constant_difference_is_a_fault(difference: timedelta, key: str) -> None:
    """It need not be a time zone."""
    symptom = Symptom(key, difference=abs(difference))
    assert times_symptom([difference] * 5) == symptom


def test_other_differences_are_no_fault() -> None:
    """They are small, too few or from late messages."""
    minute = timedelta(minutes=1)
    assert times_symptom([8 * HOUR] * 4) is None
    assert times_symptom([minute] * 5) is None
    assert times_symptom([-20 * minute] * 4 + [-22 * minute]) is None
    assert (
        times_symptom(
            [-50 * minute, -40 * minute, -35 * minute, -9 * minute, 0 * minute]
        )
        is None
    )
    assert times_symptom([8 * HOUR] * 3 + [0 * minute] * 2) is not None


def test_clock_within_the_uncertainty_is_right() -> None:
    """It may differ by a minute beyond the uncertainty."""
    second = timedelta(seconds=1)
    assert clock_symptom(ClockReading(60 * second, 0 * second)) is None
    assert clock_symptom(ClockReading(-64 * second, 5 * second)) is None
    assert clock_symptom(ClockReading(-66 * second, 5 * second)) == Symptom(
        "clock_behind", difference=timedelta(minutes=1)
    )
