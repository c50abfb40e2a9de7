"""Measuring the error of a box's clock."""

from datetime import timedelta

import pytest

from custom_components.se_aibox.aibox.exceptions import (
    AiBoxConnectionError,
    UnreadableError,
)
from custom_components.se_aibox.aibox.models import ClockReading, SystemMode
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.wire.system import read_clock, read_date
from emulator import EmulatedBox, Variant

_BEHIND = timedelta(hours=-8, seconds=-7)


def _is_right(reading: ClockReading, offset: timedelta) -> bool:
    """Return True for a right reading with less than 2 s uncertainty."""
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
async def test_clock_call_is_read_to_the_millisecond(
    rest: Rest, box: EmulatedBox
) -> None:
    """The uncertainty is half of the round trip."""
    box.state.clock_offset = _BEHIND.total_seconds()
    reading = await rest.clock()
    assert _is_right(reading, _BEHIND)
    assert reading.uncertainty < timedelta(seconds=0.5)


async def test_slow_answer_increases_the_uncertainty(
    rest: Rest, box: EmulatedBox
) -> None:
    """The answer takes 0.2 s."""
    box.state.delay = 0.2
    reading = await rest.clock()
    assert _is_right(reading, timedelta())
    assert reading.uncertainty >= timedelta(seconds=0.1)


async def test_date_header_is_read_where_the_system_port_is_closed(
    rest: Rest, box: EmulatedBox
) -> None:
    """It is accurate to the second."""
    box.state.clock_offset = _BEHIND.total_seconds()
    await box.port("system").close()
    assert _is_right(await rest.clock(), _BEHIND)


async def test_clock_of_an_unreachable_box_raises(rest: Rest, box: EmulatedBox) -> None:
    """Both ports are closed."""
    await box.port("system").close()
    await box.port("rest").close()
    with pytest.raises(AiBoxConnectionError):
        await rest.clock()


async def test_system_mode_is_read(rest: Rest, box: EmulatedBox) -> None:
    """The face service does not run in this mode."""
    assert await rest.system_mode() is SystemMode.FACE
    box.state.bare_system = True
    assert await rest.system_mode() is SystemMode.BARE


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
def test_invalid_date_header_is_unreadable(header: str | None) -> None:
    """A missing header and years after 9999 are invalid."""
    with pytest.raises(UnreadableError):
        read_date(header)


def test_date_header_without_a_zone_is_utc() -> None:
    """A numeric zone is converted to UTC."""
    aware = read_date("Sun, 22 Nov 2026 23:14:00 GMT")
    assert read_date("Sun, 22 Nov 2026 23:14:00 -0000") == aware
    assert read_date("Mon, 23 Nov 2026 07:14:00 +0800") == aware


@pytest.mark.parametrize(
    "answer", [{}, {"data": []}, {"data": {"time": "noon"}}, {"time": -1}]
)
def test_clock_answer_without_a_time_is_unreadable(answer: dict[str, object]) -> None:
    """Negative times are invalid, too."""
    with pytest.raises(UnreadableError):
        read_clock(answer)
