"""The health and pass mode of a box (docs/protocol.md §3)."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import Enum
import re

from ..exceptions import AiBoxError, UnreadableError
from ..models import BoxHealth, Dialect, PassMode
from ..settings import PASS_MODE_VALUES
from .fields import JsonObject, required, text
from .request import Request
from .system import named_system_request, read_system_entry


class HealthCall(Enum):
    """A system API call: its nested and flat names."""

    TEMPERATURE = ("temperature", "gettemperature")
    CPU = ("cpu", "getcpuinfo")
    TPU = ("tpu", "gettpuinfo")
    MEMORY = ("memoryInfo", "getmemoryinfo")
    STORAGE = ("diskInfo", "getstorage")
    FAN = ("fan", "getfanspeed")
    UPTIME = ("uptime", "getuptime")


type HealthAnswers = Mapping[HealthCall, JsonObject | AiBoxError]

_PASS_MODES = {value: mode for mode, value in PASS_MODE_VALUES.items()}

_QUANTITY = re.compile(r"([-+]?\d{1,12}(?:\.\d+)?(?:e[-+]?\d{1,2})?)\s*(.*)", re.ASCII)
_CELSIUS = frozenset({"", "c", "'c", "°c", "℃"})
_ROTATION = frozenset({"", "r/min", "rpm"})
_BYTES = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
_SPAN = re.compile(
    r"(\d{1,4}) (decade|year|week|day|hour|minute|second)s?", re.ASCII | re.IGNORECASE
)
# As `uptime -p` counts them.
_SPANS = {
    "decade": timedelta(days=3650),
    "year": timedelta(days=365),
    "week": timedelta(weeks=1),
    "day": timedelta(days=1),
    "hour": timedelta(hours=1),
    "minute": timedelta(minutes=1),
    "second": timedelta(seconds=1),
}
_LONGEST_UPTIME = timedelta(days=36500)


def health_request(call: HealthCall, dialect: Dialect) -> Request:
    """Return the request for a call."""
    # Every box has this disk, and its system is on it.
    body = {"device": "emmc"} if call is HealthCall.STORAGE else None
    return named_system_request(dialect, *call.value, flat_body=body)


def read_pass_mode(value: str | None) -> PassMode | None:
    """Return the pass mode for a word, None if unknown."""
    return _PASS_MODES.get((value or "").strip().lower())


def read_health(answers: HealthAnswers, asked_at: datetime) -> BoxHealth:
    """Return the health; an unusable reading is None."""
    faults: dict[str, str] = {}

    def read[T](
        name: str, call: HealthCall, reading: Callable[[JsonObject], T]
    ) -> T | None:
        answer = answers[call]
        try:
            if isinstance(answer, AiBoxError):
                raise answer
            return reading(read_system_entry(answer))
        except UnreadableError as error:
            faults[name] = error.kind
        except AiBoxError as error:
            faults[name] = str(error)
        return None

    return BoxHealth(
        core_temperature=read(
            "core_temperature",
            HealthCall.TEMPERATURE,
            lambda answer: _temperature(answer, "core_temperature"),
        ),
        board_temperature=read(
            "board_temperature",
            HealthCall.TEMPERATURE,
            lambda answer: _temperature(answer, "board_temperature"),
        ),
        cpu_usage=read(
            "cpu_usage",
            HealthCall.CPU,
            lambda answer: _percent(answer, "cpu_rate", "cur_cpu_usage"),
        ),
        tpu_usage=read(
            "tpu_usage",
            HealthCall.TPU,
            lambda answer: _percent(answer, "tpu_rate", "tpu_usage"),
        ),
        memory_usage=read("memory_usage", HealthCall.MEMORY, _memory_usage),
        storage_usage=read(
            "storage_usage",
            HealthCall.STORAGE,
            lambda answer: _percent(answer, "disk_rate", "disk_usage"),
        ),
        fan_speed=read("fan_speed", HealthCall.FAN, _fan_speed),
        last_boot=read(
            "last_boot", HealthCall.UPTIME, lambda answer: asked_at - _uptime(answer)
        ),
        faults=faults,
    )


def _quantity(answer: JsonObject, *names: str) -> tuple[float, str]:
    """Return a number and its lowercase unit, if any."""
    value = required(text(answer, *names), names[0])
    if (match := _QUANTITY.fullmatch(value.strip().lower())) is None:
        raise UnreadableError(f"{names[0]} is not a number")
    return float(match[1]), match[2]


def _within(value: float, lowest: float, highest: float, name: str) -> float:
    if not lowest <= value <= highest:
        raise UnreadableError(f"{name} is out of range")
    return value


def _known_unit(unit: str, units: frozenset[str], name: str) -> None:
    if unit not in units:
        raise UnreadableError(f"{name} has an unknown unit")


def _temperature(answer: JsonObject, name: str) -> float:
    value, unit = _quantity(answer, name)
    _known_unit(unit, _CELSIUS, name)
    return _within(value, -60, 200, name)


def _percent(answer: JsonObject, *names: str) -> float:
    """Return a percentage; without a unit, boxes report 0…1."""
    value, unit = _quantity(answer, *names)
    _known_unit(unit, frozenset({"", "%"}), names[0])
    value = value if unit else value * 100
    return round(_within(value, 0, 100, names[0]), 2)


def _memory_usage(answer: JsonObject) -> float:
    if text(answer, "svt_memory_usage") is not None:
        return _percent(answer, "svt_memory_usage")
    used = _size(answer, "used_memory", "total_used_memory")
    total = _size(answer, "total_memory")
    if total <= 0:
        raise UnreadableError("total_memory is out of range")
    return round(_within(used / total * 100, 0, 100, "used_memory"), 2)


def _size(answer: JsonObject, *names: str) -> float:
    value, unit = _quantity(answer, *names)
    unit = unit.removesuffix("b").removesuffix("i")
    _known_unit(unit, frozenset(_BYTES), names[0])
    return value * _BYTES[unit]


def _fan_speed(answer: JsonObject) -> float | None:
    value, unit = _quantity(answer, "fan_speed")
    _known_unit(unit, _ROTATION, "fan_speed")
    # A box without a fan reports 0 (docs/protocol.md §3).
    return _within(value, 0, 100_000, "fan_speed") or None


def _uptime(answer: JsonObject) -> timedelta:
    """Return the time in a text such as `1 week, 3 hours, 57 minutes`."""
    value = required(text(answer, "uptime"), "uptime").strip().lower()
    total = timedelta()
    for part in value.removeprefix("up ").split(","):
        if (match := _SPAN.fullmatch(part.strip())) is None:
            raise UnreadableError("uptime is not a duration")
        total += int(match[1]) * _SPANS[match[2]]
    if total > _LONGEST_UPTIME:
        raise UnreadableError("uptime is out of range")
    return total
