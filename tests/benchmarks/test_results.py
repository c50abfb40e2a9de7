"""Tests of the benchmark results."""

import math
from pathlib import Path

import pytest

from benchmarks.bounds import Figure, figures
from benchmarks.results import (
    Contender,
    MissingError,
    Results,
    Section,
    percentile,
    ratio,
)


def test_results_survive_a_file(tmp_path: Path) -> None:
    results = Results(machine={"system": "a machine"})
    for rate in (100.5, 200.25):
        results.add(Section.INGEST, Contender.WIRE, "1 kB", {"rate": rate, "cpu": 1})
    results.write(tmp_path / "figures.json")

    read = Results.read(tmp_path / "figures.json")

    assert read.machine == results.machine
    assert list(read.series(Section.INGEST)) == list(results.series(Section.INGEST))


def test_missing_measurement_raises() -> None:
    """An interrupted run does not pass."""
    with pytest.raises(MissingError, match="cpu"):
        list(figures(Results()))


def test_ratio_compares_measurements_of_one_turn() -> None:
    """A slow turn of the machine slows both contenders."""
    assert ratio((1, 10, 3), (2, 20, 6)) == 0.5


@pytest.mark.parametrize(
    ("percent", "expected"), [(50, 50), (99, 99), (99.5, 100), (100, 100)]
)
def test_percentile_is_a_measured_value(percent: float, expected: float) -> None:
    assert percentile(range(100, 0, -1), percent) == expected


def test_percentile_of_nothing_meets_no_bound() -> None:
    nothing = percentile((), 99)
    assert math.isnan(nothing)
    assert not Figure(Section.LATENCY, "nothing", nothing, at_most=10).is_met


@pytest.mark.parametrize(
    ("value", "at_most", "at_least", "is_met"),
    [
        (1, 1, None, True),
        (1.01, 1, None, False),
        (3, None, 3, True),
        (2.99, None, 3, False),
        (1e9, None, None, True),
    ],
)
def test_bound_is_inclusive(
    value: float, at_most: float | None, at_least: float | None, is_met: bool
) -> None:
    """A figure without a bound always meets it."""
    figure = Figure(Section.STALL, "x", value, at_most=at_most, at_least=at_least)
    assert figure.is_met is is_met
