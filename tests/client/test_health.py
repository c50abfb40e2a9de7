"""How a box is: every firmware's units, and nonsense that costs one reading."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from aiohttp import ClientSession
import pytest

from custom_components.se_aibox.aibox.exceptions import (
    AiBoxConnectionError,
    AiBoxNotFoundError,
)
from custom_components.se_aibox.aibox.http import refuse_redirects
from custom_components.se_aibox.aibox.models import BoxHealth, Dialect, PassMode, Ports
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.wire.fields import JsonObject
from custom_components.se_aibox.aibox.wire.health import (
    HealthAnswers,
    HealthCall,
    health_request,
    read_health,
    read_pass_mode,
)
from emulator import CannedAnswer, EmulatedBox, Variant

HOST = "127.0.0.1"
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
    """Return what is read when one answer is another."""
    return read_health({**USUAL, call: answer}, NOW)


@asynccontextmanager
async def rest_of(
    box: EmulatedBox, *, system_port: int | None = None
) -> AsyncGenerator[Rest]:
    """Open the questions to a box."""
    ports = Ports(box.ports.rest, box.ports.events, system_port or box.ports.system)
    async with ClientSession(middlewares=(refuse_redirects,)) as session:
        dialect = Dialect.NESTED if box.dialect == "nested" else Dialect.FLAT
        yield Rest(session, HOST, ports, dialect)


@pytest.mark.parametrize("dialect", ["nested", "flat"])
@pytest.mark.parametrize(
    "variant",
    [
        Variant(),
        Variant(system_data_as_list=True),
        Variant(numbers_as_strings=True),
    ],
    ids=["usual", "lists of one", "numbers as texts"],
)
async def test_every_firmware_says_the_same(dialect: str, variant: Variant) -> None:
    """Units, lists and texts come to the same numbers."""
    kind = "nested" if dialect == "nested" else "flat"
    async with (
        EmulatedBox("nested" if kind == "nested" else "flat", variant=variant) as box,
        rest_of(box) as rest,
    ):
        before = datetime.now(UTC)
        health = await rest.health()
        after = datetime.now(UTC)
        assert not box.errors

    uptime = timedelta(hours=3, minutes=57)
    assert health.last_boot is not None
    assert before <= health.last_boot + uptime <= after
    assert health == BoxHealth(
        core_temperature=44.0,
        board_temperature=38.5,
        cpu_usage=27.0,
        tpu_usage=41.0,
        memory_usage=12.5,
        storage_usage=31.5,
        fan_speed=4470.0,
        last_boot=health.last_boot,
    )


@pytest.mark.parametrize("dialect", ["nested", "flat"])
async def test_closed_system_port(dialect: str) -> None:
    """A box that says nothing of its health is an error, not eight unknown readings."""
    async with (
        EmulatedBox(
            "nested" if dialect == "nested" else "flat",
            variant=Variant(system_port_closed=True),
        ) as box,
        rest_of(box) as rest,
    ):
        with pytest.raises(AiBoxConnectionError):
            await rest.health()
        assert await rest.pass_mode() is PassMode.NORMAL


async def test_something_else_on_the_system_port() -> None:
    """Another server on that port has no health to tell."""
    async with (
        EmulatedBox("nested") as box,
        rest_of(box, system_port=box.ports.rest) as rest,
    ):
        with pytest.raises(AiBoxNotFoundError):
            await rest.health()


@pytest.mark.parametrize("dialect", ["nested", "flat"])
async def test_missing_call_costs_its_reading(dialect: str) -> None:
    """Firmware without a call tells the rest."""
    async with (
        EmulatedBox("nested" if dialect == "nested" else "flat") as box,
        rest_of(box) as rest,
    ):
        call = HealthCall.TPU
        path = health_request(call, rest.wire.DIALECT).path
        box.answer_instead[path] = CannedAnswer(404, b"<html>404</html>")
        health = await rest.health()

    assert health.tpu_usage is None
    assert health.faults == {"tpu_usage": "AiBoxNotFoundError"}
    assert health.cpu_usage == 27.0


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
def test_temperature(value: object, expected: float | None) -> None:
    """A temperature, or nothing; its neighbour is read all the same."""
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
def test_usage(value: object, expected: float | None) -> None:
    """A share of the whole, in per cent; what cannot be one is nothing."""
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
    ],
)
def test_memory_in_sizes(total: object, used: object, expected: float | None) -> None:
    """Memory as two sizes is a share of the whole."""
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
        # No fan is no fault.
        (0.0, None, False),
        ("0r/min", None, False),
        ("-1", None, True),
        ("4470 km/h", None, True),
        ("9" * 400, None, True),
    ],
)
def test_fan(value: object, expected: float | None, fault: bool) -> None:
    """A fan turns, or there is none."""
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
def test_uptime(value: object, expected: timedelta | None) -> None:
    """A span of time as Linux words it; anything else is no boot time."""
    health = health_with(HealthCall.UPTIME, {"data": {"uptime": value}})

    assert health.last_boot == (None if expected is None else NOW - expected)
    assert ("last_boot" in health.faults) is (expected is None)


@pytest.mark.parametrize(
    "answer",
    [{}, {"data": None}, {"data": []}, {"data": "fine"}, {"data": ["fine"]}],
)
def test_answer_without_anything(answer: dict[str, object]) -> None:
    """An answer that holds nothing costs its own readings only."""
    health = health_with(HealthCall.TEMPERATURE, answer)

    assert health.faults.keys() == {"core_temperature", "board_temperature"}
    assert health.core_temperature is None
    assert health.cpu_usage == 27.0


@pytest.mark.parametrize("dialect", ["nested", "flat"])
@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("normal", PassMode.NORMAL),
        ("allpass", PassMode.EVERYONE),
        ("allforbidden", PassMode.NOBODY),
        ("sometimes", None),
    ],
)
async def test_pass_mode(dialect: str, word: str, expected: PassMode | None) -> None:
    """The box's word for whom it lets in."""
    async with (
        EmulatedBox("nested" if dialect == "nested" else "flat") as box,
        rest_of(box) as rest,
    ):
        box.settings.pass_mode = word
        assert await rest.pass_mode() is expected
        assert not box.errors


def test_pass_mode_that_is_missing() -> None:
    """No word is no mode."""
    assert read_pass_mode(None) is None
