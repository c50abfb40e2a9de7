"""What was measured is kept, compared turn by turn and never guessed."""

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


def test_written_and_read(tmp_path: Path) -> None:
    """Nothing is lost on the way through a file."""
    results = Results(machine={"system": "a machine"})
    for rate in (100.5, 200.25):
        results.add(Section.INGEST, Contender.WIRE, "1 kB", {"rate": rate, "cpu": 1})
    results.write(tmp_path / "figures.json")

    read = Results.read(tmp_path / "figures.json")

    assert read.machine == results.machine
    assert list(read.series(Section.INGEST)) == list(results.series(Section.INGEST))


def test_what_was_not_measured_is_no_figure() -> None:
    """A run that broke off does not pass."""
    with pytest.raises(MissingError, match="cpu"):
        list(figures(Results()))


def test_ratio_is_of_one_turn() -> None:
    """A turn in which the machine was slow was so for both."""
    assert ratio((1, 10, 3), (2, 20, 6)) == 0.5


@pytest.mark.parametrize(
    ("percent", "expected"), [(50, 50), (99, 99), (99.5, 100), (100, 100)]
)
def test_percentile(percent: float, expected: float) -> None:
    """It is a value that was measured, and not the one before."""
    assert percentile(range(100, 0, -1), percent) == expected


def test_percentile_of_nothing() -> None:
    """It meets no bound."""
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
def test_bound(
    value: float, at_most: float | None, at_least: float | None, is_met: bool
) -> None:
    """It is inclusive, and what has none cannot miss it."""
    figure = Figure(Section.STALL, "x", value, at_most=at_most, at_least=at_least)
    assert figure.is_met is is_met
