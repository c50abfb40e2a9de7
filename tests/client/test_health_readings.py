"""Parsing each reading of a box's health."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.se_aibox.aibox.models import BoxHealth
from custom_components.se_aibox.aibox.wire.fields import JsonObject
from custom_components.se_aibox.aibox.wire.health import (
    HealthAnswers,
    HealthCall,
    read_health,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
USUAL: HealthAnswers = {
    HealthCall.TEMPERATURE: {
        "data": {"core_temperature": "44.0'C", "board_temperature": "38.5'C"}
    },
    HealthCall.CPU: {"data": {"cpu_rate": 0.27}},
    HealthCall.TPU: {"data": {"tpu_rate": 0.41}},
    HealthCall.MEMORY: {"data": {"total_memory": "12G", "used_memory": "1.5G"}},
    HealthCall.STORAGE: {"data": {"disk_rate": 0.315}},
    HealthCall.FAN: {"data": {"fan_speed": "4470r/min"}},
    HealthCall.UPTIME: {"data": {"uptime": "3 hours, 57 minutes"}},
}


def health_with(call: HealthCall, answer: JsonObject) -> BoxHealth:
    """Return the health with one of the usual answers replaced."""
    return read_health({**USUAL, call: answer}, NOW)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("44.0'C", 44.0),
        ("44.0°C", 44.0),
        ("44 ℃", 44.0),
        ("-3.5'C", -3.5),
        (" 44.0'c ", 44.0),
        (44, 44.0),
        (44.04, 44.04),
        ("44", 44.0),
        ("111'F", None),
        ("-273.15", None),
        (1e300, None),
        ("hot", None),
        ("", None),
        (None, None),
        (True, None),
        ([44.0], None),
        ({"value": 44.0}, None),
        ("44.0'C\n45.0'C", None),
    ],
)
def test_temperature_is_read_or_a_fault(value: object, expected: float | None) -> None:
    """The other temperature is read in any case."""
    answer = {"data": {"core_temperature": value, "board_temperature": "38.5'C"}}
    health = health_with(HealthCall.TEMPERATURE, answer)

    assert health.core_temperature == expected
    assert health.board_temperature == 38.5
    assert ("core_temperature" in health.faults) is (expected is None)
    assert len(health.faults) <= 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, 0.0),
        (0.0, 0.0),
        (1, 100.0),
        ("0.27", 27.0),
        ("27%", 27.0),
        ("27.5 %", 27.5),
        (0.29, 29.0),
        (1e-05, 0.0),
        ("0.00001", 0.0),
        (1.5, None),
        (-0.1, None),
        ("120%", None),
        ("0.27 cores", None),
        ("NaN", None),
        ("inf", None),
    ],
)
def test_usage_is_a_percentage_or_a_fault(
    value: object, expected: float | None
) -> None:
    """Boxes report a fraction of one or a percentage."""
    health = health_with(HealthCall.CPU, {"data": {"cpu_rate": value}})

    assert health.cpu_usage == expected
    assert ("cpu_usage" in health.faults) is (expected is None)


@pytest.mark.parametrize(
    ("total", "used", "expected"),
    [
        ("12G", "1.5G", 12.5),
        ("1G", "512M", 50.0),
        ("1GiB", "256MB", 25.0),
        ("2T", "1024G", 50.0),
        (1024, "512B", 50.0),
        ("1024K", "0", 0.0),
        ("0G", "0G", None),
        ("1G", "2G", None),
        ("much", "1G", None),
        ("1G", "some", None),
        ("1 parsec", "1G", None),
        (None, "1G", None),
        # The vendor's example of the other page.
        ("11.51G", "963.63M", 8.18),
    ],
)
def test_memory_in_two_sizes_is_a_percentage_or_a_fault(
    total: object, used: object, expected: float | None
) -> None:
    """The sizes may have different units."""
    answer = {"data": {"total_memory": total, "used_memory": used}}
    health = health_with(HealthCall.MEMORY, answer)

    assert health.memory_usage == expected
    assert ("memory_usage" in health.faults) is (expected is None)


@pytest.mark.parametrize(
    ("value", "expected", "fault"),
    [
        ("4470r/min", 4470.0, False),
        ("4470 RPM", 4470.0, False),
        (4470.0, 4470.0, False),
        # A box without a fan is not at fault.
        (0.0, None, False),
        ("0r/min", None, False),
        ("-1", None, True),
        ("4470 km/h", None, True),
        ("9" * 400, None, True),
    ],
)
def test_fan_speed_is_read_and_zero_is_unknown(
    value: object, expected: float | None, fault: bool
) -> None:
    """A speed of zero means that there is no fan."""
    health = health_with(HealthCall.FAN, {"data": {"fan_speed": value}})

    assert health.fan_speed == expected
    assert ("fan_speed" in health.faults) is fault


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("3 hours, 57 minutes", timedelta(hours=3, minutes=57)),
        ("up 3 hours, 57 minutes", timedelta(hours=3, minutes=57)),
        ("1 minute", timedelta(minutes=1)),
        ("0 minutes", timedelta()),
        ("1 day, 1 hour", timedelta(days=1, hours=1)),
        ("2 weeks, 6 days, 23 hours, 59 minutes", timedelta(days=20, minutes=1439)),
        ("1 year, 1 week", timedelta(days=372)),
        ("2 years, 5 minutes", timedelta(days=730, minutes=5)),
        ("1 decade, 30 seconds", timedelta(days=3650, seconds=30)),
        ("3 HOURS", timedelta(hours=3)),
        ("3 hours 57 minutes", None),
        ("3:57", None),
        ("3 fortnights", None),
        ("9999 decades", None),
        ("99999999999999999999 years", None),
        ("-3 hours", None),
        ("", None),
        (14220, None),
        (["3 hours"], None),
    ],
)
def test_last_boot_is_read_from_the_uptime_or_a_fault(
    value: object, expected: timedelta | None
) -> None:
    """The format is that of `uptime -p` in Linux."""
    health = health_with(HealthCall.UPTIME, {"data": {"uptime": value}})

    assert health.last_boot == (None if expected is None else NOW - expected)
    assert ("last_boot" in health.faults) is (expected is None)


@pytest.mark.parametrize(
    "answer",
    [{}, {"data": None}, {"data": []}, {"data": "fine"}, {"data": ["fine"]}],
)
def test_empty_answer_leaves_the_other_readings(answer: dict[str, object]) -> None:
    """Only the temperatures are missing here."""
    health = health_with(HealthCall.TEMPERATURE, answer)

    assert health.faults.keys() == {"core_temperature", "board_temperature"}
    assert health.core_temperature is None
    assert health.cpu_usage == 27.0
