"""The measured values: a series for each metric of a contender in a case."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
import math
from pathlib import Path
from statistics import median
from typing import Self

import orjson


class Section(StrEnum):
    """The subject of a measurement."""

    INGEST = "ingest"
    LATENCY = "latency"
    STALL = "stall"
    FLOODS = "floods"
    MEMORY = "memory"
    DATABASE = "database"
    DEVICES = "devices"
    HOUSE = "house"
    ATTENDANCE = "attendance"
    PAGE = "page"
    ROWS = "rows"
    SCREEN = "screen"


class Contender(StrEnum):
    """The programs that are compared."""

    WIRE = "wire"
    BARE = "bare integration"
    OURS = "se_aibox"
    RECORDED = "se_aibox, recorder"
    BRIDGE = "MQTT bridge"
    REQUEST = "history requests"
    RECORDS = "history records"
    SIGNING = "signed paths"
    CARD = "picture entity card"


@dataclass(frozen=True, slots=True)
class Series:
    """One metric of a contender in a case, with a value per repetition."""

    section: str
    contender: str
    case: str
    metric: str
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median of the repetitions."""
        return median(self.values)


class MissingError(Exception):
    """A metric was not measured."""


class OtherMachineError(Exception):
    """Figures of another machine cannot be compared with these."""


@dataclass
class Results:
    """The results of a run, and its machine."""

    machine: dict[str, str] = field(default_factory=dict)
    _series: dict[tuple[str, str, str, str], list[float]] = field(default_factory=dict)

    def add(
        self,
        section: Section,
        contender: Contender,
        case: str,
        measured: Mapping[str, float],
    ) -> None:
        """Add the values of one repetition."""
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
        """Return whether a contender was measured."""
        return any(key[1] == contender for key in self._series)

    def series(self, section: Section) -> Iterator[Series]:
        """Return the series of a section, in order of measurement."""
        for key, values in self._series.items():
            if key[0] == section:
                yield Series(*key, tuple(values))

    def cases(self, section: Section, metric: str) -> list[str]:
        """Return the cases of a metric, in order of measurement."""
        found = (one.case for one in self.series(section) if one.metric == metric)
        return list(dict.fromkeys(found))

    def replace(self, others: Self) -> None:
        """Replace sections by those of another run on the same machine."""
        if others.machine != self.machine:
            raise OtherMachineError(f"{others.machine} is not {self.machine}")
        measured = {key[0] for key in others._series}
        self.leave_only({section for section in Section if section not in measured})
        self._series |= others._series

    def leave_only(self, sections: Collection[Section]) -> None:
        """Remove all other sections."""
        self._series = {
            key: values for key, values in self._series.items() if key[0] in sections
        }

    def write(self, path: Path) -> None:
        """Write the results as JSON."""
        series = [asdict(one) for section in Section for one in self.series(section)]
        data = {"machine": self.machine, "series": series}
        path.write_bytes(orjson.dumps(data, option=orjson.OPT_INDENT_2) + b"\n")

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read results that `write` wrote."""
        data = orjson.loads(path.read_bytes())
        results = cls(machine=data["machine"])
        for one in data["series"]:
            key = (one["section"], one["contender"], one["case"], one["metric"])
            results._series[key] = one["values"]
        return results


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the nearest-rank percentile, or NaN without values."""
    if not values:
        return math.nan
    rank = max(math.ceil(percent / 100 * len(values)), 1)
    return sorted(values)[rank - 1]


def ratio(dividends: Iterable[float], divisors: Iterable[float]) -> float:
    """Return the median of the repetitions' ratios."""
    # A slowdown of the machine affects both sides of a ratio.
    return median(
        dividend / divisor
        for dividend, divisor in zip(dividends, divisors, strict=True)
    )


def difference(minuends: Iterable[float], subtrahends: Iterable[float]) -> float:
    """Return the median of the repetitions' differences."""
    return median(
        minuend - subtrahend
        for minuend, subtrahend in zip(minuends, subtrahends, strict=True)
    )
