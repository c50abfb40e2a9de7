"""What a box's clock says beside ours."""

from datetime import timedelta

import pytest

from custom_components.se_aibox.aibox.exceptions import (
    AiBoxConnectionError,
    UnreadableError,
)
from custom_components.se_aibox.aibox.models import ClockReading
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.wire.system import read_clock, read_date
from emulator import EmulatedBox, Variant

_BEHIND = timedelta(hours=-8, seconds=-7)


def _says(reading: ClockReading, offset: timedelta) -> bool:
    """Return whether a reading is right, and sure of itself enough to be of use."""
    return (
        abs(reading.offset - offset)
        <= reading.uncertainty + timedelta(milliseconds=1)
        < timedelta(seconds=2)
    )


@pytest.mark.parametrize(
    "variant",
    [Variant(), Variant(system_data_as_list=True), Variant(numbers_as_strings=True)],
    ids=["usual", "lists of one", "numbers as texts"],
)
async def test_clock_call(rest: Rest, box: EmulatedBox) -> None:
    """The clock call tells to the millisecond, give or take half the way there and back."""
    box.state.clock_offset = _BEHIND.total_seconds()
    reading = await rest.clock()
    assert _says(reading, _BEHIND)
    assert reading.uncertainty < timedelta(seconds=0.5)


async def test_slow_answer(rest: Rest, box: EmulatedBox) -> None:
    """The longer the answer is under way, the less is said."""
    box.state.delay = 0.2
    reading = await rest.clock()
    assert _says(reading, timedelta())
    assert reading.uncertainty >= timedelta(seconds=0.1)


async def test_date(rest: Rest, box: EmulatedBox) -> None:
    """With the system port closed, the date of another answer tells to the second."""
    box.state.clock_offset = _BEHIND.total_seconds()
    await box.port("system").close()
    assert _says(await rest.clock(), _BEHIND)


async def test_nobody_answers(rest: Rest, box: EmulatedBox) -> None:
    """A box that is away has no clock."""
    await box.port("system").close()
    await box.port("rest").close()
    with pytest.raises(AiBoxConnectionError):
        await rest.clock()


async def test_mode(rest: Rest, box: EmulatedBox) -> None:
    """The face service runs, or does not."""
    assert await rest.recognizes() is True
    box.state.bare_system = True
    assert await rest.recognizes() is False


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "yesterday",
        "Sun, 99 Nov 2026 23:14:00 GMT",
        "Fri, 31 Dec 9999 23:14:00 -0800",
    ],
)
def test_unusable_date(header: str | None) -> None:
    """What is no date is no time."""
    with pytest.raises(UnreadableError):
        read_date(header)


def test_date_without_zone() -> None:
    """A date in an unheard-of or no zone is UTC."""
    aware = read_date("Sun, 22 Nov 2026 23:14:00 GMT")
    assert read_date("Sun, 22 Nov 2026 23:14:00 -0000") == aware
    assert read_date("Mon, 23 Nov 2026 07:14:00 +0800") == aware


@pytest.mark.parametrize(
    "answer", [{}, {"data": []}, {"data": {"time": "noon"}}, {"time": -1}]
)
def test_unusable_clock(answer: dict[str, object]) -> None:
    """What is no time is no clock."""
    with pytest.raises(UnreadableError):
        read_clock(answer)
