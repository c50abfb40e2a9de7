"""What was measured, flat: a series is one figure of one contender in one case, a value per repetition."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
import math
from pathlib import Path
from statistics import median
from typing import Self

import orjson


class Section(StrEnum):
    """What the figures are about."""

    INGEST = "ingest"
    LATENCY = "latency"
    STALL = "stall"
    MEMORY = "memory"
    DATABASE = "database"
    DEVICES = "devices"


class Contender(StrEnum):
    """What is measured side by side."""

    WIRE = "wire"
    STATES = "bare states"
    ENTITIES = "bare entities"
    BARE = "bare integration"
    OURS = "se_aibox"
    RECORDED = "se_aibox, recorder"
    BRIDGE = "MQTT bridge"


@dataclass(frozen=True, slots=True)
class Series:
    """One figure of one contender in one case."""

    section: str
    contender: str
    case: str
    metric: str
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The value of the middle repetition."""
        return median(self.values)


class MissingError(Exception):
    """A figure was not measured."""


@dataclass
class Results:
    """Everything that a run measured, and on what."""

    machine: dict[str, str] = field(default_factory=dict)
    _series: dict[tuple[str, str, str, str], list[float]] = field(default_factory=dict)

    def add(
        self,
        section: Section,
        contender: Contender,
        case: str,
        measured: Mapping[str, float],
    ) -> None:
        """Take the figures of one repetition."""
        for metric, value in measured.items():
            self._series.setdefault((section, contender, case, metric), []).append(
                value
            )

    def values(
        self, section: Section, contender: Contender, case: str, metric: str
    ) -> tuple[float, ...]:
        """Return a series; raises `MissingError`."""
        try:
            return tuple(self._series[section, contender, case, metric])
        except KeyError:
            raise MissingError(f"{section}, {contender}, {case}: no {metric}") from None

    def median(
        self, section: Section, contender: Contender, case: str, metric: str
    ) -> float:
        """Return the median of a series; raises `MissingError`."""
        return median(self.values(section, contender, case, metric))

    def has(self, contender: Contender) -> bool:
        """Return whether a contender was measured at all."""
        return any(key[1] == contender for key in self._series)

    def series(self, section: Section) -> Iterator[Series]:
        """Return the series of a section, in the order in which they were measured."""
        for key, values in self._series.items():
            if key[0] == section:
                yield Series(*key, tuple(values))

    def cases(self, section: Section, metric: str) -> list[str]:
        """Return the cases in which something was measured, in order."""
        found = (one.case for one in self.series(section) if one.metric == metric)
        return list(dict.fromkeys(found))

    def write(self, path: Path) -> None:
        """Write it as JSON."""
        series = [asdict(one) for section in Section for one in self.series(section)]
        data = {"machine": self.machine, "series": series}
        path.write_bytes(orjson.dumps(data, option=orjson.OPT_INDENT_2) + b"\n")

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read what `write` wrote."""
        data = orjson.loads(path.read_bytes())
        results = cls(machine=data["machine"])
        for one in data["series"]:
            key = (one["section"], one["contender"], one["case"], one["metric"])
            results._series[key] = one["values"]
        return results


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that at least `percent` of the values do not exceed; NaN of none."""
    if not values:
        return math.nan
    rank = max(math.ceil(percent / 100 * len(values)), 1)
    return sorted(values)[rank - 1]


def ratio(dividends: Iterable[float], divisors: Iterable[float]) -> float:
    """Return the median of the repetitions' ratios: what slows the machine down for a while slows both sides."""
    return median(
        dividend / divisor
        for dividend, divisor in zip(dividends, divisors, strict=True)
    )


def total(*series: Iterable[float]) -> tuple[float, ...]:
    """Return the sums, repetition by repetition."""
    return tuple(sum(values) for values in zip(*series, strict=True))
